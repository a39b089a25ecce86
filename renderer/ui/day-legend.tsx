import { makeStyles, tokens } from '@fluentui/react-components';
import { useTexts } from '../i18n/use-texts.ts';
import { stripTexts } from './day-strip-texts.ts';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalM,
    fontSize: '12px',
    color: tokens.colorNeutralForeground2,
  },
  entry: { display: 'inline-flex', alignItems: 'center', gap: '6px' },
  box: { width: '8px', height: '14px', borderRadius: '2px', display: 'inline-block', forcedColorAdjust: 'none' },
});

/** What the bars of a DayStrip mean. */
export function DayLegend() {
  const styles = useStyles();
  const texts = useTexts(stripTexts);
  return (
    <div className={styles.root} aria-hidden>
      {(['ok', 'warning', 'failed', 'overdue', 'none'] as const).map((kind) => (
        <span key={kind} className={styles.entry}>
          <span
            className={styles.box}
            style={{ backgroundColor: `var(--state-${kind})`, ...(kind === 'none' && { height: '4px' }) }}
          />
          {texts.kinds[kind]}
        </span>
      ))}
    </div>
  );
}
