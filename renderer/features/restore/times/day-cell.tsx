import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { BackupResponse } from '../../../../contracts/backups.ts';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { startOf, type Day } from './month.ts';
import { timeTexts } from './texts.ts';

const useStyles = makeStyles({
  cell: { display: 'grid' },
  root: {
    position: 'relative',
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    justifyContent: 'center',
    gap: '3px',
    height: '40px',
    border: '1px solid transparent',
    borderRadius: tokens.borderRadiusMedium,
    background: 'none',
    font: 'inherit',
    fontSize: '13px',
    lineHeight: '16px',
    color: tokens.colorNeutralForeground3,
    cursor: 'pointer',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  filled: { color: tokens.colorNeutralForeground1, fontWeight: tokens.fontWeightSemibold },
  chosen: {
    backgroundColor: tokens.colorBrandBackground2,
    border: `1px solid ${tokens.colorBrandStroke1}`,
    color: tokens.colorNeutralForeground1,
  },
  dots: { display: 'flex', gap: '3px', height: '6px' },
  dot: { width: '6px', height: '6px', borderRadius: '3px', forcedColorAdjust: 'none' },
  square: { borderRadius: '1px' },
});

const SHOWN_DOTS = 4;

interface DayCellProps {
  readonly day: Day;
  readonly backups: readonly BackupResponse[];
  readonly isChosen: boolean;
  readonly isOutside: boolean;
  readonly onChoose: (day: Day) => void;
}

/** A day and a dot for each of its first backups; a square one where something is wrong. */
export function DayCell({ day, backups, isChosen, isOutside, onChoose }: DayCellProps) {
  const styles = useStyles();
  const texts = useTexts(timeTexts);
  const formats = useFormats();
  if (isOutside) return <div role="gridcell" aria-hidden />;
  const what = backups.length === 0 ? texts.none : [texts.count(backups.length), ...wordsOf(backups, texts)].join(', ');
  return (
    <div role="gridcell" aria-selected={isChosen} className={styles.cell}>
      <button
        type="button"
        tabIndex={isChosen ? 0 : -1}
        aria-label={texts.dayIs(formats.date(startOf(day)), what)}
        className={mergeClasses(styles.root, backups.length > 0 && styles.filled, isChosen && styles.chosen)}
        onClick={() => onChoose(day)}
      >
        {day.day}
        <span className={styles.dots}>
          {backups.slice(0, SHOWN_DOTS).map((backup) => {
            const kind = kindOf(backup);
            return (
              <span
                key={backup.backup_id}
                className={mergeClasses(styles.dot, kind !== 'ok' && styles.square)}
                style={{ backgroundColor: `var(--state-${kind})` }}
              />
            );
          })}
        </span>
      </button>
    </div>
  );
}

function wordsOf(backups: readonly BackupResponse[], { marks }: (typeof timeTexts)['en']): readonly string[] {
  return [
    ...(backups.some(({ anomaly }) => anomaly !== null) ? [marks.anomaly] : []),
    ...(backups.some(({ verify_state }) => verify_state === 'damaged') ? [marks.damaged] : []),
    ...(backups.some(({ pinned }) => pinned) ? [marks.pinned] : []),
  ];
}

export function kindOf({ status, anomaly, verify_state: verified, warnings }: BackupResponse) {
  if (status === 'failed' || verified === 'damaged') return 'failed';
  if (status !== 'completed') return 'none';
  return anomaly !== null || warnings > 0 ? 'warning' : 'ok';
}
