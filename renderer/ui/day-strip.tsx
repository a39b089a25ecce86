import { makeStyles, tokens } from '@fluentui/react-components';
import { memo } from 'react';
import { useFormats } from '../format/use-formats.ts';
import { useTexts } from '../i18n/use-texts.ts';
import { stripTexts } from './day-strip-texts.ts';

export type DayKind = 'ok' | 'warning' | 'failed' | 'overdue' | 'none';

const KINDS: Readonly<Record<string, DayKind | undefined>> = { o: 'ok', w: 'warning', f: 'failed', d: 'overdue' };
const DAY_MS = 86_400_000;
const BAR = { width: 8, gap: 2, height: 22 };
/** Shape says it as well: what went well is whole, the rest is shorter or hollow. */
const HEIGHTS: Readonly<Record<DayKind, number>> = { ok: 22, warning: 22, failed: 22, overdue: 22, none: 4 };

const useStyles = makeStyles({
  root: { display: 'block', width: '100%', maxWidth: '320px', height: `${BAR.height}px`, overflow: 'visible' },
  mark: { fill: 'none', stroke: tokens.colorNeutralBackground1, strokeWidth: '1.6px', strokeLinecap: 'round' },
});

/** The last days of a task, today last: one bar a day. `days` has a letter for each (contracts/overview.ts). */
export const DayStrip = memo(function DayStrip({
  name,
  days,
  today,
}: {
  readonly name: string;
  readonly days: string;
  readonly today: string;
}) {
  const styles = useStyles();
  const formats = useFormats();
  const texts = useTexts(stripTexts);
  const kinds = [...days].map((letter) => KINDS[letter] ?? 'none');
  const okCount = kinds.filter((kind) => kind === 'ok').length;
  const badCount = kinds.filter((kind) => kind === 'failed' || kind === 'overdue').length;
  const step = BAR.width + BAR.gap;
  const dayOf = (index: number) => formats.day(Date.parse(today) - (kinds.length - 1 - index) * DAY_MS);
  return (
    <svg
      className={styles.root}
      viewBox={`0 0 ${kinds.length * step - BAR.gap} ${BAR.height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={texts.summary(name, okCount, badCount)}
    >
      {kinds.map((kind, index) => {
        const height = HEIGHTS[kind];
        return (
          <g key={index}>
            <title>{texts.dayIs(dayOf(index), texts.kinds[kind])}</title>
            {/* The whole height answers to the pointer. */}
            <rect x={index * step} y={0} width={BAR.width} height={BAR.height} fill="transparent" />
            <rect
              x={index * step}
              y={(BAR.height - height) / 2}
              width={BAR.width}
              height={height}
              rx={2}
              fill={`var(--state-${kind})`}
            />
            {kind === 'failed' && <path className={styles.mark} d={cross(index * step)} />}
            {kind === 'overdue' && <path className={styles.mark} d={dash(index * step)} />}
            {kind === 'warning' && <path className={styles.mark} d={dot(index * step)} />}
          </g>
        );
      })}
    </svg>
  );
});

const MIDDLE = BAR.height / 2;

function cross(x: number): string {
  const [left, right] = [x + 2, x + BAR.width - 2];
  return `M${left} ${MIDDLE - 2}L${right} ${MIDDLE + 2}M${right} ${MIDDLE - 2}L${left} ${MIDDLE + 2}`;
}

function dash(x: number): string {
  return `M${x + 2} ${MIDDLE}H${x + BAR.width - 2}`;
}

function dot(x: number): string {
  return `M${x + BAR.width / 2} ${MIDDLE - 4}v5m0 3v0.1`;
}
