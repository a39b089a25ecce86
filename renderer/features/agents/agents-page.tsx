import { Button } from '@fluentui/react-components';
import { AddRegular, ServerRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useSearchParams } from 'wouter';
import type { Agent } from '../../../contracts/agents.ts';
import { links } from '../../app/links.ts';
import { useMay } from '../../app/session/session-context.ts';
import type { Formats } from '../../format/formats.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useNow } from '../../format/use-now.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { DataTable, type DataColumn } from '../../ui/data-table/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { AgentRuns } from './agent-runs.tsx';
import { EnrolDialog } from './enrol-dialog.tsx';
import { agentsQuery } from './queries.ts';
import { agentTexts } from './texts.ts';

/** The other machines; with an id in the address, the runs of one of them. */
export default function AgentsPage() {
  const texts = useTexts(agentTexts);
  const [search] = useSearchParams();
  const { data, error, refetch } = useQuery(agentsQuery);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  const chosen = data.agents.find(({ id }) => id === search.get('id'));
  if (chosen) return <AgentRuns agent={chosen} />;
  return <AgentList agents={data.agents} title={texts.title} />;
}

function AgentList({ agents, title }: { readonly agents: readonly Agent[]; readonly title: string }) {
  const texts = useTexts(agentTexts);
  const formats = useFormats();
  const nowMs = useNow();
  const isAdmin = useMay('admin');
  const [isEnrolling, setEnrolling] = useState(false);
  const columns = useMemo(() => agentColumns(texts, formats, nowMs), [texts, formats, nowMs]);
  const button = isAdmin && (
    <Button appearance="primary" icon={<AddRegular />} onClick={() => setEnrolling(true)}>
      {texts.enrol}
    </Button>
  );
  return (
    <>
      <PageHeader title={title} subtitle={texts.subtitle}>
        {agents.length > 0 && button}
      </PageHeader>
      {agents.length === 0 ? (
        <EmptyState icon={<ServerRegular />} title={texts.none} hint={texts.noneHint}>
          {button}
        </EmptyState>
      ) : (
        <Panel title={title} flush>
          <DataTable
            label={title}
            items={agents}
            columns={columns}
            idOf={({ id }) => id}
            initialSorting={[{ id: 'name', desc: false }]}
          />
        </Panel>
      )}
      {isEnrolling && <EnrolDialog onClose={() => setEnrolling(false)} />}
    </>
  );
}

function agentColumns(
  { columns, never }: (typeof agentTexts)['en'],
  formats: Formats,
  nowMs: number,
): DataColumn<Agent>[] {
  return [
    {
      id: 'name',
      header: columns.name,
      width: 'minmax(160px, 2fr)',
      sortBy: ({ name }) => name.toLocaleLowerCase(),
      cell: ({ id, name }) => <PageLink to={links.agent(id)}>{name}</PageLink>,
    },
    {
      id: 'state',
      header: columns.state,
      width: '130px',
      sortBy: ({ status }) => status,
      cell: ({ status }) => <StateBadge state={status} />,
    },
    {
      id: 'host',
      header: columns.host,
      width: 'minmax(120px, 1.5fr)',
      sortBy: ({ hostname }) => hostname,
      cell: ({ hostname }) => hostname ?? '–',
    },
    {
      id: 'tenant',
      header: columns.tenant,
      width: 'minmax(90px, 1fr)',
      sortBy: ({ tenant_id }) => tenant_id,
      cell: ({ tenant_id }) => tenant_id,
    },
    { id: 'version', header: columns.version, width: '110px', cell: ({ version }) => version ?? '–' },
    {
      id: 'heartbeat',
      header: columns.heartbeat,
      width: '170px',
      sortBy: ({ last_heartbeat }) => last_heartbeat,
      cell: ({ last_heartbeat: at }) =>
        at === null ? never : <span title={formats.exactTime(at)}>{formats.relative(at, nowMs)}</span>,
    },
  ];
}
