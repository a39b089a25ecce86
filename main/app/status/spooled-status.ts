import { z } from 'zod';
import { TaskId } from '../../../contracts/task-id.ts';
import { AppError } from '../errors/app-error.ts';

/** A status that a script's client could not deliver, out of its file in the spool (docs/SPOOL.md). */
export interface SpooledStatus {
  /** Of the client's attempt, a UUID. The same in every delivery of this status: recording it twice would be wrong. */
  readonly attemptId: string;
  /** By the clock of the machine that the script ran on, in milliseconds since 1970. Perhaps in the future. */
  readonly recordedAtMs: number;
  /** The address that the client was told to report to. */
  readonly server: string;
  readonly taskId: TaskId;
  /** The body of `POST /api/status/{taskId}`, not validated yet. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Room for the longest message and the largest data that the API takes, however they are escaped. */
export const MAX_SPOOLED_BYTES = 1024 * 1024;

const Envelope = z.strictObject({
  version: z.literal(1, 'is not known: this GuardIT reads version 1'),
  attemptId: z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'must be a UUID in lower case'),
  recordedAt: z.iso.datetime({ offset: false }),
  server: z.string().max(2048),
  method: z.literal('POST'),
  path: z.string().regex(/^\/api\/status\/[A-Za-z0-9._~%-]+$/, 'must be /api/status/ and a percent-encoded task ID'),
  body: z.record(z.string(), z.unknown()),
});

/**
 * Reads one file of the spool. Whoever may write there wrote it, so nothing is believed: an AppError `invalid_request` says
 * what is wrong with it.
 */
export function parseSpooledStatus(bytes: Uint8Array): SpooledStatus {
  if (bytes.length > MAX_SPOOLED_BYTES) throw refused(`is larger than ${MAX_SPOOLED_BYTES} bytes`);
  const result = Envelope.safeParse(parseJson(bytes));
  if (!result.success) {
    const [issue] = result.error.issues;
    throw refused(`is wrong: ${issue?.path.join('.') || 'file'}: ${issue?.message ?? 'invalid'}`);
  }
  const { attemptId, recordedAt, server, path, body } = result.data;
  const recordedAtMs = Date.parse(recordedAt);
  if (!Number.isFinite(recordedAtMs)) throw refused('has a time that no calendar knows');
  return { attemptId, recordedAtMs, server, taskId: taskIdOf(path), body };
}

function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw refused('is not UTF-8', error);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refused('is not JSON', error);
  }
}

function taskIdOf(path: string): TaskId {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path.slice('/api/status/'.length));
  } catch (error) {
    throw refused('names a task by bytes that are no text', error);
  }
  const result = TaskId.safeParse(decoded);
  if (!result.success)
    throw refused(`has a task ID that no task has: it ${result.error.issues[0]?.message ?? 'is invalid'}`);
  return result.data;
}

function refused(reason: string, cause?: unknown): AppError {
  return new AppError('invalid_request', `The spooled status ${reason}.`, {}, { cause });
}
