import type { Caller } from '../access/caller.ts';
import { AppError } from '../errors/app-error.ts';
import type { RunDeps } from '../runs/run-deps.ts';
import { announceRun } from '../runs/run-view.ts';
import type { Run } from '../runs/run.ts';
import { insertRun } from '../runs/start-run.ts';
import { personOf } from '../tasks/task-rights.ts';
import { tasksOf } from './managed-tasks.ts';
import { requireRepository } from './repository-deps.ts';

export type RotationRuns = Pick<RunDeps, 'catalog' | 'clock' | 'events' | 'audit' | 'dispatcher'>;

/** Replaces the key now, due or not. Throws `run_active` while that is under way. */
export async function requestRotation(runs: RotationRuns, caller: Caller, id: string): Promise<Run> {
  const { catalog, clock, events, audit, dispatcher } = runs;
  dispatcher.checkOpen();
  const at = clock.now();
  const { run, task } = await catalog.write(async (stores) => {
    await requireRepository(stores, id);
    const found = (await tasksOf(stores, id)).find(({ action }) => action.type === 'key_rotation');
    if (!found) throw new AppError('unprocessable', 'The repository has no task for its key rotation.');
    const requestedBy = personOf(caller);
    const made = await insertRun(stores, { task: found, trigger: 'manual', at, requestedBy, params: { force: true } });
    const details = { run_id: made.id };
    const object = `repository:${id}`;
    await audit.record(stores, { caller, action: 'repository.rotation_requested', object, details, at });
    return { run: made, task: found };
  });
  announceRun(events, 'queued', run, at);
  dispatcher.enqueue(run, task);
  return run;
}
