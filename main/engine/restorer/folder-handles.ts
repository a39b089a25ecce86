import { closeSync, constants, fstatSync, lstatSync, openSync, type BigIntStats } from 'node:fs';
import { EngineError } from '../base/errors.ts';
import type { OpenFolder } from '../base/native/file-calls.ts';
import { rawText } from '../base/raw-path.ts';
import type { FolderTable } from './folder-table.ts';

const MAX_OPEN = 32;

/**
 * Open folders of the target, by number. Whoever may write to the target while we restore could put a link in a folder's
 * place and lead us out of it. So a folder is opened once, is checked to be the very one that was planned (device and
 * inode), and files are made through that handle. Where folders cannot be opened (Windows), the check alone must do.
 */
export class FolderHandles {
  readonly #folders: FolderTable;
  readonly #open = new Map<number, OpenFolder>();

  constructor(folders: FolderTable) {
    this.#folders = folders;
  }

  /** Valid until the folder has not been asked for in a while. Throws `unsafe_path` when something else is in its place. */
  get(folder: number): OpenFolder {
    const known = this.#open.get(folder);
    if (known) return known;
    const opened = openFolder(this.#folders, folder);
    if (this.#open.size >= MAX_OPEN) this.#closeOldest();
    this.#open.set(folder, opened);
    return opened;
  }

  closeAll(): void {
    while (this.#open.size > 0) this.#closeOldest();
  }

  #closeOldest(): void {
    for (const [folder, { fd }] of this.#open) {
      this.#open.delete(folder);
      if (fd >= 0) closeSync(fd);
      return;
    }
  }
}

/** The caller closes it (`fd` may be -1). */
export function openFolder(folders: FolderTable, folder: number): OpenFolder {
  const path = folders.path(folder);
  const fd = canOpenFolders() ? openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW) : -1;
  try {
    const stat: BigIntStats = fd >= 0 ? fstatSync(fd, { bigint: true }) : lstatSync(path, { bigint: true });
    if (stat.isDirectory() && folders.isSame(folder, stat)) return { fd, path };
  } catch (error) {
    if (fd >= 0) closeSync(fd);
    throw error;
  }
  if (fd >= 0) closeSync(fd);
  throw new EngineError(
    'unsafe_path',
    `The folder ${rawText(path)} was replaced by something else during the restore.`,
  );
}

export function canOpenFolders(): boolean {
  return process.platform !== 'win32';
}
