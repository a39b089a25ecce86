import type { BackupType } from '../../../contracts/backups.ts';
import type { Caller } from '../access/caller.ts';
import type { Stores } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import type { Run } from '../runs/ports.ts';
import { announceRun } from '../runs/run-view.ts';
import { insertRun } from '../runs/start-run.ts';
import { requireRepository } from '../targets/target-deps.ts';
import type { TargetRecord } from '../targets/ports.ts';
import { personOf, requireOperator } from '../tasks/task-rights.ts';
import { hasAction, type ActionTask } from '../tasks/task.ts';
import type { BackupDeps } from './backup-deps.ts';
import { newBackupId } from './backup-id.ts';
import { orderParams } from './backup-order.ts';
import { insertBackup } from './new-backup.ts';
import type { BackupRecord } from './ports.ts';

/** One backup that somebody asks for. */
export interface BackupAsked {
  readonly target: TargetRecord;
  /** The number of the task that runs it: the target's own, or a schedule's. */
  readonly task: number;
  readonly type: BackupType;
  readonly repositoryId: string;
  readonly jobId: string | null;
  readonly scheduleId: string | null;
  readonly description: string | null;
  readonly immutableUntil: Date | null;
  readonly keepUntil: Date | null;
}

interface Started {
  readonly backup: BackupRecord;
  readonly run: Run;
  readonly task: ActionTask;
}

/**
 * Starts backups, all or none of them: each gets its record and its run in one write. `choose` says which, within that
 * write. Refused with `backup_active` while a target has one that waits or runs.
 */
export async function startBackups(
  deps: BackupDeps,
  caller: Caller,
  choose: (stores: Stores) => Promise<readonly BackupAsked[]>,
): Promise<readonly BackupRecord[]> {
  requireOperator(caller);
  deps.dispatcher.checkOpen();
  const at = deps.clock.now();
  const started = await deps.catalog.write(async (stores) => {
    const made: Started[] = [];
    for (const asked of await choose(stores)) made.push(await startOne(deps, stores, caller, asked, at));
    return made;
  });
  for (const { backup, run, task } of started) {
    announceRun(deps.events, 'queued', run, at);
    announceBackup(deps, 'queued', backup, at);
    deps.dispatcher.enqueue(run, task);
  }
  return started.map(({ backup }) => backup);
}

/** Tells whoever listens. After the write that made it so. */
export function announceBackup(
  { events }: Pick<BackupDeps, 'events'>,
  what: 'queued' | 'started' | 'completed' | 'failed' | 'cancelled' | 'removed' | 'found' | 'changed',
  backup: BackupRecord,
  at: Date,
): void {
  events.publish(`backup.${what}`, at, {
    backup_id: backup.id,
    target_id: backup.targetId,
    repository_id: backup.repositoryId,
    schedule_id: backup.scheduleId,
    run_id: backup.runId,
    status: backup.state,
    backup_type: backup.type,
    warnings: backup.warningCount,
    error: backup.failure && { code: backup.failure.code, message: backup.failure.reason },
  });
}

async function startOne(
  deps: BackupDeps,
  stores: Stores,
  caller: Caller,
  asked: BackupAsked,
  at: Date,
): Promise<Started> {
  const { target, repositoryId } = asked;
  await requireRepository(stores, repositoryId);
  await refuseSecond(stores, target, asked.task);
  const task = await stores.tasks.findById(asked.task);
  if (!task || !hasAction(task)) throw new Error(`The target ${target.id} has lost its task ${asked.task}.`);
  const { jobId, scheduleId, description, immutableUntil, keepUntil } = asked;
  const id = newBackupId(target.id, asked.type, at);
  const order = { type: asked.type, repositoryId, jobId, scheduleId, description, immutableUntil, keepUntil };
  const run = await insertRun(stores, {
    ...{ task, at },
    trigger: 'manual',
    queues: true,
    requestedBy: personOf(caller),
    params: orderParams({ ...order, backupId: id }),
  });
  const backup = await insertBackup(stores, { ...order, id, targetId: target.id, runId: run.id }, at);
  const details = { backup_id: id, run_id: run.id, backup_type: asked.type, repository_id: repositoryId };
  await deps.audit.record(stores, { caller, action: 'backup.started', object: `target:${target.id}`, details, at });
  return { backup, run, task };
}

async function refuseSecond(stores: Stores, target: TargetRecord, task: number): Promise<void> {
  const [active] = await stores.backups.active(target.id);
  const run = active ? null : await runWithoutBackup(stores, task);
  if (!active && !run) return;
  const message = `A backup of ${target.name} waits or runs already.`;
  const details = {
    backup_id: active?.id ?? null,
    run_id: active?.runId ?? run?.id,
    status: active?.state ?? run?.state,
  };
  throw new AppError('backup_active', message, details);
}

/** One that was restarted and has not begun. That of a backup which is complete sees to what follows, and is waited for. */
async function runWithoutBackup(stores: Stores, task: number): Promise<Run | null> {
  for (const run of await stores.runs.listActive()) {
    if (run.task === task && !(await stores.backups.findByRun(run.id))) return run;
  }
  return null;
}
