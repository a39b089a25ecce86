import { Button } from '@fluentui/react-components';
import { ArrowLeftRegular, HistoryRegular } from '@fluentui/react-icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { Agent } from '../../../contracts/agents.ts';
import type { BackupRun } from '../../../contracts/backup-runs.ts';
import type { Formats } from '../../format/formats.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { DataTable, type DataColumn } from '../../ui/data-table/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Pager } from '../../ui/pager.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import type { ShownState } from '../../ui/texts.ts';
import { agentRunsQuery, RUNS_PAGE } from './queries.ts';
import { agentTexts } from './texts.ts';

/** What one agent has posted. */
export function AgentRuns({ agent }: { readonly agent: Agent }) {
  const texts = useTexts(agentTexts);
  const formats = useFormats();
  const [, navigate] = useLocation();
  const [page, setPage] = useState(1);
  const { data, error, refetch } = useQuery({ ...agentRunsQuery(agent.id, page), placeholderData: keepPreviousData });
  const columns = useMemo(() => runColumns(texts, formats), [texts, formats]);
  return (
    <>
      <PageHeader
        title={texts.runsOf(agent.name)}
        badge={<StateBadge state={agent.status} />}
        {...(agent.hostname !== null && { subtitle: agent.hostname })}
      >
        <Button icon={<ArrowLeftRegular />} onClick={() => navigate('/machines')}>
          {texts.back}
        </Button>
      </PageHeader>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!error && !data && <LoadingState />}
      {data && (
        <Panel title={texts.runs(data.total)} flush>
          <DataTable
            label={texts.runsOf(agent.name)}
            items={data.runs}
            columns={columns}
            idOf={({ id }) => id}
            empty={<EmptyState icon={<HistoryRegular />} title={texts.noRuns} />}
          />
          <Pager page={page} pageSize={RUNS_PAGE} total={data.total} onPage={setPage} />
        </Panel>
      )}
    </>
  );
}

/** Agents have words of their own; these are the usual ones. */
const SHOWN: Readonly<Record<string, ShownState | undefined>> = {
  success: 'completed',
  completed: 'completed',
  failed: 'failed',
  failure: 'failed',
  error: 'failed',
  warning: 'warning',
  running: 'running',
  pending: 'pending',
  cancelled: 'cancelled',
};

function runColumns(
  { runColumns: columns, open }: (typeof agentTexts)['en'],
  formats: Formats,
): DataColumn<BackupRun>[] {
  return [
    {
      id: 'state',
      header: columns.state,
      width: '150px',
      cell: ({ status }) => {
        const state = SHOWN[status];
        return state === undefined ? status : <StateBadge state={state} />;
      },
    },
    { id: 'started', header: columns.started, width: '190px', cell: ({ start_time }) => formats.exactTime(start_time) },
    {
      id: 'duration',
      header: columns.duration,
      width: '120px',
      isNumber: true,
      cell: ({ duration_seconds }) => formats.duration(duration_seconds),
    },
    { id: 'type', header: columns.type, width: '110px', cell: ({ task_type }) => task_type },
    {
      id: 'added',
      header: columns.added,
      width: '110px',
      isNumber: true,
      cell: ({ fields }) => addedBytes(fields, formats),
    },
    {
      id: 'message',
      header: columns.message,
      width: 'minmax(140px, 1fr)',
      cell: ({ error_message, snapshot_id }) => (
        <span title={error_message ?? ''}>{error_message ?? snapshot_id ?? ''}</span>
      ),
    },
    {
      id: 'log',
      header: columns.log,
      width: '140px',
      cell: ({ agent_id, id, log_size }) =>
        log_size === null ? (
          '–'
        ) : (
          <a href={`/agents/${agent_id}/backup-runs/${id}/log`} download={`${id}.log`}>
            {open} ({formats.bytes(log_size)})
          </a>
        ),
    },
  ];
}

function addedBytes(fields: BackupRun['fields'], formats: Formats): string {
  return fields?.tool === 'restic' && fields.data_added !== undefined ? formats.bytes(fields.data_added) : '–';
}
