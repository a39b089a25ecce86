import type { Stores } from '../catalog/ports.ts';
import type { Run } from '../runs/run.ts';
import type { RestoreRecord } from './ports.ts';
import { RestoreParamsSchema } from './restore-request.ts';

/** What a restore's run says of itself: one that repeats another has no record until it begins. Null for other runs. */
export async function recordOfRun(stores: Pick<Stores, 'backups'>, run: Run): Promise<RestoreRecord | null> {
  const params = run.type === 'restore' ? RestoreParamsSchema.safeParse(run.params).data : undefined;
  const backup = params && (await stores.backups.find(params.backup_id));
  if (!params || !backup) return null;
  return {
    id: run.id,
    backupId: backup.id,
    targetId: backup.targetId,
    repositoryId: backup.repositoryId,
    request: params,
    destinationPath: params.original ? null : params.target_path,
    requestedBy: run.requestedBy?.name ?? 'GuardIT',
    createdAt: run.createdAt,
  };
}
