import { rm } from 'node:fs/promises';
import { EngineError } from '../base/errors.ts';
import type { Backend, ByteRange, FileInfo, FileRef } from './backend.ts';
import type { ListedType } from './layout.ts';

/** Lets reads through and refuses every change: the guarantee behind dry runs and work without a lock. */
export class ReadOnlyBackend implements Backend {
  readonly location: string;
  readonly #inner: Backend;

  /** Owns `inner` from here on: closing this one closes it. */
  constructor(inner: Backend) {
    this.#inner = inner;
    this.location = inner.location;
  }

  stat(ref: FileRef, signal?: AbortSignal): Promise<number> {
    return this.#inner.stat(ref, signal);
  }

  list(type: ListedType, signal?: AbortSignal): Promise<FileInfo[]> {
    return this.#inner.list(type, signal);
  }

  read(ref: FileRef, range?: ByteRange, signal?: AbortSignal): Promise<Buffer> {
    return this.#inner.read(ref, range, signal);
  }

  localPath(ref: FileRef): string | undefined {
    return this.#inner.localPath(ref);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async create(): Promise<void> {
    throw this.#refusal();
  }

  async write(): Promise<void> {
    throw this.#refusal();
  }

  async stagingFolder(): Promise<string> {
    throw this.#refusal();
  }

  async writeStaged(_ref: FileRef, stagedPath: string): Promise<void> {
    await rm(stagedPath, { force: true }).catch(() => undefined);
    throw this.#refusal();
  }

  async removeStaleStaged(): Promise<number> {
    throw this.#refusal();
  }

  async remove(): Promise<void> {
    throw this.#refusal();
  }

  #refusal(): EngineError {
    return new EngineError('read_only', `${this.location} is open for reading only: nothing in it is changed.`);
  }
}
