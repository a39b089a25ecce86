import { announce } from '../tasks/task-deps.ts';
import { randomBytes } from 'node:crypto';
import type { CreateRestore } from '../../../contracts/restores.ts';
import type { Caller } from '../access/caller.ts';
import type { Stores } from '../catalog/ports.ts';
import { announceRun } from '../runs/run-view.ts';
import type { Run } from '../runs/run.ts';
import { insertRun } from '../runs/start-run.ts';
import { personOf } from '../tasks/task-rights.ts';
import type { ActionTask } from '../tasks/task.ts';
import type { RestoreRecord } from './ports.ts';
import { prepareRestores, type PreparedRestore } from './prepare-restore.ts';
import { refuseFilled } from './refuse-filled.ts';
import type { RestoreDeps } from './restore-deps.ts';
import { taskForTarget } from './restore-task.ts';

export interface MadeRestore {
  readonly record: RestoreRecord;
  readonly run: Run;
}

/**
 * Starts restores, one for each target that is meant. Nothing is written to their destinations before the runs begin.
 * They are there, or refused, all together.
 */
export async function createRestores(
  deps: RestoreDeps,
  caller: Caller,
  request: CreateRestore,
): Promise<readonly MadeRestore[]> {
  deps.dispatcher.checkOpen();
  const prepared = await prepareRestores(deps, caller, request, suffixAt(deps.clock.now()));
  for (const each of prepared) await refuseFilled(deps, each);
  const now = deps.clock.now();
  const made = await deps.catalog.write(async (stores) => {
    const all: Inserted[] = [];
    for (const each of prepared) all.push(await insertRestore(stores, deps, { ...each, caller, now }));
    return all;
  });
  for (const { run, task, isNewTask } of made) {
    if (isNewTask) announce(deps, 'created', task, now);
    announceRun(deps.events, 'queued', run, now);
    deps.dispatcher.enqueue(run, task);
  }
  return made;
}

interface Inserted extends MadeRestore {
  readonly task: ActionTask;
  readonly isNewTask: boolean;
}

async function insertRestore(
  stores: Stores,
  deps: RestoreDeps,
  { caller, now, backup, target, destination, params }: PreparedRestore & { caller: Caller; now: Date },
): Promise<Inserted> {
  const { task, isNew } = await taskForTarget(stores, target, 'restore', { timeZone: deps.timeZone, now });
  const requestedBy = personOf(caller);
  const run = await insertRun(stores, { task, trigger: 'manual', at: now, requestedBy, params });
  const record: RestoreRecord = {
    id: run.id,
    backupId: backup.id,
    targetId: target.id,
    repositoryId: backup.repositoryId,
    request: params,
    destinationPath: destination.isOriginal ? null : destination.path,
    requestedBy: requestedBy.name,
    createdAt: now,
  };
  await stores.restores.insert(record);
  const { backup_id, target_path, subfolder, include, exclude, overwrite } = params;
  await deps.audit.record(stores, {
    caller,
    action: 'restore.created',
    object: `restore:${run.id}`,
    details: { backup_id, target_id: target.id, destination: target_path, subfolder, include, exclude, overwrite },
    at: now,
  });
  return { record, run, task, isNewTask: isNew };
}

/** Of a new folder's name: two restores of one second must not meet. */
function suffixAt(now: Date): string {
  const time = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  return `${time}Z-${randomBytes(2).toString('hex')}`;
}
