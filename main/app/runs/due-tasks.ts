import { isDeepStrictEqual } from 'node:util';
import type { Stores } from '../catalog/ports.ts';
import type { DueDecision } from '../schedule/due-book.ts';
import type { DueTask } from '../schedule/due-task.ts';
import { dueTaskOf, hasAction, withDue, type ActionTask } from '../tasks/task.ts';
import { unmetDependencies, type MonitoredRuns } from './dependencies.ts';
import type { Run } from './run.ts';
import { insertRun } from './start-run.ts';

/** What becomes of a due task now. */
export type Verdict =
  | { readonly kind: 'ready'; readonly task: ActionTask }
  /** A run of it is pending or running: it becomes due again when that has ended. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'waiting'; readonly task: ActionTask; readonly waitingFor: readonly string[] }
  /** The record has changed since the book took it over, or the task is gone. */
  | { readonly kind: 'stale' };

/** `known`: the record that the decision was made by. */
export async function judge(
  stores: Stores,
  monitoredRuns: MonitoredRuns,
  decision: DueDecision,
  known: DueTask | undefined,
): Promise<Verdict> {
  const task = await stores.tasks.find(decision.taskId);
  if (!task || !hasAction(task) || !isDeepStrictEqual(dueTaskOf(task), known)) return { kind: 'stale' };
  if (!decision.run) return { kind: 'ready', task };
  if (await stores.runs.hasActive(task.id)) return { kind: 'busy' };
  const waitingFor = await unmetDependencies(stores, monitoredRuns, task.id);
  return waitingFor.length > 0 ? { kind: 'waiting', task, waitingFor } : { kind: 'ready', task };
}

/** Within one write: the run, and that its due instants have been dealt with. Null where one was skipped on request. */
export async function carryOut(
  stores: Stores,
  task: ActionTask,
  { run: due, skippedDue, taskAfter }: DueDecision,
  { at, hasWaited }: { readonly at: Date; readonly hasWaited: boolean },
): Promise<Run | null> {
  await stores.tasks.updateDue(withDue(task, taskAfter));
  if (skippedDue) {
    const data = { due_at: skippedDue.toISOString() };
    await stores.taskLog.append(task.id, null, { at, level: 'INFO', message: 'Skipped, as somebody had asked', data });
  }
  return due && insertRun(stores, { task, trigger: hasWaited ? 'dependency' : 'schedule', at, due });
}
