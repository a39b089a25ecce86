import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { BackupMetricsView, BackupStatusView, TargetStateView } from '../../../contracts/protection-status.ts';
import { protectionFiguresQuery } from '../../api/protection-queries.ts';
import { links } from '../../app/links.ts';
import type { Formats } from '../../format/formats.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useNow } from '../../format/use-now.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { DataTable, type DataColumn } from '../../ui/data-table/data-table.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StateWord } from '../../ui/state-word.tsx';
import { StateIcon } from '../../ui/state-badge.tsx';
import type { ShownState } from '../../ui/texts.ts';
import { protectionTexts } from './protection-texts.ts';

const FIGURES_DAYS = 30;
const LOOKS: Readonly<Record<TargetStateView['state'], ShownState>> = {
  ok: 'ok',
  warning: 'warning',
  failed: 'failed',
  overdue: 'overdue',
  running: 'running',
  never: 'unknown',
};
/** What needs somebody comes first. */
const ORDER: readonly TargetStateView['state'][] = ['failed', 'overdue', 'never', 'warning', 'running', 'ok'];

/** Each target: what could be restored, whether that was ever tried, and what could take it away. */
export function RecoverabilityPanel({ protection }: { readonly protection: BackupStatusView }) {
  const texts = useTexts(protectionTexts);
  const formats = useFormats();
  const nowMs = useNow();
  const { data: figures } = useQuery(protectionFiguresQuery(FIGURES_DAYS));
  const targets = useMemo(
    () =>
      [...protection.details].sort(
        (a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.name.localeCompare(b.name),
      ),
    [protection],
  );
  const columns = useMemo(
    () => recoverabilityColumns(texts, formats, nowMs, figures),
    [texts, formats, nowMs, figures],
  );
  return (
    <Panel title={texts.recoverability} flush>
      <DataTable
        label={texts.recoverability}
        items={targets}
        columns={columns}
        idOf={({ target_id: id }) => id}
        nameOf={({ name }) => name}
      />
    </Panel>
  );
}

function recoverabilityColumns(
  texts: (typeof protectionTexts)['en'],
  formats: Formats,
  nowMs: number,
  figures: BackupMetricsView | undefined,
): DataColumn<TargetStateView>[] {
  const { columns } = texts;
  const when = (at: string | null | undefined) =>
    at ? <span title={formats.exactTime(at)}>{formats.relative(at, nowMs)}</span> : texts.never;
  return [
    { id: 'target', header: columns.target, width: 'minmax(120px, 2fr)', cell: (each) => <Name target={each} /> },
    {
      id: 'last',
      header: columns.last,
      width: '145px',
      cell: ({ last_good_backup: good }) => when(good?.completed_at),
    },
    { id: 'proven', header: columns.proven, width: '170px', cell: ({ last_drill_at: at }) => when(at) },
    {
      id: 'success',
      header: columns.success,
      width: '140px',
      cell: ({ target_id: id }) => {
        const rate = figures?.targets.find(({ target_id: other }) => other === id)?.success_rate ?? null;
        return rate === null ? texts.none : formats.percent(rate * 100);
      },
    },
    {
      id: 'immutable',
      header: columns.immutable,
      width: '155px',
      cell: ({ immutable_until: until }) => (until === null ? texts.deletable : texts.until(formats.date(until))),
    },
    {
      id: 'off-site',
      header: columns.offSite,
      width: '110px',
      cell: ({ off_site: isOffSite }) => (isOffSite ? texts.yes : texts.no),
    },
    {
      id: 'kit',
      header: columns.kit,
      width: '130px',
      cell: ({ kit_stored: isStored }) => (
        <StateWord state={isStored ? 'ok' : 'warning'} word={isStored ? texts.stored : texts.notStored} />
      ),
    },
  ];
}

function Name({ target }: { readonly target: TargetStateView }) {
  const texts = useTexts(protectionTexts);
  const { target_id: id, name, state, cause } = target;
  return (
    <span title={[name, texts.states[state], cause].filter(Boolean).join(' · ')} style={NAME}>
      <StateIcon state={LOOKS[state]} />
      <PageLink to={links.target(id)}>{name}</PageLink>
    </span>
  );
}

const NAME = { display: 'inline-flex', alignItems: 'center', gap: 8, minWidth: 0, verticalAlign: 'middle' } as const;
