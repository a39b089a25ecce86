import { Readable } from 'node:stream';
import type { LogFields } from '../../../contracts/log-fields.ts';
import type { Caller } from '../access/caller.ts';
import type { Catalog } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { isLogMissing, logProblem, offsetMismatch } from '../logs/log-problem.ts';
import type { LogAppender, LogFiles } from '../logs/ports.ts';
import { requireRun } from './agent-rights.ts';
import { fileExcerpt } from './log-fields/excerpt.ts';
import { logFieldsOf } from './log-fields/log-fields.ts';
import type { BackupRun, ResultMetrics } from './ports.ts';
import { discard } from './stored-log.ts';

export interface RunLogUploadParts {
  readonly catalog: Catalog;
  readonly logFiles: LogFiles;
  readonly metrics: ResultMetrics;
}

export interface UploadWish {
  /** Where the bytes go on; null: they are the whole log. */
  readonly offset: number | null;
  /** How many bytes come, where the client said so; null: as many as come. */
  readonly lengthBytes: number | null;
  /** Whether the log ends with them. */
  readonly isComplete: boolean;
}

export interface StoredSize {
  readonly sizeBytes: number;
  readonly isComplete: boolean;
}

/** Where the bytes go. */
interface Target {
  readonly run: BackupRun;
  readonly logId: string;
  /** The log that the run has meanwhile; another than `logId` where that one takes its place at the end. */
  readonly currentLogId: string;
  readonly offset: number;
}

/**
 * Takes a run's log as a stream of any size (api.md, section 3). At any instant the stored bytes are a beginning of what some
 * upload sent, so one that breaks off goes on from their size. A whole log takes the place of one that is there when all of
 * it has arrived, and not before.
 */
export class RunLogUpload {
  readonly #parts: RunLogUploadParts;

  constructor(parts: RunLogUploadParts) {
    this.#parts = parts;
  }

  /** Resolves when all is durable. Throws `offset_mismatch` with the `size` to go on from. */
  async receive(
    caller: Caller,
    agentId: string,
    runId: string,
    wish: UploadWish,
    body: AsyncIterable<unknown>,
  ): Promise<StoredSize> {
    try {
      const run = await this.#parts.catalog.read((stores) => requireRun(stores, caller, agentId, runId));
      const target = await this.#targetFor(run, wish.offset);
      return await this.#receiveInto(target, wish, body);
    } catch (error) {
      throw logProblem(error);
    }
  }

