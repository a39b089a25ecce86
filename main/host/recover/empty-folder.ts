import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from '../../infra/files/durable-file.ts';
import { RecoveryRefused } from './recovery-refused.ts';

const MARK = 'guardit-recovery';

/**
 * A data folder that is to be: everything is put together beside it and takes its name when it is whole. What a crash leaves
 * is no data folder, and the next recovery begins anew.
 */
export class FolderToBe {
  readonly #target: string;
  readonly #staging: string;

  private constructor(target: string) {
    this.#target = target;
    this.#staging = `${target}.recovering`;
  }

  /** `target` is absolute. Refuses one that has anything in it. */
  static async prepare(target: string): Promise<FolderToBe> {
    if (existsSync(target)) {
      if (!(await stat(target)).isDirectory()) throw new RecoveryRefused(`${target} is a file. Name an empty folder.`);
      if ((await readdir(target)).length > 0) {
        const message = `${target} is not empty. A recovery makes a new data folder: name an empty one, or one that is not there.`;
        throw new RecoveryRefused(message);
      }
    }
    const folder = new FolderToBe(target);
    await folder.#clear();
    await mkdir(folder.#staging, { recursive: true, mode: 0o700 });
    await writeFile(join(folder.#staging, MARK), '', { mode: 0o600 });
    return folder;
  }

  /** What becomes the data folder. */
  get path(): string {
    return join(this.#staging, 'folder');
  }

  /** For what is not to stay. */
  get scratch(): string {
    return join(this.#staging, 'scratch');
  }

  /** Empties both. */
  async restart(): Promise<void> {
    for (const part of [this.path, this.scratch]) {
      await rm(part, { recursive: true, force: true });
      await mkdir(part, { mode: 0o700 });
    }
  }

  async finish(): Promise<void> {
    await mkdir(dirname(this.#target), { recursive: true });
    if (existsSync(this.#target)) await rmdir(this.#target);
    await rename(this.path, this.#target);
    await syncFolder(dirname(this.#target));
    await this.#clear();
  }

  /** After a failure: it holds secrets. */
  async discard(): Promise<void> {
    await this.#clear();
  }

  async #clear(): Promise<void> {
    if (!existsSync(this.#staging)) return;
    if (!existsSync(join(this.#staging, MARK))) {
      throw new RecoveryRefused(`${this.#staging} is in the way, and no recovery has made it. Move it elsewhere.`);
    }
    await rm(this.#staging, { recursive: true, force: true });
  }
}
