import type { BackupRecord } from '../backup/ports.ts';
import type { Stores } from '../catalog/ports.ts';
import type { JobContext } from '../engine-jobs/ports.ts';
import { relinkChain } from './relink-chain.ts';
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
      { repositoryId, backupIds: backups.map(({ id }) => id), reason, alongside: relinkChains },
      context,
    );
    removed.push(...gone);
  }
  return removed;
}

/** Within the write that marks them. */
async function relinkChains(stores: Stores, marked: readonly BackupRecord[]): Promise<void> {
  const gone = new Set(marked.map(({ id }) => id));
  for (const [targetId, backups] of Map.groupBy(marked, (backup) => backup.targetId)) {
    const left = await stores.backups.completed(targetId);
    for (const chainId of new Set(backups.map((backup) => backup.chainId))) {
      const members = [...left, ...marked].filter((backup) => backup.chainId === chainId);
      for (const { id, type, parentId } of relinkChain(members, gone)) {
        const backup = left.find((member) => member.id === id);
        if (backup) await stores.backups.update({ ...backup, type, parentId });
      }
    }
  }
}
