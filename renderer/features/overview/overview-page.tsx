import { Button } from '@fluentui/react-components';
import { AddRegular, ShieldTaskRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useDeferredValue } from 'react';
import { useLocation } from 'wouter';
import type { OverviewTask } from '../../../contracts/overview.ts';
import { links } from '../../app/links.ts';
import { useMay } from '../../app/session/session-context.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { AttentionPanel } from './attention-panel.tsx';
import { Headline } from './headline.tsx';
import { HistoryPanel } from './history-panel.tsx';
import { PausedBar } from './paused-bar.tsx';
import { ProtectButton } from './protect-button.tsx';
import { overviewQuery } from './queries.ts';
import { RunningPanel } from './running-panel.tsx';
import { overviewTexts } from './texts.ts';

const ProtectionPanels = lazy(() => import('./protection-panels.tsx'));

const NONE: readonly OverviewTask[] = [];

/** Is everything safe, what is wrong, what runs, what comes next. */
export default function OverviewPage() {
  const texts = useTexts(overviewTexts);
  const { data, error, refetch } = useQuery(overviewQuery);
  // The strips are hundreds of little bars: what is wrong is drawn before them.
  const history = useDeferredValue(data?.tasks ?? NONE, NONE);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  if (data.tasks.length === 0) {
    return (
      <>
        <PageHeader title={texts.title} />
        <EmptyState icon={<ShieldTaskRegular />} title={texts.noTasks} hint={texts.noTasksHint}>
          <ProtectButton />
          <NewTaskButton />
        </EmptyState>
      </>
    );
  }
  return (
    <>
      <Headline overview={data} />
      <PausedBar scheduler={data.scheduler} />
      <AttentionPanel tasks={data.tasks} />
      <RunningPanel tasks={data.tasks} />
      <Suspense>
        <ProtectionPanels />
      </Suspense>
      {history.length > 0 && <HistoryPanel tasks={history} today={data.today} />}
    </>
  );
}

function NewTaskButton() {
  const texts = useTexts(overviewTexts);
  const [, navigate] = useLocation();
  const mayMake = useMay('admin', 'operator', 'reporter');
  if (!mayMake) return null;
  return (
    <Button icon={<AddRegular />} onClick={() => navigate(links.newTask)}>
      {texts.newTask}
    </Button>
  );
}
