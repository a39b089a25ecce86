import { access, constants, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { PathState, SourcePaths } from '../../app/targets/ports.ts';
import { systemErrorCode } from './durable-file.ts';

/** The file system of this machine. */
export class LocalSourcePaths implements SourcePaths {
  async look(path: string): Promise<PathState> {
    try {
      const info = await stat(path);
      await access(path, constants.R_OK);
      return info.isDirectory() ? 'folder' : 'file';
    } catch (error) {
      const code = systemErrorCode(error);
      return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'unreadable';
    }
  }

  async resolve(path: string): Promise<string> {
    const absolute = resolve(path);
    // What is not there yet lies where its nearest parent that is there lies.
    for (let head = absolute, tail = ''; ;) {
      try {
        return join(await realpath(head), tail);
      } catch {
        const parent = dirname(head);
        if (parent === head) return absolute;
        tail = join(basename(head), tail);
        head = parent;
      }
    }
  }
}
