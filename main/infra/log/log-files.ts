import { randomBytes } from 'node:crypto';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { isLogId, LOG_PIECE_BYTES, LogFileError } from '../../app/logs/ports.ts';
import type { KnownLogs, LogAppender, LogFiles, LogRange, LogReading } from '../../app/logs/ports.ts';
import { systemErrorCode } from '../files/durable-file.ts';
import { LogFileAppender, logFailure } from './log-appender.ts';
import { sweepLogFiles } from './sweep-log-files.ts';
import { YoungLogs } from './young-logs.ts';

/** Output may say anything about a company's machines: for the account that runs GuardIT only. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/**
 * Logs as files `<folder>/ab/abcd….log`, spread over 256 folders by their first two digits.
 * One instance a folder: who appends is known to this instance only.
 */
export class FolderLogFiles implements LogFiles {
  readonly #folder: string;
  readonly #appending = new Set<string>();
  readonly #young = new YoungLogs();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async create(): Promise<string> {
    const logId = randomBytes(16).toString('hex');
    const path = this.#path(logId);
    this.#young.add(logId);
    try {
      await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
      const handle = await open(path, 'ax', FILE_MODE);
      await handle.close();
    } catch (error) {
      throw logFailure(logId, error);
    }
    return logId;
  }

  async append(logId: string, options: { readonly offset?: number | undefined } = {}): Promise<LogAppender> {
    const path = this.#path(logId);
    if (this.#appending.has(logId)) {
      throw new LogFileError('log_busy', `Somebody else is appending to log ${logId}. Try again when they have ended.`);
    }
    this.#appending.add(logId);
    let handle: FileHandle | null = null;
    try {
      // Append mode alone would make a new file of a wrong id.
      await stat(path);
      handle = await open(path, 'a', FILE_MODE);
      const sizeBytes = (await handle.stat()).size;
      const offset = options.offset ?? sizeBytes;
      if (offset !== sizeBytes) throw offsetConflict(logId, offset, sizeBytes);
      return new LogFileAppender(logId, handle, dirname(path), sizeBytes, () => this.#appending.delete(logId));
    } catch (error) {
      this.#appending.delete(logId);
      await handle?.close();
      throw openFailure(logId, error);
    }
  }

  async sizeBytes(logId: string): Promise<number> {
    const path = this.#path(logId);
    try {
      return (await stat(path)).size;
    } catch (error) {
      throw openFailure(logId, error);
    }
  }

  async read(logId: string, range: LogRange = {}): Promise<LogReading> {
    const path = this.#path(logId);
    let handle: FileHandle | null = null;
    try {
      handle = await open(path, 'r');
      const sizeBytes = (await handle.stat()).size;
      const start = range.start ?? 0;
      const end = Math.min(range.end ?? sizeBytes, sizeBytes);
      if (!Number.isSafeInteger(start) || start < 0 || start > end) throw invalidRange(logId, range, sizeBytes);
      return { sizeBytes, start, end, stream: await streamOf(handle, start, end) };
    } catch (error) {
      await handle?.close();
      throw openFailure(logId, error);
    }
  }

  async delete(logId: string): Promise<void> {
    const path = this.#path(logId);
    try {
      await rm(path, { force: true });
      this.#young.delete(logId);
    } catch (error) {
      throw logFailure(logId, error);
    }
  }

  sweep(known: KnownLogs): Promise<{ deletedCount: number; keptCount: number }> {
    const inUse = (logId: string) => this.#appending.has(logId) || this.#young.has(logId);
    return sweepLogFiles(this.#folder, known, inUse);
  }

  #path(logId: string): string {
    if (!isLogId(logId)) {
      // As JSON: control characters must not reach a terminal, and nothing of it a path.
      const shown = JSON.stringify(logId.slice(0, 64));
      throw new LogFileError('invalid_log_id', `${shown} is no id of a log, which has 32 hexadecimal digits.`);
    }
    return join(this.#folder, logId.slice(0, 2), `${logId}.log`);
  }
}

/** Owns `handle`: it is closed when the stream ends or is destroyed, read or unread. */
async function streamOf(handle: FileHandle, start: number, end: number): Promise<Readable> {
  if (start < end) return handle.createReadStream({ start, end: end - 1, highWaterMark: LOG_PIECE_BYTES });
  await handle.close();
  return Readable.from([], { objectMode: false });
}

function openFailure(logId: string, error: unknown): LogFileError {
  if (systemErrorCode(error) !== 'ENOENT') return logFailure(logId, error);
  return new LogFileError('log_not_found', `There is no log ${logId}.`, { cause: error });
}

function offsetConflict(logId: string, offset: number, sizeBytes: number): LogFileError {
  const message = `Log ${logId} has ${sizeBytes} bytes, so nothing can be appended at ${offset}. Go on from ${sizeBytes}.`;
  return new LogFileError('log_offset_conflict', message, { details: { offset, sizeBytes } });
}

function invalidRange(logId: string, range: LogRange, sizeBytes: number): LogFileError {
  const message = `Bytes ${range.start ?? 0} to ${range.end ?? 'the end'} are no part of log ${logId}, which has ${sizeBytes}.`;
  return new LogFileError('invalid_log_range', message, { details: { sizeBytes } });
}
