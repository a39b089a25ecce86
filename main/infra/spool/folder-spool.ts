import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SpoolFolder } from '../../app/status/ports.ts';
import { systemErrorCode } from '../files/durable-file.ts';

const FILE_NAME = /^[^.].*\.json$/;
// On Windows neither flag exists, and neither links nor pipes lie in wait there.
const READ_ONLY_PLAIN = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** A folder that others write into: a name may be anything, a file may be a link, a pipe or gone. */
export class FolderSpool implements SpoolFolder {
  readonly #folder: string;
  readonly #rejected: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#rejected = join(folder, 'rejected');
  }

  async version(): Promise<string> {
    const { mtimeNs } = await stat(this.#folder, { bigint: true });
    return String(mtimeNs);
  }

  async list(limit: number): Promise<readonly string[]> {
    const names = await readdir(this.#folder);
    return names
      .filter((name) => FILE_NAME.test(name))
      .sort()
      .slice(0, limit);
  }

  async read(name: string, maxBytes: number): Promise<Uint8Array | null> {
    try {
      const file = await open(join(this.#folder, name), READ_ONLY_PLAIN);
      try {
        const { size } = await file.stat();
        if (!(await file.stat()).isFile()) return null;
        const bytes = Buffer.alloc(Math.min(size, maxBytes + 1));
        const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
        return bytes.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    } catch (error) {
      // A link, a socket, a file of somebody who lets nobody read it, or one that was taken away.
      if (['ELOOP', 'EMLINK', 'ENXIO', 'EACCES', 'EPERM', 'ENOENT', 'EISDIR'].includes(systemErrorCode(error) ?? ''))
        return null;
      throw error;
    }
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.#folder, name), { force: true });
  }

  async reject(name: string, reason: string): Promise<void> {
    await mkdir(this.#rejected, { recursive: true, mode: 0o700 });
    try {
      await rename(join(this.#folder, name), join(this.#rejected, name));
      await writeFile(join(this.#rejected, `${name}.reason.txt`), `${reason}\n`, { mode: 0o600 });
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw error;
    }
  }
}
