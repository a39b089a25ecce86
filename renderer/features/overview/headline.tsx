import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { CheckmarkCircleFilled, DismissCircleFilled, WarningFilled } from '@fluentui/react-icons';
import { useEffect } from 'react';
import type { Overview } from '../../../contracts/overview.ts';
import { useIsStale } from '../../app/live/live-context.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useNow } from '../../format/use-now.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { ProtectButton } from './protect-button.tsx';
import { overviewTexts } from './texts.ts';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalL,
    paddingBottom: tokens.spacingVerticalXL,
  },
  words: { flexGrow: 1, minWidth: 0 },
  icon: { fontSize: '44px', flexShrink: 0, display: 'inline-flex' },
  title: { margin: 0, fontSize: '28px', lineHeight: '36px', fontWeight: tokens.fontWeightSemibold },
  more: {
    margin: '2px 0 0',
    color: tokens.colorNeutralForeground2,
    fontSize: '14px',
    lineHeight: '20px',
    overflowWrap: 'anywhere',
  },
  stale: { opacity: 0.6 },
});

/** One sentence for a person in a hurry. */
export function Headline({ overview }: { readonly overview: Overview }) {
  const styles = useStyles();
  const texts = useTexts(overviewTexts);
  const isStale = useIsStale();
  const { counts } = overview;
  const level = counts.wrong > 0 ? 'failed' : counts.warnings > 0 ? 'warning' : 'ok';
  const Icon = { failed: DismissCircleFilled, warning: WarningFilled, ok: CheckmarkCircleFilled }[level];
  const watched = counts.total - counts.inactive;
  const title =
    counts.wrong > 0
      ? texts.needYou(counts.wrong)
      : counts.warnings > 0
        ? texts.withWarnings(counts.warnings)
        : texts.allWell(watched);
  const more = useMore(overview);
  useEffect(() => {
    document.title = `${title} · GuardIT`;
  }, [title]);
  return (
    <header className={mergeClasses(styles.root, isStale && styles.stale)}>
      <span className={styles.icon} style={{ color: `var(--state-${level})` }} aria-hidden>
        <Icon />
      </span>
      <div className={styles.words}>
        <h1 className={styles.title} aria-live="polite">
          {title}
        </h1>
        <p className={styles.more}>{more.join(' · ')}</p>
      </div>
      <ProtectButton />
    </header>
  );
}

function useMore({ counts, next_run: next, tasks, scheduler }: Overview): string[] {
  const texts = useTexts(overviewTexts);
  const formats = useFormats();
  const nowMs = useNow();
  const nextName = tasks.find(({ task_id }) => task_id === next?.task_id)?.name;
  const isPaused = scheduler.paused_until !== null;
  return [
    ...(counts.wrong > 0 && counts.warnings > 0 ? [texts.withWarnings(counts.warnings)] : []),
    ...(counts.running > 0 ? [texts.running(counts.running)] : []),
    ...(next && nextName !== undefined
      ? [texts.nextRun(nextName, formats.relative(next.at, nowMs))]
      : isPaused
        ? []
        : [texts.nothingPlanned]),
  ];
}
