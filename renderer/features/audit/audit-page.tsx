import { Input, makeStyles, tokens } from '@fluentui/react-components';
import { DocumentSearchRegular } from '@fluentui/react-icons';
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo, useState } from 'react';
import type { z } from 'zod';
import { AuditList, type AuditEntry } from '../../../contracts/audit.ts';
import { call } from '../../api/client.ts';
import { keys } from '../../api/query-keys.ts';
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
import { auditTexts } from './texts.ts';

type Entry = z.infer<typeof AuditEntry>;

const PAGE_SIZE = 100;

const useStyles = makeStyles({
  filters: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalM,
    padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalM}`,
  },
});

interface AuditFilter {
  readonly actor: string;
  readonly action: string;
  readonly object: string;
}

const auditQuery = (filter: AuditFilter, page: number) =>
  queryOptions({
    queryKey: keys.audit(filter, page),
    queryFn: ({ signal }) =>
      call('/api/v1/audit', {
        query: { ...filter, limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE },
        reply: AuditList,
        signal,
      }),
    staleTime: 5_000,
    placeholderData: keepPreviousData,
  });

/** Who did what, when and from where. */
export default function AuditPage() {
  const styles = useStyles();
  const texts = useTexts(auditTexts);
  const formats = useFormats();
  const [filter, setFilter] = useState<AuditFilter>({ actor: '', action: '', object: '' });
  const [page, setPage] = useState(1);
  const { data, error, refetch } = useQuery(auditQuery(useDeferredValue(filter), page));
  const columns = useMemo(() => auditColumns(texts, formats), [texts, formats]);
  const field = (name: keyof AuditFilter) => (
    <Input
      aria-label={texts[name]}
      placeholder={texts[name]}
      value={filter[name]}
      onChange={(_event, { value }) => {
        setFilter({ ...filter, [name]: value });
        setPage(1);
      }}
    />
  );
  return (
    <>
      <PageHeader title={texts.title} subtitle={texts.subtitle} />
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!error && !data && <LoadingState />}
      {data && (
        <Panel title={texts.entries(data.total)} flush>
          <div className={styles.filters} role="search">
            {field('actor')}
            {field('action')}
            {field('object')}
          </div>
          <DataTable
            label={texts.title}
            items={data.entries}
            columns={columns}
            idOf={({ id }) => String(id)}
            empty={<EmptyState icon={<DocumentSearchRegular />} title={texts.nothing} />}
          />
          <Pager page={page} pageSize={PAGE_SIZE} total={data.total} onPage={setPage} />
        </Panel>
      )}
    </>
  );
}

function auditColumns({ columns, kinds }: (typeof auditTexts)['en'], formats: Formats): DataColumn<Entry>[] {
  return [
    { id: 'at', header: columns.at, width: '180px', cell: ({ at }) => formats.exactTime(at) },
    {
      id: 'actor',
      header: columns.actor,
      width: 'minmax(120px, 1fr)',
      cell: ({ actor }) => <span title={kinds[actor.kind]}>{actor.name}</span>,
    },
    { id: 'from', header: columns.from, width: '120px', cell: ({ actor }) => actor.address },
    { id: 'action', header: columns.action, width: 'minmax(140px, 1fr)', cell: ({ action }) => action },
    {
      id: 'object',
      header: columns.object,
      width: 'minmax(140px, 1.5fr)',
      cell: ({ object }) => <span title={object}>{object}</span>,
    },
    {
      id: 'details',
      header: columns.details,
      width: 'minmax(160px, 2fr)',
      cell: ({ details }) => {
        const text = Object.keys(details).length === 0 ? '' : JSON.stringify(details);
        return <code title={text}>{text}</code>;
      },
    },
  ];
}
