import { makeStyles, tokens } from '@fluentui/react-components';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import type { OverviewTask } from '../../../contracts/overview.ts';
import { links } from '../../app/links.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { DayLegend } from '../../ui/day-legend.tsx';
import { DayStrip } from '../../ui/day-strip.tsx';
import { madeWhenUsed } from '../../format/made-when-used.ts';
import { PageLink } from '../../ui/page-link.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StateIcon } from '../../ui/state-badge.tsx';
import { overviewTexts } from './texts.ts';

const ROW_HEIGHT_PX = 36;
const VISIBLE_ROWS = 14;

const useStyles = makeStyles({
  scroller: {
    maxHeight: `${ROW_HEIGHT_PX * VISIBLE_ROWS}px`,
    overflowY: 'auto',
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  list: { position: 'relative', margin: 0, padding: 0, listStyleType: 'none' },
  row: {
    position: 'absolute',
    insetInline: 0,
    height: `${ROW_HEIGHT_PX}px`,
    display: 'grid',
    gridTemplateColumns: '24px minmax(120px, 1fr) minmax(160px, 320px)',
    gap: tokens.spacingHorizontalM,
    alignItems: 'center',
    padding: `0 ${tokens.spacingHorizontalL}`,
    boxSizing: 'border-box',
  },
  name: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', fontSize: '13px' },
});

const ORDER = ['wrong', 'warning', 'well', 'inactive'] as const;

/** Comparing two strings makes such a thing anew each time, which takes longer than all else of the page. */
const byName = madeWhenUsed(() => new Intl.Collator(undefined, { numeric: true }));

function sorted(tasks: readonly OverviewTask[]): OverviewTask[] {
  return [...tasks].sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level) || byName().compare(a.name, b.name));
}

/** Each task's last 30 days. Rows in sight only: there may be thousands. */
export function HistoryPanel({ tasks, today }: { readonly tasks: readonly OverviewTask[]; readonly today: string }) {
  const styles = useStyles();
  const texts = useTexts(overviewTexts);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => sorted(tasks), [tasks]);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT_PX,
    overscan: 10,
  });
  return (
    <Panel title={texts.history} aside={<DayLegend />} flush>
      <div ref={scroller} className={styles.scroller} tabIndex={0} role="group" aria-label={texts.history}>
        <ul className={styles.list} style={{ height: virtualizer.getTotalSize() + 8 }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const task = rows[index];
            if (!task) return null;
            return (
              <li key={task.task_id} className={styles.row} style={{ transform: `translateY(${start}px)` }}>
                <StateIcon state={task.level === 'warning' && task.state === 'ok' ? 'warning' : task.state} />
                <span className={styles.name} title={task.name}>
                  <PageLink to={links.task(task.task_id)}>{task.name}</PageLink>
                </span>
                <DayStrip name={task.name} days={task.days} today={today} />
              </li>
            );
          })}
        </ul>
      </div>
    </Panel>
  );
}
