import { ShieldCheckmarkRegular } from '@fluentui/react-icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { VerificationView } from '../../../contracts/verifications.ts';
import type { Formats } from '../../format/formats.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { DataTable, type DataColumn } from '../../ui/data-table/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Pager } from '../../ui/pager.tsx';
import { Panel } from '../../ui/panel.tsx';
import { VerificationState } from '../../ui/verification-state.tsx';
import { CHECKS_PAGE, checksQuery } from './queries.ts';
import { repositoryTexts } from './texts.ts';

/** What was read again and found sound, or not. */
export function ChecksPanel({ repositoryId }: { readonly repositoryId: string }) {
  const texts = useTexts(repositoryTexts);
  const formats = useFormats();
  const [page, setPage] = useState(1);
  const { data, error, refetch } = useQuery({
    ...checksQuery(repositoryId, page),
    placeholderData: keepPreviousData,
  });
  const columns = useMemo(() => checkColumns(texts, formats), [texts, formats]);
  return (
    <Panel title={texts.checks} flush>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!error && !data && <LoadingState />}
      {data && (
        <DataTable
          label={texts.checks}
          items={data.verifications}
          columns={columns}
          idOf={({ verification_id: id }) => id}
          empty={<EmptyState icon={<ShieldCheckmarkRegular />} title={texts.noChecks} hint={texts.noChecksHint} />}
        />
      )}
      {data && <Pager page={page} pageSize={CHECKS_PAGE} total={data.total} onPage={setPage} />}
    </Panel>
  );
}

function checkColumns(texts: (typeof repositoryTexts)['en'], formats: Formats): DataColumn<VerificationView>[] {
  const { checkColumns: columns } = texts;
  return [
    { id: 'what', header: columns.what, width: 'minmax(160px, 1fr)', cell: ({ kind }) => texts.checkKinds[kind] },
    {
      id: 'result',
      header: columns.result,
      width: '170px',
      cell: ({ status }) => <VerificationState status={status} />,
    },
    {
      id: 'started',
      header: columns.started,
      width: '190px',
      cell: ({ started_at: at }) => (at === null ? '–' : formats.dateTime(at)),
    },
    {
      id: 'read',
      header: columns.read,
      width: '110px',
      isNumber: true,
      cell: ({ read_bytes: bytes }) => formats.bytes(bytes),
    },
    {
      id: 'errors',
      header: columns.errors,
      width: 'minmax(160px, 1.5fr)',
      cell: ({ error_count: count, errors, status }) => {
        const text =
          count > 0 ? `${texts.errors(count)}: ${errors[0] ?? ''}` : status === 'verified' ? texts.sound : '';
        return <span title={errors.join('\n') || text}>{text}</span>;
      },
    },
  ];
}
