import { makeStyles, tokens } from '@fluentui/react-components';
import { CheckmarkCircleFilled, DismissCircleFilled, PauseCircleFilled, WarningFilled } from '@fluentui/react-icons';
import type { Overview } from '../../../contracts/overview.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useNow } from '../../format/use-now.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { popoverTexts } from './texts.ts';

const useStyles = makeStyles({
  root: { display: 'grid', gridTemplateColumns: '36px minmax(0, 1fr)', gap: tokens.spacingHorizontalM },
  icon: { fontSize: '36px', display: 'inline-flex' },
  title: { margin: 0, fontSize: '18px', lineHeight: '24px', fontWeight: tokens.fontWeightSemibold },
  more: {
    margin: 0,
    fontSize: '12px',
    lineHeight: '16px',
    color: tokens.colorNeutralForeground2,
    overflowWrap: 'anywhere',
  },
});

/** One sentence, and what comes next. */
export function Glance({ overview }: { readonly overview: Overview }) {
  const styles = useStyles();
  const texts = useTexts(popoverTexts);
  const { counts, scheduler } = overview;
  const level =
    counts.wrong > 0 ? 'failed' : counts.warnings > 0 ? 'warning' : scheduler.paused_until === null ? 'ok' : 'none';
  const Icon = {
    failed: DismissCircleFilled,
    warning: WarningFilled,
    ok: CheckmarkCircleFilled,
    none: PauseCircleFilled,
  }[level];
  const title =
    counts.wrong > 0
      ? texts.needYou(counts.wrong)
      : counts.warnings > 0
        ? texts.withWarnings(counts.warnings)
        : counts.total === 0
          ? texts.nothingYet
          : texts.allWell;
  const next = useNext(overview);
  return (
    <header className={styles.root}>
      <span className={styles.icon} style={{ color: `var(--state-${level})` }} aria-hidden>
        <Icon />
      </span>
      <div>
        <h1 className={styles.title} aria-live="polite">
          {title}
        </h1>
        <p className={styles.more}>{next}</p>
      </div>
    </header>
  );
}

function useNext({ scheduler, next_run: next, tasks }: Overview): string {
  const texts = useTexts(popoverTexts);
  const formats = useFormats();
  const nowMs = useNow();
  const { paused_until: until } = scheduler;
  if (until !== null) return until === 'indefinitely' ? texts.paused : texts.pausedUntil(formats.dateTime(until));
  const name = tasks.find(({ task_id }) => task_id === next?.task_id)?.name;
  return next && name !== undefined ? texts.next(name, formats.relative(next.at, nowMs)) : texts.nothingPlanned;
}
