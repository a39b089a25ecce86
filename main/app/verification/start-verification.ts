import type { Caller } from '../access/caller.ts';
import { requireInstallation } from '../access/installation.ts';
import type { Stores } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { taskForTarget, type TargetWork } from '../restore/restore-task.ts';
import type { JsonValue } from '../runs/ports.ts';
import { announceRun } from '../runs/run-view.ts';
import type { Run } from '../runs/run.ts';
import { insertRun } from '../runs/start-run.ts';
import { requireTarget } from '../targets/target-deps.ts';
import type { TargetRecord } from '../targets/ports.ts';
import { announce } from '../tasks/task-deps.ts';
import { personOf } from '../tasks/task-rights.ts';
import type { VerificationDeps } from './verification-deps.ts';

export interface Started {
  readonly run: Run;
  readonly targetId: string;
  readonly backupId: string | null;
}

/**
 * Verifies a backup now. Throws `run_active` while another backup of its target is being verified; for the same one the run
 * that there is is the answer.
 */
export async function startVerification(deps: VerificationDeps, caller: Caller, backupId: string): Promise<Started> {
  return start(deps, caller, 'verify', async (stores) => {
    requireInstallation(caller);
    const backup = await stores.backups.find(backupId);
    const target = backup && (await stores.targets.find(backup.targetId));
    if (!backup || !target || backup.removedAt) {
      throw new AppError('not_found', `There is no backup ${JSON.stringify(backupId)}.`, { code: 'not_found' });
    }
    if (backup.snapshotId === null) {
      const details = { code: 'not_completed', status: backup.state };
      throw new AppError('unprocessable', `The backup ${backupId} can't be verified: it is ${backup.state}.`, details);
    }
    return { target, backupId, params: { backup_id: backupId } };
  });
}

/** Restores a sample of the target's newest backup to scratch space, now. */
export async function startDrill(
  deps: VerificationDeps,
  caller: Caller,
  targetReference: string,
  samplePercent: number | undefined,
): Promise<Started> {
  return start(deps, caller, 'restore_drill', async (stores) => {
    const target = await requireTarget(stores, caller, targetReference, { withRemoved: true });
    if ((await stores.backups.lastGood(target.id)) === null) {
      throw new AppError('unprocessable', `${target.name} has no completed backup.`, { code: 'no_backup' });
    }
    const params = samplePercent === undefined ? null : { sample_percent: samplePercent };
    return { target, backupId: null, params };
  });
}

interface Wanted {
  readonly target: TargetRecord;
  readonly backupId: string | null;
  readonly params: JsonValue;
}

async function start(
  deps: VerificationDeps,
  caller: Caller,
  type: Exclude<TargetWork, 'restore'>,
  find: (stores: Stores) => Promise<Wanted>,
): Promise<Started> {
  deps.dispatcher.checkOpen();
  const now = deps.clock.now();
  const { run, task, isNewTask, isNewRun, wanted } = await deps.catalog.write(async (stores) => {
    const found = await find(stores);
    const { task: own, isNew } = await taskForTarget(stores, found.target, type, { timeZone: deps.timeZone, now });
    const active = await stores.runs.findActive(own.id);
    if (active && JSON.stringify(active.params) === JSON.stringify(found.params)) {
      return { run: active, task: own, isNewTask: isNew, isNewRun: false, wanted: found };
    }
    const requestedBy = personOf(caller);
    const made = await insertRun(stores, { task: own, trigger: 'manual', at: now, requestedBy, params: found.params });
    const action = type === 'verify' ? 'verification.started' : 'drill.started';
    const object = found.backupId === null ? `target:${found.target.id}` : `backup:${found.backupId}`;
    await deps.audit.record(stores, { caller, action, object, details: { run_id: made.id }, at: now });
    return { run: made, task: own, isNewTask: isNew, isNewRun: true, wanted: found };
  });
  if (isNewTask) announce(deps, 'created', task, now);
  if (isNewRun) {
    announceRun(deps.events, 'queued', run, now);
    deps.dispatcher.enqueue(run, task);
  }
  return { run: deps.dispatcher.current(run), targetId: wanted.target.id, backupId: wanted.backupId };
}
