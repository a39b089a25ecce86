import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { HistoryRegular } from '@fluentui/react-icons';
import { useMemo, useState } from 'react';
import type { RunView } from '../../../../contracts/runs.ts';
import { links } from '../../../app/links.ts';
import type { Formats } from '../../../format/formats.ts';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { DataTable, type DataColumn } from '../../../ui/data-table/data-table.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingState } from '../../../ui/loading-state.tsx';
import { PageLink } from '../../../ui/page-link.tsx';
import { Pager } from '../../../ui/pager.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { PAGE_SIZE, runsQuery } from '../queries.ts';
import { detailTexts } from './texts.ts';

/** Every run that is kept, newest first. */
export default function RunsTab({ taskId }: { readonly taskId: string }) {
  const texts = useTexts(detailTexts);
  const formats = useFormats();
  const [page, setPage] = useState(1);
  const { data, error, refetch } = useQuery({ ...runsQuery(taskId, page), placeholderData: keepPreviousData });
  const columns = useMemo(() => runColumns(texts, formats), [texts, formats]);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  return (
    <Panel title={texts.runs(data.total)} flush>
      <DataTable
        label={texts.tabs.runs}
        items={data.runs}
        columns={columns}
        idOf={({ id }) => id}
        empty={<EmptyState icon={<HistoryRegular />} title={texts.noRuns} hint={texts.noRunsHint} />}
      />
      <Pager page={page} pageSize={PAGE_SIZE} total={data.total} onPage={setPage} />
    </Panel>
  );
}

function runColumns(texts: (typeof detailTexts)['en'], formats: Formats): DataColumn<RunView>[] {
  const { columns } = texts;
  return [
    {
      id: 'state',
      header: columns.state,
      width: '180px',
      cell: ({ status, retry_at, warnings }) => (
        <StateBadge
          state={retry_at !== null ? 'retrying' : status === 'completed' && warnings.length > 0 ? 'warning' : status}
        />
      ),
    },
    {
      id: 'started',
      header: columns.started,
      width: '180px',
      cell: ({ started_at, created_at }) => formats.exactTime(started_at ?? created_at),
    },
    {
      id: 'duration',
      header: columns.duration,
      width: '130px',
      isNumber: true,
      cell: ({ duration_seconds }) => (duration_seconds === null ? texts.none : formats.duration(duration_seconds)),
    },
    {
      id: 'trigger',
      header: columns.trigger,
      width: '160px',
      cell: ({ trigger, requested_by }) =>
        trigger === 'manual' && requested_by !== null ? texts.askedBy(requested_by) : texts.triggers[trigger],
    },
    {
      id: 'message',
      header: columns.message,
      width: 'minmax(160px, 1fr)',
      cell: ({ error, warnings, message }) => {
        const text = error?.message ?? warnings[0] ?? message ?? '';
        return <span title={text}>{text}</span>;
      },
    },
    {
      id: 'log',
      header: columns.log,
      width: '150px',
      cell: ({ task_id, id, log_size, started_at }) =>
        started_at === null ? (
          texts.none
        ) : (
          <PageLink to={links.run(task_id, id)}>
            {log_size ? `${texts.showLog} (${formats.bytes(log_size)})` : texts.showLog}
          </PageLink>
        ),
    },
  ];
}
