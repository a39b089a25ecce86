import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { CheckmarkCircleFilled } from '@fluentui/react-icons';
import { useTexts } from '../../i18n/use-texts.ts';
import { protectTexts } from './texts.ts';

export type StepId = keyof (typeof protectTexts)['en']['steps'];

const useStyles = makeStyles({
  list: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalXL}`,
    margin: `0 0 ${tokens.spacingVerticalL}`,
    padding: 0,
    listStyleType: 'none',
  },
  step: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    fontSize: '14px',
    lineHeight: '24px',
    color: tokens.colorNeutralForeground2,
  },
  current: { color: tokens.colorNeutralForeground1, fontWeight: tokens.fontWeightSemibold },
  number: {
    display: 'inline-grid',
    placeItems: 'center',
    width: '24px',
    height: '24px',
    borderRadius: '50%',
    fontSize: '12px',
    boxSizing: 'border-box',
    border: `1px solid ${tokens.colorNeutralStroke1}`,
  },
  currentNumber: {
    backgroundColor: tokens.colorBrandBackground,
    color: tokens.colorNeutralForegroundOnBrand,
    border: 'none',
  },
  done: { display: 'inline-flex', fontSize: '24px', color: 'var(--state-ok)' },
});

/** Where one is, what is behind and what is to come. */
export function StepList({ steps, current }: { readonly steps: readonly StepId[]; readonly current: StepId }) {
  const styles = useStyles();
  const texts = useTexts(protectTexts);
  const at = steps.indexOf(current);
  return (
    <ol className={styles.list} aria-label={texts.stepsLabel}>
      {steps.map((step, index) => {
        const isCurrent = step === current;
        return (
          <li
            key={step}
            className={mergeClasses(styles.step, isCurrent && styles.current)}
            {...(isCurrent && { 'aria-current': 'step' as const })}
          >
            {index < at ? (
              <span className={styles.done} role="img" aria-label={texts.stepDone}>
                <CheckmarkCircleFilled />
              </span>
            ) : (
              <span className={mergeClasses(styles.number, isCurrent && styles.currentNumber)} aria-hidden>
                {index + 1}
              </span>
            )}
            {texts.steps[step]}
          </li>
        );
      })}
    </ol>
  );
}
