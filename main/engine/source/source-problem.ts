import { isEngineError, type EngineError } from '../base/errors.ts';

/** What keeps one entry out of a backup, not the backup from being made. */
export function isSourceProblem(error: unknown): error is EngineError {
  return isEngineError(error, 'source_failed') || isEngineError(error, 'permission_denied');
}
