import { fstatSync, ftruncateSync, writeSync } from 'node:fs';
import { fromSystemError, systemErrorCode, type EngineError } from '../base/errors.ts';
import { fileCalls, type FileCalls } from '../base/native/file-calls.ts';
import { joinPath, rawText } from '../base/raw-path.ts';
import { ENTRY_FLAG } from './entry-table.ts';
import { FileOpener, PRIVATE } from './file-opener.ts';
import { FILE_STATE, type FileTable } from './file-table.ts';
import type { FolderHandles } from './folder-handles.ts';
import type { FolderTable } from './folder-table.ts';
import { currentMetadata, OpenFileCalls, writeMetadata, type CurrentMetadata } from './metadata.ts';
import type { FileProblem, ProcessIdentity } from './restore-messages.ts';
import { writeNonZero } from './sparse-write.ts';

const MAX_OPEN_FILES = 64;
/** These end the whole restore: every further file would meet them too. */
const FATAL = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EMFILE', 'ENFILE']);

export interface FileWriterOptions {
  readonly files: FileTable;
  readonly folders: FolderTable;
  readonly handles: FolderHandles;
  readonly process: ProcessIdentity;
  readonly sparse: boolean;
}

/**
 * Writes blobs into files and finishes those that have them all, in a worker thread.
 *
 * A new file is made with O_EXCL, so never through a link and never over something. Its times are set after the last
 * byte, so that a file of the right size and time is complete; an interrupted or damaged one bears the time of its writing.
 */
export class FileWriter {
  readonly #files: FileTable;
  readonly #folders: FolderTable;
  readonly #opener: FileOpener;
  readonly #process: ProcessIdentity;
  readonly #sparse: boolean;
  readonly #calls: FileCalls = fileCalls();
  readonly #metadataCalls = new OpenFileCalls();
  readonly #open = new Map<number, number>();
  /** Since the last `takeResults`. */
  #finished: number[] = [];
  #failed: FileProblem[] = [];
  #flawed: FileProblem[] = [];
  #bytesWritten = 0;

  constructor(options: FileWriterOptions) {
    this.#files = options.files;
    this.#folders = options.folders;
    this.#opener = new FileOpener(options.files, options.handles);
    this.#process = options.process;
    this.#sparse = options.sparse;
  }

