import { makeStyles, Tab, TabList, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useSearchParams } from 'wouter';
import type { TaskView } from '../../../../contracts/tasks.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingState } from '../../../ui/loading-state.tsx';
import { PageHeader } from '../../../ui/page-header.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { overviewQuery } from '../../overview/queries.ts';
import { taskQuery } from '../queries.ts';
import { NowTab } from './now-tab.tsx';
import { TaskButtons } from './task-buttons.tsx';
import { detailTexts } from './texts.ts';

const RunsTab = lazy(() => import('./runs-tab.tsx'));
const HistoryTab = lazy(() => import('./history-tab.tsx'));
const LogTab = lazy(() => import('./log-tab.tsx'));
const CommandsTab = lazy(() => import('./commands-tab.tsx'));

const useStyles = makeStyles({ tabs: { marginBottom: tokens.spacingVerticalL, marginLeft: '-10px' } });

/** One task: how it is, its runs, its log, and how to do the same from a script. */
export default function TaskPage() {
  const texts = useTexts(detailTexts);
  const [search] = useSearchParams();
  const taskId = search.get('id');
  if (taskId === null) return <EmptyState title={texts.noTask} />;
  return <TaskOf key={taskId} taskId={taskId} />;
}

function TaskOf({ taskId }: { readonly taskId: string }) {
  const { data: task, error, refetch } = useQuery(taskQuery(taskId));
  const { data: overview } = useQuery(overviewQuery);
  if (error && !task) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!task) return <LoadingState />;
  const summary = overview?.tasks.find(({ task_id }) => task_id === task.task_id);
  const isWarning = summary?.level === 'warning' && summary.state === 'ok';
  return (
    <>
      <PageHeader
        title={task.display_name}
        {...(task.description !== null && { subtitle: task.description })}
        {...(summary && { badge: <StateBadge strong state={isWarning ? 'warning' : summary.state} /> })}
      >
        <TaskButtons task={task} isRunning={(summary?.running ?? null) !== null} />
      </PageHeader>
      <Tabs task={task} />
    </>
  );
}

type TabId = 'now' | 'runs' | 'history' | 'log' | 'commands';

function Tabs({ task }: { readonly task: TaskView }) {
  const styles = useStyles();
  const texts = useTexts(detailTexts);
  const [search, setSearch] = useSearchParams();
  const isOwn = 'config' in task;
  const tabs: readonly TabId[] = isOwn ? ['now', 'runs', 'log', 'commands'] : ['now', 'history', 'commands'];
  const current = tabs.find((tab) => tab === search.get('tab')) ?? 'now';
  return (
    <>
      <TabList
        className={styles.tabs}
        selectedValue={current}
        onTabSelect={(_event, { value }) => setSearch({ id: task.task_id, tab: String(value) }, { replace: true })}
      >
        {tabs.map((tab) => (
          <Tab key={tab} value={tab}>
            {texts.tabs[tab]}
          </Tab>
        ))}
      </TabList>
      <Suspense fallback={<LoadingState />}>
        {current === 'now' && <NowTab task={task} />}
        {current === 'runs' && <RunsTab taskId={task.task_id} />}
        {current === 'history' && <HistoryTab taskId={task.task_id} />}
        {current === 'log' && <LogTab taskId={task.task_id} runId={search.get('run')} />}
        {current === 'commands' && <CommandsTab task={task} />}
      </Suspense>
    </>
  );
}
