import type { Readable } from 'node:stream';

/** What a log is written and read in at most: 1 MiB. */
export const LOG_PIECE_BYTES = 1 << 20;

export type LogFileErrorCode =
  | 'invalid_log_id'
  | 'log_not_found'
  /** Somebody else is appending. */
  | 'log_busy'
  /** The offset asked for is not the log's size; `details.sizeBytes` says where to go on. */
  | 'log_offset_conflict'
  /** The range asked for starts behind the log's end. */
  | 'invalid_log_range'
  | 'storage_full'
  | 'log_failed';

/** What goes wrong with a log. The message is meant for a person, `details` for a program. */
export class LogFileError extends Error {
  readonly code: LogFileErrorCode;
  readonly details: Readonly<Record<string, number | string>>;

  constructor(
    code: LogFileErrorCode,
    message: string,
    options: { readonly details?: Readonly<Record<string, number | string>>; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'LogFileError';
    this.code = code;
    this.details = options.details ?? {};
  }
}

export interface LogAppender {
  readonly logId: string;
  /** The log's size with everything that was accepted, whether it is on disk yet or not. */
  readonly sizeBytes: number;
  /**
   * Appends. Resolves when the log can take more (at most two pieces wait in memory); calls may overlap and keep their
   * order. The bytes belong to the log from then on: don't change them. Rejects with `storage_full` or `log_failed`, then
   * and ever after; what had reached the file until then stays in it.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Everything accepted is written and durable, name included. The log is closed; resolves with its size in bytes. */
  seal(): Promise<number>;
  /** Closes without a flush to the disk; what was accepted is written. For an upload that broke off. Never rejects. */
  close(): Promise<void>;
}

/** A part of a log, in bytes; `end` is exclusive. Left out: from the beginning, up to the end. */
export interface LogRange {
  readonly start?: number | undefined;
  readonly end?: number | undefined;
}

export interface LogReading {
  /** Of the whole log, when it was opened. */
  readonly sizeBytes: number;
  /** The range that is really read: `end` is cut to the log's size. */
  readonly start: number;
  readonly end: number;
  /** Exactly `end - start` bytes in pieces of at most 1 MiB, however the log grows meanwhile. */
  readonly stream: Readable;
}

/** Says which of these logs somebody refers to. */
export type KnownLogs = (logIds: readonly string[]) => Promise<ReadonlySet<string>>;

/**
 * Append-only files of output: of runs, and of agents' results. A log's id is random and names nothing; who it belongs to
 * stands in the catalog. New content is a new log, which one write to the catalog switches to.
 */
export interface LogFiles {
  /** A new empty log; returns its id, 32 hexadecimal digits. */
  create(): Promise<string>;
  /**
   * Opens a log to append. With `offset` only when that is its size, else `log_offset_conflict`: an upload that broke off
   * goes on from `sizeBytes`, and one that is repeated adds nothing twice. One appender a log: else `log_busy`.
   */
  append(logId: string, options?: { readonly offset?: number | undefined }): Promise<LogAppender>;
  /** In bytes, as on disk. Throws `log_not_found`. */
  sizeBytes(logId: string): Promise<number>;
  /** Reads while others append. Destroying the stream closes the file. */
  read(logId: string, range?: LogRange): Promise<LogReading>;
  /** One that is not there is fine. A reader who has it open reads to its end. */
  delete(logId: string): Promise<void>;
  /**
   * Deletes the logs that nobody refers to: left by a crash between a log and its row. `known` is asked in batches.
   * Logs that this process has open or made within the last hour stay, their row may be on its way.
   */
  sweep(known: KnownLogs): Promise<{ readonly deletedCount: number; readonly keptCount: number }>;
}

const LOG_ID = /^[0-9a-f]{32}$/;

/** Before an id becomes a path. */
export function isLogId(text: string): boolean {
  return LOG_ID.test(text);
}
