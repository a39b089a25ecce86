import type { ExecutionOutcome } from './ports.ts';
import type { QueuedRun } from './run-queue.ts';
import type { Run, RunFailure } from './run.ts';

/** A run that is not over. Its phase changes in one place only, so that a cancellation and an end can't both win. */
export interface LiveRun {
  run: Run;
  /** `queued`: waits for its turn. `executing`: has a slot. `waiting`: for its retry. `ending`: is being written down. */
  phase: 'queued' | 'executing' | 'waiting' | 'ending';
  readonly queued: QueuedRun;
  readonly cancel: AbortController;
  cancelled: RunFailure | null;
  stopWaiting: () => void;
}

export function boundedPercent(percent: number | null): number | null {
  return percent === null || !Number.isFinite(percent) ? null : Math.min(100, Math.max(0, percent));
}

export function failureOf(outcome: Exclude<ExecutionOutcome, { status: 'completed' | 'cancelled' }>): RunFailure {
  return { code: outcome.status === 'timed_out' ? 'timed_out' : outcome.code, reason: outcome.reason };
}