  writeBlob(file: number, offset: number, plain: Uint8Array): void {
    this.#onFile(file, () => {
      if (this.#files.blobCount(file) === 1 && !this.#isExisting(file)) this.#writeWhole(file, plain);
      else this.#writePart(file, offset, plain);
      this.#bytesWritten += plain.length;
    });
  }

  /** For files of which nothing is left to write. */
  finish(file: number): void {
    this.#onFile(file, () => {
      const state = this.#files.state(file);
      const damaged = (state & FILE_STATE.damaged) !== 0;
      // Nothing of it could be had: better no file than one of zeros.
      if (damaged && (state & FILE_STATE.open) === 0 && !this.#isExisting(file)) return;
      if (this.#isUnchanged(file)) this.#finishUnchanged(file);
      else this.#finishOpen(file, this.#openForWriting(file));
    });
  }

  takeResults() {
    const results = {
      finished: Uint32Array.from(this.#finished),
      failed: this.#failed,
      flawed: this.#flawed,
      bytesWritten: this.#bytesWritten,
    };
    this.#finished = [];
    this.#failed = [];
    this.#flawed = [];
    this.#bytesWritten = 0;
    return results;
  }

  closeAll(): void {
    for (const fd of this.#open.values()) this.#calls.close(fd);
    this.#open.clear();
  }

  /** The common case, a new file of one blob, with as few system calls as possible: nothing is kept open or remembered. */
  #writeWhole(file: number, plain: Uint8Array): void {
    const current = this.#currentOfNew(file);
    const fd = this.#opener.create(file, current.mode ?? PRIVATE);
    try {
      if (this.#sparse && writeNonZero(fd, plain, 0)) ftruncateSync(fd, plain.length);
      else if (!this.#sparse) writeFully(fd, plain, 0);
      this.#files.addState(file, FILE_STATE.opening | FILE_STATE.open);
      this.#applyMetadata(file, fd, current);
    } finally {
      this.#calls.close(fd);
    }
  }

  #writePart(file: number, offset: number, plain: Uint8Array): void {
    const fd = this.#openForWriting(file);
    if (this.#isExisting(file)) writeFully(fd, plain, offset);
    // A new file has its length already, and holes wherever nothing is written.
    else if (this.#sparse) writeNonZero(fd, plain, offset);
    else if (!isAllZero(plain)) writeFully(fd, plain, offset);
    if (this.#files.settleBlob(file)) this.#finishOpen(file, fd);
  }

  #finishOpen(file: number, fd: number): void {
    if ((this.#files.state(file) & FILE_STATE.damaged) !== 0) this.#markIncomplete(fd);
    else
      this.#applyMetadata(
        file,
        fd,
        this.#isExisting(file) ? this.#currentOf(file, fd) : { ...this.#currentOfNew(file), mode: undefined },
      );
    this.#forget(file);
  }

  #finishUnchanged(file: number): void {
    const fd = this.#opener.read(file);
    try {
      this.#applyMetadata(file, fd, this.#currentOf(file, fd));
    } finally {
      this.#calls.close(fd);
    }
  }

  #applyMetadata(file: number, fd: number, current: CurrentMetadata): void {
    const files = this.#files;
    this.#metadataCalls.fd = fd;
    const wanted = {
      uid: files.uid(file),
      gid: files.gid(file),
      mode: files.mode(file),
      times: files.times(file),
      xattrs: files.xattrs(file),
    };
    for (const message of writeMetadata(this.#metadataCalls, wanted, current)) this.#flawed.push({ file, message });
    this.#files.addState(file, FILE_STATE.complete);
    this.#finished.push(file);
  }

  /** Content that was wrong before may bear the snapshot's time: a later run must not take it for complete. */
  #markIncomplete(fd: number): void {
    const nowMs = Date.now();
    const seconds = Math.floor(nowMs / 1000);
    const nanos = (nowMs % 1000) * 1_000_000;
    this.#calls.setTimes(fd, { atimeSeconds: seconds, atimeNanos: nanos, mtimeSeconds: seconds, mtimeNanos: nanos });
  }

  /** What a file will have that is created now: `mode` is the one to create it with, or undefined when it needs a chmod. */
  #currentOfNew(file: number): CurrentMetadata {
    const { uid, umask } = this.#process;
    const gid = this.#folders.childGid(this.#files.parent(file));
    const wanted = this.#files.mode(file);
    const flags = this.#files.flags(file);
    const foreignXattrs = (flags & ENTRY_FLAG.foreignXattrs) !== 0;
    // Until it has its owner, a file is nobody else's business.
    const isOwned = this.#files.uid(file) === uid && this.#files.gid(file) === gid;
    const direct = isOwned && !foreignXattrs && (wanted & ~0o777) === 0 && (wanted & umask) === 0;
    return { uid, gid, mode: direct ? wanted : undefined, foreignXattrs };
  }

  #currentOf(file: number, fd: number): CurrentMetadata {
    return currentMetadata(fstatSync(fd, { bigint: true }), (this.#files.flags(file) & ENTRY_FLAG.foreignXattrs) !== 0);
  }

  /** Opens the file once in this thread; the first thread of all creates it or brings it to its length. */
  #openForWriting(file: number): number {
    const known = this.#open.get(file);
    if (known !== undefined) return known;
    const isFirst = (this.#files.addState(file, FILE_STATE.opening) & FILE_STATE.opening) === 0;
    const fd = isFirst ? this.#openFirst(file) : this.#openAgain(file);
    if (this.#open.size >= MAX_OPEN_FILES) this.#closeOldest();
    this.#open.set(file, fd);
    return fd;
  }

  #openFirst(file: number): number {
    const fd = this.#isExisting(file) ? this.#opener.reopen(file) : this.#opener.create(file, PRIVATE);
    try {
      if (this.#isExisting(file) || this.#files.sizeBytes(file) > 0) ftruncateSync(fd, this.#files.sizeBytes(file));
    } catch (error) {
      this.#calls.close(fd);
      throw error;
    }
    this.#files.addState(file, FILE_STATE.open);
    return fd;
  }

  #openAgain(file: number): number {
    if ((this.#files.awaitOpen(file) & FILE_STATE.failed) !== 0) throw new AlreadyFailed();
    return this.#opener.reopen(file);
  }

  #isExisting(file: number): boolean {
    return (this.#files.flags(file) & ENTRY_FLAG.existing) !== 0;
  }

  #isUnchanged(file: number): boolean {
    const damaged = (this.#files.state(file) & FILE_STATE.damaged) !== 0;
    return !damaged && (this.#files.flags(file) & ENTRY_FLAG.unchanged) !== 0;
  }

  /** A failure concerns one file, unless it is one that all others would meet. */
  #onFile(file: number, action: () => void): void {
    if ((this.#files.state(file) & FILE_STATE.failed) !== 0) return;
    try {
      action();
    } catch (error) {
      this.#forget(file);
      // First of all, because another thread may be waiting for this one to open the file.
      const before = this.#files.addState(file, FILE_STATE.failed);
      if (FATAL.has(systemErrorCode(error) ?? '')) throw this.#fatal(file, error);
      if (error instanceof AlreadyFailed || (before & FILE_STATE.failed) !== 0) return;
      this.#failed.push({ file, message: reasonOf(error) });
    }
  }

  #fatal(file: number, error: unknown): EngineError {
    const path = rawText(joinPath(this.#folders.path(this.#files.parent(file)), this.#files.name(file)));
    return fromSystemError(error, 'target_failed', `Cannot write ${path} in the target of the restore`, { path });
  }

  #forget(file: number): void {
    const fd = this.#open.get(file);
    this.#open.delete(file);
    if (fd !== undefined) this.#calls.close(fd);
  }

  #closeOldest(): void {
    for (const file of this.#open.keys()) {
      this.#forget(file);
      return;
    }
  }
}

/** Another thread has reported why. */
class AlreadyFailed extends Error {}

function reasonOf(error: unknown): string {
  if (systemErrorCode(error) === 'EEXIST')
    return 'Something of that name appeared during the restore, or two entries differ only in case.';
  return error instanceof Error ? error.message : String(error);
}

function writeFully(fd: number, bytes: Uint8Array, offset: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, offset + done);
}

const ZEROS = Buffer.alloc(512 * 1024);

function isAllZero(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0 || bytes[bytes.length - 1] !== 0) return false;
  for (let at = 0; at < bytes.length; at += ZEROS.length) {
    const piece = bytes.subarray(at, at + ZEROS.length);
    if (ZEROS.compare(piece, 0, piece.length, 0, piece.length) !== 0) return false;
  }
  return true;
}
