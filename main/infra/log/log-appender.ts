import type { FileHandle } from 'node:fs/promises';
import { LOG_PIECE_BYTES, LogFileError } from '../../app/logs/ports.ts';
import type { LogAppender } from '../../app/logs/ports.ts';
import { syncFolder, systemErrorCode } from '../files/durable-file.ts';

/**
 * Writes behind: while one piece is on its way to the file, the next one gathers. A slow trickle is in the file at once,
 * so that a reader can follow; a flood costs one call a piece, and whoever writes waits when a whole piece has gathered.
 */
export class LogFileAppender implements LogAppender {
  readonly logId: string;
  readonly #handle: FileHandle;
  readonly #folder: string;
  readonly #onClose: () => void;
  #acceptedBytes: number;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #flushing: Promise<void> | null = null;
  #failure: LogFileError | null = null;
  #closed = false;

  /** Owns `handle`, which is open for appending to a file of `sizeBytes` in `folder`. */
  constructor(logId: string, handle: FileHandle, folder: string, sizeBytes: number, onClose: () => void) {
    this.logId = logId;
    this.#handle = handle;
    this.#folder = folder;
    this.#acceptedBytes = sizeBytes;
    this.#onClose = onClose;
  }

  get sizeBytes(): number {
    return this.#acceptedBytes;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#closed) throw new LogFileError('log_failed', `Log ${this.logId} is closed already.`);
    if (this.#failure) throw this.#failure;
    if (bytes.byteLength === 0) return;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.byteLength;
    this.#acceptedBytes += bytes.byteLength;
    this.#flushing ??= this.#flush();
    while (this.#waitingBytes >= LOG_PIECE_BYTES && this.#flushing !== null) await this.#flushing;
    // Typed anew: the checker believes that nothing changed while we waited.
    const failure = this.#failure as LogFileError | null;
    if (failure) throw failure;
  }

  async seal(): Promise<number> {
    try {
      await this.#drain();
      if (this.#failure) throw this.#failure;
      await this.#handle.sync();
      await syncFolder(this.#folder);
    } catch (error) {
      throw logFailure(this.logId, error);
    } finally {
      await this.#release();
    }
    return this.#acceptedBytes;
  }

  async close(): Promise<void> {
    await this.#drain();
    await this.#release();
  }

  /** Never rejects: a failure is remembered. */
  async #drain(): Promise<void> {
    while (this.#flushing !== null) await this.#flushing;
  }

  async #release(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // Whatever closing says, the content is judged by the writes and the flush before it.
    await this.#handle.close().catch(() => undefined);
    this.#onClose();
  }

  /** One flush writes what waits now; what arrives meanwhile is the next one's. */
  async #flush(): Promise<void> {
    try {
      const pieces = this.#waiting;
      this.#waiting = [];
      this.#waitingBytes = 0;
      for (const piece of inPieces(pieces)) await this.#writeWhole(piece);
    } catch (error) {
      this.#failure = logFailure(this.logId, error);
      this.#waiting = [];
      this.#waitingBytes = 0;
    }
    this.#flushing = this.#waiting.length > 0 ? this.#flush() : null;
  }

  /** A write may take less than it was given, on a disk that is about to be full. */
  async #writeWhole(piece: Uint8Array): Promise<void> {
    for (let offset = 0; offset < piece.byteLength;) {
      const { bytesWritten } = await this.#handle.write(piece, offset);
      offset += bytesWritten;
    }
  }
}

/** Small ones joined, large ones cut: each is at most LOG_PIECE_BYTES. */
function* inPieces(chunks: readonly Uint8Array[]): Generator<Uint8Array> {
  let small: Uint8Array[] = [];
  let smallBytes = 0;
  for (const chunk of chunks) {
    if (smallBytes + chunk.byteLength > LOG_PIECE_BYTES && smallBytes > 0) {
      yield Buffer.concat(small, smallBytes);
      small = [];
      smallBytes = 0;
    }
    if (chunk.byteLength <= LOG_PIECE_BYTES) {
      small.push(chunk);
      smallBytes += chunk.byteLength;
      continue;
    }
    for (let offset = 0; offset < chunk.byteLength; offset += LOG_PIECE_BYTES) {
      yield chunk.subarray(offset, offset + LOG_PIECE_BYTES);
    }
  }
  if (smallBytes > 0) yield small.length === 1 && small[0] ? small[0] : Buffer.concat(small, smallBytes);
}

/** `ENOSPC` and a quota that is used up are told apart: the person can do something about them. */
export function logFailure(logId: string, error: unknown): LogFileError {
  if (error instanceof LogFileError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const full = ['ENOSPC', 'EDQUOT'].includes(systemErrorCode(error) ?? '');
  return full
    ? new LogFileError('storage_full', `No space is left for log ${logId}. Free some on the data folder's disk.`, {
        cause: error,
      })
    : new LogFileError('log_failed', `Log ${logId} could not be read or written: ${reason}`, { cause: error });
}
