import { toInstant } from '../../../contracts/common/instant.ts';
import type { RestoreView } from '../../../contracts/restores.ts';
import type { Caller } from '../access/caller.ts';
import { requireInstallation } from '../access/installation.ts';
import type { Stores } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { isActive, type Run } from '../runs/run.ts';
import type { RestoreFilter, RestoreRecord } from './ports.ts';
import type { RestoreDeps } from './restore-deps.ts';
import { VERIFYING } from './restore-executor.ts';
import { recordOfRun } from './record-of-run.ts';
import { RestoreResult } from './restore-result.ts';

type Readers = Pick<RestoreDeps, 'catalog' | 'dispatcher'>;

export async function getRestore({ catalog, dispatcher }: Readers, caller: Caller, id: string): Promise<RestoreView> {
  return catalog.read(async (stores) => {
    const { record, run } = await requireRestore(stores, caller, id);
    return restoreView(record, dispatcher.current(run));
  });
}

/** Newest first. */
export async function listRestores(
  { catalog, dispatcher }: Readers,
  caller: Caller,
  filter: RestoreFilter,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ readonly restores: RestoreView[]; readonly total: number }> {
  requireInstallation(caller);
  return catalog.read(async (stores) => {
    const restores: RestoreView[] = [];
    for (const record of await stores.restores.list(filter, page)) {
      const run = await stores.runs.find(record.id);
      if (run) restores.push(restoreView(record, dispatcher.current(run)));
    }
    return { restores, total: await stores.restores.count(filter) };
  });
}

/**
 * Cancels a restore: one that waits at once; one that is executed is asked to stop, and leaves what it has restored. To ask
 * twice is fine. Throws `conflict` for one that is over.
 */
export async function cancelRestore(deps: RestoreDeps, caller: Caller, id: string): Promise<RestoreView> {
  const at = deps.clock.now();
  const { record, run } = await deps.catalog.write(async (stores) => {
    const found = await requireRestore(stores, caller, id);
    if (!isActive(found.run)) {
      const details = { code: 'restore_finished', status: found.run.state };
      throw new AppError('conflict', `The restore is ${found.run.state} already.`, details);
    }
    const details = { backup_id: found.record.backupId };
    await deps.audit.record(stores, { caller, action: 'restore.cancelled', object: `restore:${id}`, details, at });
    return found;
  });
  const reason = { code: 'cancelled', reason: `Cancelled by ${caller.name}.` };
  const cancelled = await deps.dispatcher.cancel(id, reason);
  return restoreView(record, cancelled ?? (await deps.catalog.read(({ runs }) => runs.find(id))) ?? run);
}

async function requireRestore(
  stores: Stores,
  caller: Caller,
  id: string,
): Promise<{ readonly record: RestoreRecord; readonly run: Run }> {
  requireInstallation(caller);
  const run = await stores.runs.find(id);
  const record = run && ((await stores.restores.find(id)) ?? (await recordOfRun(stores, run)));
  if (!record) throw new AppError('not_found', 'There is no such restore.', { code: 'not_found' });
  return { record, run };
}

export function restoreView(record: RestoreRecord, run: Run): RestoreView {
  const {
    report,
    reached,
    warnings = [],
    warning_count: warningCount = 0,
  } = RestoreResult.safeParse(run.result).data ?? {};
  const told = report ?? reached;
  const live = liveOf(run);
  const isVerifying = live?.['phase'] === VERIFYING;
  const number = (name: string) => (typeof live?.[name] === 'number' ? Number(live[name]) : null);
  return {
    restore_id: record.id,
    status: run.state,
    backup_id: record.backupId,
    target_id: record.targetId,
    repository_id: record.repositoryId,
    destination: record.destinationPath ?? '/',
    original: record.destinationPath === null,
    progress: run.state === 'completed' ? 100 : run.progress,
    phase: typeof live?.['phase'] === 'string' ? live['phase'] : null,
    files_restored: told?.files_restored ?? (isVerifying ? 0 : (number('files_done') ?? 0)),
    bytes_restored: told?.bytes_restored ?? (isVerifying ? 0 : (number('bytes_done') ?? 0)),
    total_files: told?.total_files ?? (isVerifying ? null : number('total_files')),
    total_bytes: told?.total_bytes ?? (isVerifying ? null : number('total_bytes')),
    bytes_per_second: number('bytes_per_second'),
    eta_seconds: number('eta_seconds'),
    current_path: typeof live?.['current_path'] === 'string' ? live['current_path'] : null,
    errors: [...(run.failure ? [{ item: null, message: run.failure.reason }] : []), ...warnings],
    warnings: warningCount,
    report: report ?? null,
    requested_by: record.requestedBy,
    restart_of: run.restartOf,
    created_at: toInstant(record.createdAt.getTime()),
    started_at: instantOf(run.startedAt),
    completed_at: instantOf(run.finishedAt),
  };
}

function liveOf({ live, finishedAt }: Run): Readonly<Record<string, unknown>> | null {
  const hasFigures = finishedAt === null && typeof live === 'object' && live !== null && !Array.isArray(live);
  return hasFigures ? (live as Record<string, unknown>) : null;
}

function instantOf(date: Date | null): string | null {
  return date && toInstant(date.getTime());
}
