import { chmod, mkdir, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { throwIfAborted } from '../base/abort.ts';
import { EngineError, isEngineError, systemErrorCode } from '../base/errors.ts';
import { exists, writeAtomically } from './atomic-write.ts';
import type { Backend, ByteRange, FileInfo, FileRef } from './backend.ts';
import { backendError, objectExists, objectNotFound } from './backend-error.ts';
import { DirectorySync } from './directory-sync.ts';
import { allFolders, describeRef, objectPath, typeFolder } from './layout.ts';
import type { ListedType } from './layout.ts';
import { listObjectFiles } from './list-objects.ts';
import { modesFromConfig, PRIVATE_MODES } from './local-modes.ts';
import type { LocalModes } from './local-modes.ts';
import { makeFolders } from './make-folders.ts';
import { readObjectFile } from './read-object.ts';
import { finishStaged, moveStaged } from './staging.ts';
import { sweepLeftovers } from './sweep-leftovers.ts';

/**
 * A repository in a folder of this machine or of a mounted share (repository-format, section 2).
 *
 * A second write of a content-named object is found by a look beforehand: when two writers pass it at once, the later
 * one replaces the file by an equal one, and both succeed. Only the config, whose name says nothing of its content, is
 * published by a hard link, which fails when the name is taken.
 */
export class LocalBackend implements Backend {
  readonly location: string;
  readonly #directories = new DirectorySync();
  #knownModes: LocalModes | undefined;

  constructor(path: string) {
    this.location = resolve(path);
  }

  async create(signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    await this.#naming('create a repository', async () => {
      const modes = await this.#modes();
      const firstMade = await makeFolders(this.location, modes.folder);
      for (const folder of allFolders(this.location)) {
        throwIfAborted(signal);
        await makeFolders(folder, modes.folder);
      }
      await this.#directories.sync(typeFolder(this.location, 'pack'));
      await this.#directories.sync(this.location);
      if (firstMade) await this.#directories.sync(dirname(firstMade));
    });
  }

  async stat(ref: FileRef, signal?: AbortSignal): Promise<number> {
    throwIfAborted(signal);
    const status = await this.#onObject('look at', ref, (path) => stat(path));
    if (status.isFile()) return status.size;
    throw new EngineError('corrupt', `${describeRef(ref)} in ${this.location} is not a file.`, { context: { ...ref } });
  }

  async list(type: ListedType, signal?: AbortSignal): Promise<FileInfo[]> {
    throwIfAborted(signal);
    return this.#naming(`list objects of type ${type}`, async () => {
      const found = await listObjectFiles(this.location, type, signal);
      // Nothing at all may also mean that the disk is gone, and a caller would take all packs for lost.
      if (found.length === 0) await stat(this.location);
      return found;
    });
  }

  async read(ref: FileRef, range?: ByteRange, signal?: AbortSignal): Promise<Buffer> {
    throwIfAborted(signal);
    return this.#onObject('read', ref, (path) => readObjectFile(path, ref, this.location, range, signal));
  }

  async write(ref: FileRef, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    await this.#publishing(ref, async (path) => {
      const options = { modes: await this.#modes(), exclusive: ref.type === 'config', signal };
      await this.#inFolder(dirname(path), () => writeAtomically(path, bytes, options));
    });
  }

  /** `data/` itself: restic looks for packs only one level deeper, so that it never sees what is staged there. */
  async stagingFolder(): Promise<string> {
    const folder = typeFolder(this.location, 'pack');
    await this.#naming('use the data folder', async () => {
      if (!(await exists(folder))) await this.#makeFolder(folder);
    });
    return folder;
  }

  async writeStaged(ref: FileRef, stagedPath: string, sizeBytes: number, signal?: AbortSignal): Promise<void> {
    try {
      throwIfAborted(signal);
      await this.#publishing(ref, async (path) => {
        const modes = await this.#modes();
        await finishStaged(stagedPath, sizeBytes, modes);
        throwIfAborted(signal);
        await this.#inFolder(dirname(path), () => moveStaged(stagedPath, path, sizeBytes, modes, signal));
      });
    } catch (error) {
      await rm(stagedPath, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  async removeStaleStaged(): Promise<number> {
    return this.#naming('remove leftovers of interrupted runs', () => sweepLeftovers(this.location));
  }

  /**
   * Deleted snapshots and indexes must not come back after packs that they need are gone, nor a revoked key at all, so
   * that these deletions are durable when this resolves. A pack or a lock that comes back is merely garbage.
   */
  async remove(ref: FileRef, signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    const path = this.localPath(ref);
    await this.#naming(`remove ${describeRef(ref)}`, async () => {
      try {
        await removeFile(path);
      } catch (error) {
        if (systemErrorCode(error) === 'ENOENT') return;
        throw error;
      }
      if (ref.type !== 'pack' && ref.type !== 'lock') await this.#directories.sync(dirname(path));
    });
  }

  localPath(ref: FileRef): string {
    return objectPath(this.location, ref);
  }

  async close(): Promise<void> {}

  /** The modes follow the config; before there is one (init), a repository is private. */
  async #modes(): Promise<LocalModes> {
    this.#knownModes ??= await modesFromConfig(this.localPath({ type: 'config' }));
    return this.#knownModes ?? PRIVATE_MODES;
  }

  /** Runs what makes an object appear, then makes its name durable. */
  async #publishing(ref: FileRef, action: (path: string) => Promise<void>): Promise<void> {
    const path = this.localPath(ref);
    await this.#naming(`write ${describeRef(ref)}`, async () => {
      if (await exists(path)) throw objectExists(ref, this.location);
      try {
        await action(path);
      } catch (error) {
        if (systemErrorCode(error) === 'EEXIST') throw objectExists(ref, this.location);
        throw error;
      }
      await this.#directories.sync(dirname(path));
    });
  }

  /** Makes the folder when the action finds it missing, and runs the action again. */
  async #inFolder(folder: string, action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT' || (await exists(folder))) throw error;
      await this.#makeFolder(folder);
      await action();
    }
  }

  /** Never makes the repository folder: when that is missing, its disk is, and we would fill the one below the mount point. */
  async #makeFolder(folder: string): Promise<void> {
    await stat(this.location);
    const parent = dirname(folder);
    if (parent !== this.location && !(await exists(parent))) await this.#makeFolder(parent);
    const { folder: mode } = await this.#modes();
    await mkdir(folder, { mode }).catch((error: unknown) => {
      if (systemErrorCode(error) !== 'EEXIST') throw error;
    });
    await this.#directories.sync(parent);
  }

  async #onObject<T>(verb: string, ref: FileRef, action: (path: string) => Promise<T>): Promise<T> {
    const path = this.localPath(ref);
    return this.#naming(`${verb} ${describeRef(ref)}`, () =>
      action(path).catch((error: unknown) => {
        throw systemErrorCode(error) === 'ENOENT' ? objectNotFound(ref, this.location) : error;
      }),
    );
  }

  /** Says in every error what failed and where. A repository folder that is missing or is a file gets its own words. */
  async #naming<T>(what: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (isEngineError(error)) throw error;
      throw (await this.#folderProblem(what, error)) ?? backendError(error, `Cannot ${what} in ${this.location}`);
    }
  }

  async #folderProblem(what: string, cause: unknown): Promise<EngineError | undefined> {
    if (!['ENOENT', 'ENOTDIR', 'EEXIST'].includes(systemErrorCode(cause) ?? '')) return undefined;
    const found = await stat(this.location).catch((error: unknown) => systemErrorCode(error) ?? 'unknown');
    if (found === 'ENOENT') {
      const message = `Cannot ${what}: the folder ${this.location} is missing. Is its disk connected?`;
      return new EngineError('repository_not_found', message, { cause });
    }
    if (found === 'ENOTDIR' || (typeof found === 'object' && !found.isDirectory())) {
      const message = `Cannot ${what}: ${this.location} is not a folder, or lies below a file. Choose another location.`;
      return new EngineError('invalid_argument', message, { cause });
    }
    return undefined;
  }
}

async function removeFile(path: string): Promise<void> {
  if (process.platform !== 'win32') return rm(path);
  // Files that other programs copied here may bear the read-only attribute, which forbids their deletion on Windows.
  await chmod(path, 0o600);
  await rm(path);
}
