import { makeStyles, MessageBar, MessageBarBody, MessageBarTitle, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import type { OverviewTask } from '../../../../contracts/overview.ts';
import type { TaskView } from '../../../../contracts/tasks.ts';
import { runTimes } from '../../../format/time-left.ts';
import { useFormats } from '../../../format/use-formats.ts';
import { useNow } from '../../../format/use-now.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { DayLegend } from '../../../ui/day-legend.tsx';
import { DayStrip } from '../../../ui/day-strip.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { LoadingState } from '../../../ui/loading-state.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { ProgressRow } from '../../../ui/progress-row.tsx';
import { overviewQuery } from '../../overview/queries.ts';
import { overviewTexts } from '../../overview/texts.ts';
import { figuresQuery } from '../queries.ts';
import { TaskSettings } from './task-settings.tsx';
import { detailTexts } from './texts.ts';

const DurationChart = lazy(() => import('./duration-chart.tsx'));

const useStyles = makeStyles({
  problem: {
    marginBottom: tokens.spacingVerticalL,
    '& .fui-MessageBarBody': { overflowWrap: 'anywhere', whiteSpace: 'pre-line' },
  },
});

export function NowTab({ task }: { readonly task: TaskView }) {
  const styles = useStyles();
  const texts = useTexts(detailTexts);
  const { data } = useQuery(overviewQuery);
  const summary = data?.tasks.find(({ task_id }) => task_id === task.task_id);
  return (
    <>
      {summary?.problem && (
        <MessageBar
          intent={summary.level === 'wrong' ? 'error' : 'warning'}
          layout="multiline"
          className={styles.problem}
        >
          <MessageBarBody>
            <MessageBarTitle>{texts.problem}</MessageBarTitle>
            {summary.problem.message}
          </MessageBarBody>
        </MessageBar>
      )}
      {summary?.running && <Running name={task.display_name} running={summary.running} />}
      {summary && data && (
        <Panel title={texts.days} aside={<DayLegend />}>
          <DayStrip name={task.display_name} days={summary.days} today={data.today} />
        </Panel>
      )}
      <Figures task={task} summary={summary} />
      <Panel title={texts.duration}>
        <Suspense fallback={<LoadingState />}>
          <DurationChart taskId={task.task_id} />
        </Suspense>
      </Panel>
      <TaskSettings task={task} />
    </>
  );
}

function Running({ name, running }: { readonly name: string; readonly running: NonNullable<OverviewTask['running']> }) {
  const texts = useTexts(detailTexts);
  const words = useTexts(overviewTexts);
  const formats = useFormats();
  const nowMs = useNow();
  const { progress, message, bytes_per_second: speed } = running;
  const { tookSeconds, leftSeconds } = runTimes(running, nowMs);
  const facts = [
    ...(tookSeconds === null ? [] : [words.forNow(formats.duration(tookSeconds))]),
    ...(speed === null ? [] : [words.speed(formats.bytes(speed))]),
    ...(leftSeconds === null ? [] : [words.left(formats.duration(leftSeconds))]),
  ];
  return (
    <Panel title={texts.runsNow}>
      <ProgressRow name={name} label={name} percent={progress} facts={facts} message={message} />
    </Panel>
  );
}

function Figures({ task, summary }: { readonly task: TaskView; readonly summary: OverviewTask | undefined }) {
  const texts = useTexts(detailTexts);
  const formats = useFormats();
  const nowMs = useNow();
  const { data: figures } = useQuery(figuresQuery(task.task_id));
  const when = (at: string | null = null) =>
    at === null ? null : <span title={formats.exactTime(at)}>{formats.relative(at, nowMs)}</span>;
  const seconds = (value: number | null = null) => (value === null ? null : formats.duration(value));
  return (
    <Panel title={texts.figures}>
      <Facts
        facts={[
          [texts.lastRun, when(summary?.last_run) ?? texts.never],
          ['config' in task ? texts.nextRun : texts.expected, when(summary?.next_run)],
          [texts.totalRuns, figures ? formats.number(figures.total_runs) : null],
          [
            texts.succeeded,
            figures && figures.uptime_percentage !== null ? formats.percent(figures.uptime_percentage) : null,
          ],
          [texts.averageDuration, seconds(figures?.avg_duration)],
          [texts.usualDuration, seconds(figures?.usual_duration_seconds)],
          [texts.lastSeen, when(figures?.last_seen)],
        ]}
      />
    </Panel>
  );
}
