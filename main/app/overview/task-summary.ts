import { z } from 'zod';
import { toInstant } from '../../../contracts/common/instant.ts';
import type { OverviewState, OverviewTask } from '../../../contracts/overview.ts';
import { levelOfAction, levelOfMonitored } from '../../../contracts/task-level.ts';
import type { Assessment } from '../monitoring/assess.ts';
import type { WatchedTask } from '../monitoring/ports.ts';
import type { Run } from '../runs/run.ts';
import type { Task } from '../tasks/task.ts';

/** What is known of one task. */
export interface TaskFacts {
  readonly task: Task;
  readonly watched: WatchedTask;
  readonly assessment: Assessment;
  /** Of a task that GuardIT runs: its last one. */
  readonly run: Run | null;
  /** When it starts by itself. */
  readonly nextRun: Date | null;
  readonly days: string;
}

type Summary = Pick<OverviewTask, 'level' | 'state' | 'since' | 'last_run' | 'next_run' | 'problem' | 'running'>;

const LONGEST_MESSAGE = 500;

export function summaryOf(facts: TaskFacts): OverviewTask {
  const { task, days } = facts;
  return {
    task_id: task.taskId,
    name: task.displayName,
    task_type: task.taskType,
    type: task.action?.type ?? null,
    server_id: task.serverId,
    ...(task.action ? ofAction(facts) : ofMonitored(facts)),
    days,
  };
}

function ofMonitored({ task, watched, assessment }: TaskFacts): Summary {
  const { track } = watched;
  const state: OverviewState = task.isActive ? assessment.state : 'inactive';
  const [kind, told] = [...assessment.alerts].find(([alert]) => alert === state) ?? [...assessment.alerts][0] ?? [];
  const warned = track?.last.status === 'warning';
  const level = levelOfMonitored({ isActive: task.isActive, state, isWarned: kind !== undefined || warned });
  const message = told ?? (level === 'wrong' || warned ? (track?.last.message ?? null) : null);
  const open = track?.open;
  return {
    level,
    state,
    since: instantOf(assessment.since),
    last_run: instantOf(task.lastRunAt),
    next_run: task.isActive ? instantOf(assessment.expectedAt) : null,
    problem: problemOf(task, kind ?? (warned ? 'warning' : state), message),
    running: open
      ? {
          run_id: null,
          since: toInstant(open.beganAtMs),
          progress: open.progress,
          message: shortened(track.last.message),
          usual_duration_seconds: assessment.usualMs === null ? null : assessment.usualMs / 1000,
          ...{ bytes_per_second: null, seconds_left: null },
        }
      : null,
  };
}

function ofAction({ task, watched, run, nextRun }: TaskFacts): Summary {
  const retryAt = run?.retryAt ?? null;
  const isWaiting = retryAt !== null;
  const state: OverviewState = !task.isActive ? 'inactive' : isWaiting ? 'retrying' : stateOf(task.state);
  const isRunning = run?.state === 'running' || run?.state === 'pending';
  const failure = run?.failure ?? null;
  return {
    level: levelOfAction({
      isActive: task.isActive,
      state: task.state,
      waitsToRetry: isWaiting,
      isRunning,
      hasWarnings: (run?.warnings.length ?? 0) > 0,
    }),
    state,
    since: instantOf(run?.finishedAt ?? run?.startedAt ?? run?.createdAt ?? null),
    last_run: instantOf(task.lastRunAt),
    next_run: task.isActive ? instantOf(retryAt ?? nextRun) : null,
    problem: problemOf(task, failure?.code ?? 'warning', failure?.reason ?? run?.warnings[0] ?? null),
    running: isRunning
      ? {
          run_id: run.id,
          since: instantOf(run.startedAt),
          progress: run.progress,
          message: shortened(run.message),
          usual_duration_seconds: watched.usual ? watched.usual.medianMs / 1000 : null,
          ...speedOf(run.live),
        }
      : null,
  };
}

const Speed = z.object({
  bytes_per_second: z.number().nullable().catch(null),
  eta_seconds: z.number().nullable().catch(null),
});

/** GuardIT's own work tells how fast it is; scripts and requests do not. */
function speedOf(live: unknown): { bytes_per_second: number | null; seconds_left: number | null } {
  const { bytes_per_second, eta_seconds } = Speed.catch({ bytes_per_second: null, eta_seconds: null }).parse(live);
  return { bytes_per_second, seconds_left: eta_seconds };
}

function stateOf(state: Task['state']): OverviewState {
  if (state === 'completed') return 'ok';
  return state === 'created' ? 'unknown' : state;
}

function problemOf({ isActive }: Task, code: string, message: string | null): Summary['problem'] {
  return message === null || !isActive ? null : { code, message: shortened(message) ?? '' };
}

function shortened(text: string | null): string | null {
  return text === null || text.length <= LONGEST_MESSAGE
    ? text
    : `${text.slice(0, LONGEST_MESSAGE - 1).toWellFormed()}…`;
}

function instantOf(date: Date | null): string | null {
  return date && toInstant(date.getTime());
}
