import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { throwIfAborted } from '../base/abort.ts';
import { EngineError } from '../base/errors.ts';
import type { Backend, ByteRange, FileInfo, FileRef } from './backend.ts';
import { backendError, objectExists, objectNotFound } from './backend-error.ts';
import { describeRef, objectPath } from './layout.ts';
import type { ListedType } from './layout.ts';
import { boundedRange, checkRange } from './read-object.ts';
import { hostMark, isAlive, ownerOfStaged, stagedFileName } from './staging.ts';

/** What a repository in memory consists of; two backends over one store are two clients of one repository. */
export type MemoryStore = Map<string, { readonly ref: FileRef; readonly bytes: Buffer }>;

const FOLDER_PREFIX = 'guardit-staging-';
/** What mkdtemp appends to a folder's name. */
const FOLDER_SUFFIX = /-[A-Za-z0-9]{6}$/;

let created = 0;

/** A repository that lives as long as its process: for tests, and for callers that embed the engine. */
export class MemoryBackend implements Backend {
  readonly location: string;
  readonly #store: MemoryStore;
  #staging: Promise<string> | undefined;

  constructor(store: MemoryStore = new Map(), name: string = String(++created)) {
    this.#store = store;
    this.location = `memory:${name}`;
  }

  async create(signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal);
  }

  async stat(ref: FileRef, signal?: AbortSignal): Promise<number> {
    throwIfAborted(signal);
    return this.#get(ref).length;
  }

  async list(type: ListedType, signal?: AbortSignal): Promise<FileInfo[]> {
    throwIfAborted(signal);
    const found: FileInfo[] = [];
    for (const { ref, bytes } of this.#store.values()) {
      if (ref.type === type) found.push({ id: ref.id, sizeBytes: bytes.length });
    }
    return found;
  }

  /** A copy: what a caller does to it must not change the object. */
  async read(ref: FileRef, range?: ByteRange, signal?: AbortSignal): Promise<Buffer> {
    throwIfAborted(signal);
    if (range) checkRange(range);
    const bytes = this.#get(ref);
    const { offset, length } = boundedRange(ref, this.location, range, bytes.length);
    return copyOf(bytes.subarray(offset, offset + length));
  }

  async write(ref: FileRef, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    this.#add(ref, copyOf(bytes));
  }

  stagingFolder(): Promise<string> {
    this.#staging ??= mkdtemp(join(tmpdir(), `${FOLDER_PREFIX}${stagedFileName()}-`)).catch((error: unknown) => {
      this.#staging = undefined;
      throw backendError(error, `Cannot make a folder for unfinished packs in ${tmpdir()}`);
    });
    return this.#staging;
  }

  async writeStaged(ref: FileRef, stagedPath: string, sizeBytes: number, signal?: AbortSignal): Promise<void> {
    try {
      throwIfAborted(signal);
      const bytes = await readFile(stagedPath);
      if (bytes.length !== sizeBytes) throw stagedSizeWrong(stagedPath, sizeBytes, bytes.length);
      throwIfAborted(signal);
      this.#add(ref, bytes);
    } catch (error) {
      throw backendError(error, `Cannot write ${describeRef(ref)} to ${this.location}`);
    } finally {
      await rm(stagedPath, { force: true }).catch(() => undefined);
    }
  }

  /** Staging folders of dead processes: our own goes with `close`. Counts folders. */
  async removeStaleStaged(): Promise<number> {
    let removed = 0;
    for (const name of await readdir(tmpdir())) {
      if (!name.startsWith(FOLDER_PREFIX)) continue;
      const owner = ownerOfStaged(name.slice(FOLDER_PREFIX.length).replace(FOLDER_SUFFIX, ''));
      if (!owner || owner.host !== hostMark() || isAlive(owner.pid)) continue;
      await rm(join(tmpdir(), name), { recursive: true, force: true });
      removed++;
    }
    return removed;
  }

  async remove(ref: FileRef, signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    this.#store.delete(keyOf(ref));
  }

  localPath(): undefined {
    return undefined;
  }

  async close(): Promise<void> {
    const staging = await this.#staging?.catch(() => undefined);
    this.#staging = undefined;
    if (staging !== undefined) await rm(staging, { recursive: true, force: true });
  }

  #get(ref: FileRef): Buffer {
    const object = this.#store.get(keyOf(ref));
    if (!object) throw objectNotFound(ref, this.location);
    return object.bytes;
  }

  /** The look and the addition are one synchronous step, so that one of several writers wins. */
  #add(ref: FileRef, bytes: Buffer): void {
    const key = keyOf(ref);
    if (this.#store.has(key)) throw objectExists(ref, this.location);
    this.#store.set(key, { ref: { ...ref }, bytes });
  }
}

/** The path an object would have in a folder: one check of ids for all backends. */
function keyOf(ref: FileRef): string {
  return objectPath('', ref);
}

function copyOf(bytes: Uint8Array): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}

function stagedSizeWrong(path: string, sizeBytes: number, actualBytes: number): EngineError {
  return new EngineError('backend_failed', `${path} has ${actualBytes} bytes after ${sizeBytes} were written to it.`, {
    retry: 'later',
    context: { path, sizeBytes, actualBytes },
  });
}
