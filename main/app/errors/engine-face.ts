import { isEngineError } from '../../engine/index.ts';
import { ERROR_FACES, type ErrorFace } from './error-faces.ts';

/** How an error of the engine looks from outside; null for any other error. */
export function engineFace(error: unknown): (ErrorFace & { readonly message: string }) | null {
  return isEngineError(error) ? { ...ERROR_FACES[error.code], message: error.message } : null;
}
