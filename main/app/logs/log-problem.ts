import { AppError } from '../errors/app-error.ts';
import { LogFileError } from './ports.ts';

const RETRY_AFTER_SECONDS = 5;

/**
 * A log's trouble as the API tells it. What is nobody's doing but ours (`log_failed`, a wrong id) stays what it is: it becomes
 * a 500 and stands in the log.
 */
export function logProblem(error: unknown): unknown {
  if (!(error instanceof LogFileError)) return error;
  const { message, details } = error;
  switch (error.code) {
    case 'storage_full':
      return new AppError('storage_full', message, {}, { cause: error });
    case 'log_offset_conflict':
      return offsetMismatch(message, Number(details['sizeBytes']));
    case 'invalid_log_range':
      return new AppError('range_not_satisfiable', message, {
        field: 'range',
        code: 'not_satisfiable',
        size: Number(details['sizeBytes']),
      });
    case 'log_busy':
      return new AppError('conflict', message, { code: 'log_busy' }, { retryAfterSeconds: RETRY_AFTER_SECONDS });
    case 'log_not_found':
      return new AppError('not_found', 'The log is not there any more.', { code: 'log_not_found' }, { cause: error });
    case 'invalid_log_id':
    case 'log_failed':
      return error;
  }
}

/** An upload that does not go on where the log ends; `sizeBytes` is where it does. */
export function offsetMismatch(message: string, sizeBytes: number): AppError {
  return new AppError('offset_mismatch', message, { field: 'offset', code: 'offset_mismatch', size: sizeBytes });
}

export function isLogMissing(error: unknown): boolean {
  return error instanceof LogFileError && error.code === 'log_not_found';
}
