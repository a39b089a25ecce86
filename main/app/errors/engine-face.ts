import type { EngineError } from '../../engine/index.ts';
import { ERROR_FACES, type ErrorFace } from './error-faces.ts';

/** How an error of the engine looks from outside; null for any other error. */
export function engineFace(error: unknown): (ErrorFace & { readonly message: string }) | null {
  return isOfEngine(error) ? { ...ERROR_FACES[error.code], message: error.message } : null;
}

/** By name and code, not by class: whoever needs the class loads the whole engine, which a service that starts has no use for yet. */
function isOfEngine(error: unknown): error is EngineError {
  if (!(error instanceof Error) || error.name !== 'EngineError' || !('code' in error)) return false;
  return typeof error.code === 'string' && Object.hasOwn(ERROR_FACES, error.code);
}
