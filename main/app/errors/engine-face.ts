import type { EngineError, EngineErrorCode } from '../../engine/index.ts';
import { ERROR_FACES, type ErrorFace } from './error-faces.ts';

/** How an error of the engine looks from outside; null for any other error. */
export function engineFace(error: unknown): (ErrorFace & { readonly message: string }) | null {
  return isOfEngine(error) ? { ...ERROR_FACES[error.code], message: error.message } : null;
}

/** A failure of the engine as a run's outcome tells it; null for any other error. */
export function engineFailure(
  error: unknown,
): { readonly code: EngineErrorCode; readonly message: string; readonly isRetryable: boolean } | null {
  if (!isOfEngine(error)) return null;
  return { code: error.code, message: error.message, isRetryable: error.retry === 'later' };
}

/** By name and code, not by class: whoever needs the class loads the whole engine, which a service that starts has no use for yet. */
function isOfEngine(error: unknown): error is EngineError {
  if (!(error instanceof Error) || error.name !== 'EngineError' || !('code' in error)) return false;
  return typeof error.code === 'string' && Object.hasOwn(ERROR_FACES, error.code);
}
