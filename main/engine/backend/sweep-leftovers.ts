import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '../base/errors.ts';
import { isTemporaryName } from './atomic-write.ts';
import { allFolders, typeFolder } from './layout.ts';
import { namesIn } from './list-objects.ts';
import { isOlderThanADay, isStale, ownerOfStaged } from './staging.ts';

/**
 * Deletes what crashes left in a repository folder: staged files without a living owner, and `-tmp-` files (ours and
 * restic's, they are named alike) older than a day. Returns how many.
 */
export async function sweepLeftovers(root: string): Promise<number> {
  let removed = 0;
  const staging = typeFolder(root, 'pack');
  for (const name of await namesIn(staging)) {
    const owner = ownerOfStaged(name);
    if (owner && (await removeWhen(join(staging, name), (modifiedMs) => isStale(owner, modifiedMs)))) removed++;
  }
  for (const folder of [root, ...allFolders(root)]) {
    for (const name of await namesIn(folder)) {
      if (isTemporaryName(name) && (await removeWhen(join(folder, name), isOlderThanADay))) removed++;
    }
  }
  return removed;
}

async function removeWhen(path: string, isLeftover: (modifiedMs: number) => boolean): Promise<boolean> {
  try {
    const status = await lstat(path);
    if (!status.isFile() || !isLeftover(status.mtimeMs)) return false;
    await rm(path);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
