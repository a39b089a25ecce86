import { opendir, stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { FolderState, RestoreFolders } from '../../app/restore/ports.ts';
import { systemErrorCode } from './durable-file.ts';
import { LocalSourcePaths } from './source-paths.ts';

/** The file system of this machine. */
export class LocalRestoreFolders implements RestoreFolders {
  readonly #paths = new LocalSourcePaths();

  resolve(path: string): Promise<string> {
    return this.#paths.resolve(path);
  }

  async look(path: string): Promise<FolderState> {
    try {
      const folder = await opendir(path);
      try {
        return (await folder.read()) === null ? 'empty' : 'filled';
      } finally {
        await folder.close();
      }
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === 'ENOENT') return 'missing';
      return code === 'ENOTDIR' ? 'other' : 'unreadable';
    }
  }

  async freeBytes(path: string): Promise<number | null> {
    let folder = resolve(path);
    while (!(await isThere(folder)) && dirname(folder) !== folder) folder = dirname(folder);
    try {
      const { bavail, blocks, bsize } = await statfs(folder);
      return blocks > 0 ? bavail * bsize : null;
    } catch {
      return null;
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