  async #targetFor(run: BackupRun, wishedOffset: number | null): Promise<Target> {
    const { logFiles } = this.#parts;
    const sizeBytes = run.log ? await this.#sizeOf(run.log.logId) : null;
    if (run.log && sizeBytes !== null && (wishedOffset !== null || sizeBytes === 0)) {
      const { logId } = run.log;
      return { run, logId, currentLogId: logId, offset: wishedOffset ?? 0 };
    }
    if (run.log && sizeBytes !== null) {
      return { run, logId: await logFiles.create(), currentLogId: run.log.logId, offset: 0 };
    }
    if (wishedOffset !== null && wishedOffset > 0) {
      throw offsetMismatch(`The run has no log yet, so nothing can go on at ${wishedOffset}. Begin at 0.`, 0);
    }
    const logId = await this.#attachNew(run);
    return { run, logId, currentLogId: logId, offset: 0 };
  }

  /** Null for a log whose file is lost. */
  async #sizeOf(logId: string): Promise<number | null> {
    try {
      return await this.#parts.logFiles.sizeBytes(logId);
    } catch (error) {
      if (isLogMissing(error)) return null;
      throw error;
    }
  }

  /** Before the first byte comes: an upload that breaks off must be found again. */
  async #attachNew(run: BackupRun): Promise<string> {
    const { catalog, logFiles } = this.#parts;
    const logId = await logFiles.create();
    const empty = { logId, sizeBytes: 0, isComplete: false, fields: null };
    const isAttached = await catalog.write(({ backupRuns }) => backupRuns.setLog(run, run.log?.logId ?? null, empty));
    if (isAttached) return logId;
    await discard(logFiles, logId);
    throw overtaken();
  }

  async #receiveInto(target: Target, wish: UploadWish, body: AsyncIterable<unknown>): Promise<StoredSize> {
    const { logFiles } = this.#parts;
    const isReplacing = target.logId !== target.currentLogId;
    const appender = await logFiles.append(target.logId, { offset: target.offset });
    let sizeBytes: number;
    try {
      await pump(body, appender, wish.lengthBytes);
      sizeBytes = await appender.seal();
    } catch (error) {
      await this.#afterBreak(target, appender);
      throw error;
    }
    const fields = wish.isComplete ? await this.#fieldsOf(target.logId) : null;
    if (!(await this.#switchTo(target, { sizeBytes, isComplete: wish.isComplete, fields }))) {
      if (isReplacing) await discard(logFiles, target.logId);
      throw overtaken();
    }
    if (isReplacing) await discard(logFiles, target.currentLogId);
    if (wish.isComplete) this.#parts.metrics.logStored(target.run.taskType, sizeBytes);
    return { sizeBytes, isComplete: wish.isComplete };
  }

  async #fieldsOf(logId: string): Promise<LogFields | null> {
    try {
      return logFieldsOf(await fileExcerpt(this.#parts.logFiles, logId));
    } catch (error) {
      // Deleted since: it is nobody's log any more.
      if (isLogMissing(error)) throw overtaken();
      throw error;
    }
  }

  /** What arrived stays, unless it was to take the place of something. */
  async #afterBreak(target: Target, appender: LogAppender): Promise<void> {
    if (target.logId !== target.currentLogId) {
      await appender.close();
      await discard(this.#parts.logFiles, target.logId);
      return;
    }
    try {
      const sizeBytes = await appender.seal();
      await this.#switchTo(target, { sizeBytes, isComplete: false, fields: null });
    } catch {
      // The first failure is what is told. The size that counts is the file's.
      await appender.close();
    }
  }

  async #switchTo({ run, logId, currentLogId }: Target, log: StoredSize & Pick<BackupRun, 'fields'>): Promise<boolean> {
    return this.#parts.catalog.write(({ backupRuns }) => backupRuns.setLog(run, currentLogId, { logId, ...log }));
  }
}

async function pump(body: AsyncIterable<unknown>, appender: LogAppender, lengthBytes: number | null): Promise<void> {
  let receivedBytes = 0;
  try {
    for await (const chunk of withoutDestroying(body)) {
      const bytes = chunk as Buffer;
      const room = lengthBytes === null ? bytes.byteLength : lengthBytes - receivedBytes;
      await appender.write(bytes.byteLength <= room ? bytes : bytes.subarray(0, room));
      receivedBytes += bytes.byteLength;
      if (bytes.byteLength > room) break;
    }
  } catch (error) {
    // Node's words for a client that went away.
    if (error instanceof Error && 'code' in error && error.code === 'ECONNRESET') throw brokenOff();
    throw error;
  }
  if (lengthBytes !== null && receivedBytes !== lengthBytes) {
    const details = { field: 'content-range', code: 'wrong_length', received_bytes: receivedBytes };
    throw new AppError('invalid_request', `Content-Range announces ${lengthBytes} bytes, others came.`, details);
  }
}

/** Leaving a loop over a request destroys its connection: a client that still sends would never see why it was refused. */
function withoutDestroying(body: AsyncIterable<unknown>): AsyncIterable<unknown> {
  return body instanceof Readable ? body.iterator({ destroyOnReturn: false }) : body;
}

function brokenOff(): AppError {
  return new AppError('invalid_request', 'The body broke off.', { field: 'body', code: 'incomplete' });
}

function overtaken(): AppError {
  const message = 'Another upload or result has given the run another log meanwhile.';
  return new AppError('conflict', message, { code: 'log_replaced' });
}
