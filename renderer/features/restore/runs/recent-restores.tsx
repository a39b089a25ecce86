import { HistoryRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { RestoreView } from '../../../../contracts/restores.ts';
import { targetsEverQuery } from '../../../api/protection-queries.ts';
import { links } from '../../../app/links.ts';
import type { Formats } from '../../../format/formats.ts';
import { useFormats } from '../../../format/use-formats.ts';
import { useNow } from '../../../format/use-now.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { DataTable, type DataColumn } from '../../../ui/data-table/data-table.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingState } from '../../../ui/loading-state.tsx';
import { PageLink } from '../../../ui/page-link.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { restoresQuery } from '../queries.ts';
import { isActive, shownState } from './restore-state.ts';
import { runTexts } from './texts.ts';

/** The last restores, of one target or of all. */
export function RecentRestores({ targetId = null }: { readonly targetId?: string | null }) {
  const texts = useTexts(runTexts);
  const formats = useFormats();
  const nowMs = useNow();
  const { data, error, refetch } = useQuery(restoresQuery(targetId));
  const { data: targets } = useQuery(targetsEverQuery);
  const columns = useMemo(() => {
    const names = new Map(targets?.targets.map(({ target_id, name }) => [target_id, name]));
    return columnsOf(texts, formats, nowMs, names);
  }, [texts, formats, nowMs, targets]);
  return (
    <Panel title={texts.recent} flush>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!error && !data && <LoadingState />}
      {data && (
        <DataTable
          label={texts.recent}
          items={data.restores}
          columns={columns}
          idOf={({ restore_id }) => restore_id}
          empty={<EmptyState icon={<HistoryRegular />} title={texts.none} hint={texts.noneHint} />}
        />
      )}
    </Panel>
  );
}

function columnsOf(
  texts: (typeof runTexts)['en'],
  formats: Formats,
  nowMs: number,
  names: ReadonlyMap<string, string>,
): DataColumn<RestoreView>[] {
  const { columns } = texts;
  return [
    {
      id: 'what',
      header: columns.what,
      width: 'minmax(140px, 1fr)',
      cell: ({ restore_id, target_id }) => (
        <PageLink to={links.restored(restore_id)}>{names.get(target_id) ?? target_id}</PageLink>
      ),
    },
    {
      id: 'state',
      header: columns.state,
      width: '190px',
      cell: (restore) => (
        <StateBadge
          state={shownState(restore)}
          {...(isActive(restore) &&
            restore.progress !== null && { detail: formats.percent(Math.round(restore.progress)) })}
        />
      ),
    },
    {
      id: 'where',
      header: columns.where,
      width: 'minmax(180px, 2fr)',
      cell: ({ original, destination }) => <span title={destination}>{original ? texts.original : destination}</span>,
    },
    { id: 'by', header: columns.by, width: 'minmax(100px, 0.6fr)', cell: ({ requested_by }) => requested_by },
    {
      id: 'when',
      header: columns.when,
      width: '150px',
      cell: ({ created_at: at }) => <span title={formats.exactTime(at)}>{formats.relative(at, nowMs)}</span>,
    },
  ];
}
