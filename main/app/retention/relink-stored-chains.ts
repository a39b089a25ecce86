import { chainMembers } from '../backup/read-backups.ts';
import type { BackupRecord } from '../backup/ports.ts';
import type { Stores } from '../catalog/ports.ts';
import { relinkChain } from './relink-chain.ts';

/** Links what is left of the chains of these backups anew, within the write that has marked them as removed. */
export async function relinkStoredChains(stores: Stores, marked: readonly BackupRecord[]): Promise<void> {
  const gone = new Set(marked.map(({ id }) => id));
  for (const [chainId, backups] of Map.groupBy(marked, (backup) => backup.chainId)) {
    const left = await chainMembers(stores, chainId);
    for (const { id, type, parentId } of relinkChain([...left, ...backups], gone)) {
      const backup = left.find((member) => member.id === id);
      if (backup) await stores.backups.update({ ...backup, type, parentId });
    }
  }
}
