import { randomUUID } from 'node:crypto';
import { API_ERRORS, type ErrorDetail } from '../../../contracts/errors.ts';
import { AppError } from '../../app/errors/app-error.ts';
import { engineFace } from '../../app/errors/engine-face.ts';
import type { ErrorFamily, Reply } from '../operation.ts';
import type { ErrorStyle } from './error-style.ts';

/** Told of what nobody foresaw; `id` is what the client got to see. */
export type ReportUnexpected = (id: string, error: unknown) => void;

export interface ErrorReply {
  readonly reply: Reply;
  readonly code: string;
}

/** Turns whatever was thrown into an answer. The only place that writes error bodies (architecture, "Errors"). */
export function errorReply(error: unknown, { family, invalid }: ErrorStyle, report: ReportUnexpected): ErrorReply {
  if (error instanceof AppError) {
    const headers: Record<string, string> = {};
    if (error.retryAfterSeconds !== undefined) headers['retry-after'] = String(Math.ceil(error.retryAfterSeconds));
    if (error.code === 'range_not_satisfiable')
      headers['content-range'] = `bytes */${Number(error.details['size'] ?? 0)}`;
    if (error.code === 'unauthenticated') headers['www-authenticate'] = 'Bearer realm="GuardIT"';
    const code = error.code === 'invalid_request' ? invalid : error.code;
    return write(family, error.httpStatus, code, error.message, error.details, headers);
  }
  const face = engineFace(error);
  if (face && face.http < 500) return write(family, face.http, face.api, face.message, {});
  const id = randomUUID();
  report(id, error);
  const message = `Something went wrong inside. It stands in the log under ${id}.`;
  return write(family, API_ERRORS.internal_error, 'internal_error', message, { error_id: id });
}

function write(
  family: ErrorFamily,
  status: number,
  code: string,
  message: string,
  details: ErrorDetail,
  headers: Record<string, string> = {},
): ErrorReply {
  const body = family === 'tasks' ? { error: message, code, details } : { error: code, message, details };
  return { reply: { status, body, headers }, code };
}
