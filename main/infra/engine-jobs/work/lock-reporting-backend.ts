import type { Backend, ByteRange, FileInfo, FileRef, FileType } from '../../../engine/index.ts';

export interface LockReports {
  /** A lock file is about to be written: from now on it may be there. */
  claimed(lockId: string): void;
  released(lockId: string): void;
}

/** Tells which lock files are there because of us, so that somebody else can remove them when this thread dies. */
export class LockReportingBackend implements Backend {
  readonly location: string;
  readonly #inner: Backend;
  readonly #reports: LockReports;

  /** Owns `inner` from here on: closing this one closes it. */
  constructor(inner: Backend, reports: LockReports) {
    this.#inner = inner;
    this.#reports = reports;
    this.location = inner.location;
  }

  async write(ref: FileRef, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    if (ref.type === 'lock') this.#reports.claimed(ref.id);
    await this.#inner.write(ref, bytes, signal);
  }

  async remove(ref: FileRef, signal?: AbortSignal): Promise<void> {
    await this.#inner.remove(ref, signal);
    if (ref.type === 'lock') this.#reports.released(ref.id);
  }

  create(signal?: AbortSignal): Promise<void> {
    return this.#inner.create(signal);
  }

  stat(ref: FileRef, signal?: AbortSignal): Promise<number> {
    return this.#inner.stat(ref, signal);
  }

  list(type: Exclude<FileType, 'config'>, signal?: AbortSignal): Promise<FileInfo[]> {
    return this.#inner.list(type, signal);
  }

  read(ref: FileRef, range?: ByteRange, signal?: AbortSignal): Promise<Buffer> {
    return this.#inner.read(ref, range, signal);
  }

  stagingFolder(): Promise<string> {
    return this.#inner.stagingFolder();
  }

  writeStaged(ref: FileRef, stagedPath: string, sizeBytes: number, signal?: AbortSignal): Promise<void> {
    return this.#inner.writeStaged(ref, stagedPath, sizeBytes, signal);
  }

  removeStaleStaged(): Promise<number> {
    return this.#inner.removeStaleStaged();
  }

  localPath(ref: FileRef): string | undefined {
    return this.#inner.localPath(ref);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
