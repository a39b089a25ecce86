import { makeStyles, SearchBox, tokens } from '@fluentui/react-components';
import { HistoryRegular, SearchRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { TargetView } from '../../../../contracts/targets.ts';
import { targetsEverQuery } from '../../../api/protection-queries.ts';
import { links } from '../../../app/links.ts';
import { useMay } from '../../../app/session/session-context.ts';
import type { Formats } from '../../../format/formats.ts';
import { useFormats } from '../../../format/use-formats.ts';
import { useNow } from '../../../format/use-now.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { DataTable, type DataColumn } from '../../../ui/data-table/data-table.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingState } from '../../../ui/loading-state.tsx';
import { PageHeader } from '../../../ui/page-header.tsx';
import { PageLink } from '../../../ui/page-link.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { MayNot } from '../browse/browse-view.tsx';
import { RecentRestores } from '../runs/recent-restores.tsx';
import { restoreTexts } from '../texts.ts';

/** With fewer than this nobody needs to search. */
const SEARCH_FROM = 8;

const useStyles = makeStyles({
  notice: { marginBottom: tokens.spacingVerticalL },
  search: { minWidth: '220px' },
});

/** What was backed up, and what has been restored lately. */
export function TargetChoice() {
  const styles = useStyles();
  const texts = useTexts(restoreTexts);
  const mayRestore = useMay('admin', 'operator');
  const { data, error, refetch } = useQuery(targetsEverQuery);
  return (
    <>
      <PageHeader title={texts.title} subtitle={texts.subtitle} />
      {!mayRestore && <MayNot className={styles.notice} />}
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!error && !data && <LoadingState />}
      {data &&
        (data.targets.length === 0 ? (
          <EmptyState icon={<HistoryRegular />} title={texts.none} hint={texts.noneHint} />
        ) : (
          <>
            <Targets targets={data.targets} />
            <RecentRestores />
          </>
        ))}
    </>
  );
}

function Targets({ targets }: { readonly targets: readonly TargetView[] }) {
  const styles = useStyles();
  const texts = useTexts(restoreTexts);
  const formats = useFormats();
  const nowMs = useNow();
  const [text, setText] = useState('');
  const columns = useMemo(() => columnsOf(texts, formats, nowMs), [texts, formats, nowMs]);
  const wanted = text.trim().toLocaleLowerCase();
  const shown = targets.filter(({ name }) => name.toLocaleLowerCase().includes(wanted));
  return (
    <Panel
      title={texts.targets}
      flush
      aside={
        targets.length >= SEARCH_FROM && (
          <SearchBox
            className={styles.search}
            placeholder={texts.search}
            aria-label={texts.search}
            value={text}
            onChange={(_event, { value }) => setText(value)}
          />
        )
      }
    >
      <DataTable
        label={texts.targets}
        items={shown}
        columns={columns}
        idOf={({ target_id }) => target_id}
        initialSorting={[{ id: 'name', desc: false }]}
        empty={<EmptyState icon={<SearchRegular />} title={texts.nothingFound} />}
      />
    </Panel>
  );
}

function columnsOf(
  { columns, kinds, noBackup, removed }: (typeof restoreTexts)['en'],
  formats: Formats,
  nowMs: number,
): DataColumn<TargetView>[] {
  return [
    {
      id: 'name',
      header: columns.name,
      width: 'minmax(180px, 2fr)',
      sortBy: ({ name }) => name.toLocaleLowerCase(),
      cell: ({ target_id, name, removed_at }) => (
        <span title={name}>
          <PageLink to={links.restoreTarget(target_id)}>{name}</PageLink>
          {removed_at !== null && ` (${removed})`}
        </span>
      ),
    },
    { id: 'kind', header: columns.kind, width: '120px', cell: ({ kind }) => kinds[kind] },
    {
      id: 'newest',
      header: columns.newest,
      width: '200px',
      sortBy: ({ last_good_backup }) => last_good_backup?.created_at ?? null,
      cell: ({ last_good_backup: last }) =>
        last === null ? (
          noBackup
        ) : (
          <span title={formats.exactTime(last.created_at)}>{formats.relative(last.created_at, nowMs)}</span>
        ),
    },
    {
      id: 'backups',
      header: columns.backups,
      width: '110px',
      isNumber: true,
      sortBy: ({ backup_counts }) => backup_counts.completed,
      cell: ({ backup_counts }) => formats.number(backup_counts.completed),
    },
    {
      id: 'size',
      header: columns.size,
      width: '110px',
      isNumber: true,
      sortBy: ({ last_good_backup }) => last_good_backup?.total_bytes ?? null,
      cell: ({ last_good_backup: last }) => (last === null ? '' : formats.bytes(last.total_bytes)),
    },
  ];
}
