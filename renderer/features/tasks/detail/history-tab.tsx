import { HistoryRegular } from '@fluentui/react-icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Status, StatusRecord } from '../../../../contracts/status.ts';
import type { Formats } from '../../../format/formats.ts';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { DataTable, type DataColumn } from '../../../ui/data-table/data-table.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingState } from '../../../ui/loading-state.tsx';
import { Pager } from '../../../ui/pager.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import type { ShownState } from '../../../ui/texts.ts';
import { historyQuery, PAGE_SIZE } from '../queries.ts';
import { detailTexts } from './texts.ts';

/** Seed 1 has two words for a failure. */
const SHOWN: Readonly<Record<Status, ShownState>> = {
  running: 'running',
  completed: 'completed',
  failed: 'failed',
  error: 'failed',
  warning: 'warning',
  unknown: 'unknown',
};

/** What the task's script has reported, newest first. */
export default function HistoryTab({ taskId }: { readonly taskId: string }) {
  const texts = useTexts(detailTexts);
  const formats = useFormats();
  const [page, setPage] = useState(1);
  const { data, error, refetch } = useQuery({ ...historyQuery(taskId, page), placeholderData: keepPreviousData });
  const columns = useMemo(() => reportColumns(texts, formats), [texts, formats]);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  return (
    <Panel title={texts.tabs.history} flush>
      <DataTable
        label={texts.tabs.history}
        items={data.history}
        columns={columns}
        idOf={({ id }) => String(id)}
        empty={<EmptyState icon={<HistoryRegular />} title={texts.noReports} hint={texts.noReportsHint} />}
      />
      <Pager page={page} pageSize={PAGE_SIZE} total={data.total} onPage={setPage} />
    </Panel>
  );
}

function reportColumns({ columns, none }: (typeof detailTexts)['en'], formats: Formats): DataColumn<StatusRecord>[] {
  return [
    { id: 'at', header: columns.at, width: '190px', cell: ({ timestamp }) => formats.exactTime(timestamp) },
    { id: 'state', header: columns.state, width: '160px', cell: ({ status }) => <StateBadge state={SHOWN[status]} /> },
    {
      id: 'progress',
      header: columns.progress,
      width: '110px',
      isNumber: true,
      cell: ({ progress }) => (progress === null ? none : formats.percent(progress)),
    },
    {
      id: 'message',
      header: columns.message,
      width: 'minmax(200px, 1fr)',
      cell: ({ message }) => <span title={message ?? ''}>{message}</span>,
    },
  ];
}
