import { BackupDetails, BackupList, type BackupResponse } from '../../../../contracts/backups.ts';
import type { ServiceClient } from '../../../host/attach/index.ts';
import { UsageError } from '../../failure.ts';

export function backupPath(id: string, ...more: readonly string[]): string {
  return ['/api/v1/backup', encodeURIComponent(id), ...more].join('/');
}

export function findBackup(client: ServiceClient, id: string): Promise<BackupDetails> {
  return client.get(backupPath(id), BackupDetails);
}

/** A backup by its id, or the newest completed one of a job. */
export async function resolveBackup(client: ServiceClient, id: string): Promise<BackupResponse> {
  const { backups } = await client.get('/api/v1/backup/list', BackupList, { job: id, status: 'completed', limit: 1 });
  return backups[0] ?? (await findBackup(client, id));
}

/** The newest completed one of a target. */
export async function newestBackup(client: ServiceClient, target: string): Promise<BackupResponse> {
  const query = { target, status: 'completed', limit: 1 };
  const [newest] = (await client.get('/api/v1/backup/list', BackupList, query)).backups;
  if (!newest) throw new UsageError(`The target ${target} has no backup yet.`);
  return newest;
}
