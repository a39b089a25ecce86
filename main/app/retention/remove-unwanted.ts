import type { BackupRecord } from '../backup/ports.ts';
import type { JobContext } from '../engine-jobs/ports/job-context.ts';
import { relinkStoredChains } from './relink-stored-chains.ts';
import type { RetentionDeps } from './retention-deps.ts';

/** Removes backups of any targets and repositories, and links what is left of their chains anew. Gives those that are gone. */
export async function removeUnwanted(
  { removals }: Pick<RetentionDeps, 'removals'>,
  unwanted: readonly BackupRecord[],
  reason: string,
  context: JobContext,
): Promise<readonly BackupRecord[]> {
  const removed: BackupRecord[] = [];
  for (const [repositoryId, backups] of Map.groupBy(unwanted, (backup) => backup.repositoryId)) {
    const gone = await removals.remove(
      { repositoryId, backupIds: backups.map(({ id }) => id), reason, alongside: relinkStoredChains },
      context,
    );
    removed.push(...gone);
  }
  return removed;
}
