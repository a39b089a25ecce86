import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useIsStale } from '../../app/live/live-context.ts';
import { useMay } from '../../app/session/session-context.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { overviewQuery } from '../overview/queries.ts';
import { Attention } from './attention.tsx';
import { Glance } from './glance.tsx';
import { PopoverButtons } from './popover-buttons.tsx';
import { RunTask } from './run-task.tsx';
import { RunsNow } from './runs-now.tsx';
import { popoverTexts } from './texts.ts';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', height: '100%', boxSizing: 'border-box' },
  parts: {
    flexGrow: 1,
    minHeight: 0,
    overflowY: 'auto',
    display: 'grid',
    alignContent: 'start',
    gap: tokens.spacingVerticalL,
    padding: tokens.spacingHorizontalL,
  },
  stale: { opacity: 0.6 },
});

/** What stands above the tray icon after a click: how things are, what runs, what is wrong, and the few things one does at once. */
export default function PopoverPage() {
  const styles = useStyles();
  const texts = useTexts(popoverTexts);
  const isStale = useIsStale();
  const mayRun = useMay('admin', 'operator');
  const { data, error, refetch } = useQuery(overviewQuery);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  return (
    <div className={styles.root} aria-label={texts.title} role="region">
      <div className={mergeClasses(styles.parts, isStale && styles.stale)}>
        <Glance overview={data} />
        <RunsNow tasks={data.tasks} />
        <Attention tasks={data.tasks} />
        {mayRun && <RunTask tasks={data.tasks} />}
      </div>
      <PopoverButtons scheduler={data.scheduler} />
    </div>
  );
}
