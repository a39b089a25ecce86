import { EngineError, fromSystemError, systemErrorCode } from '../base/errors.ts';
import type { EngineErrorCode } from '../base/errors.ts';
import type { FileRef } from './backend.ts';
import { describeRef } from './layout.ts';

/** System errors that go away by themselves: a busy file, a network disk that comes back, a moment without handles. */
const TRANSIENT: ReadonlySet<string> = new Set([
  'EAGAIN',
  'EBUSY',
  'EIO',
  'EINTR',
  'EMFILE',
  'ENFILE',
  'ESTALE',
  'ETIMEDOUT',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTCONN',
]);

const ADVICE: Partial<Record<EngineErrorCode, string>> = {
  no_space: 'Free some space on the disk that holds the repository, then try again',
  read_only: 'The disk that holds the repository is mounted read-only',
  permission_denied: 'The user who runs this must own the repository folder or be allowed to use it',
};

/** Turns whatever an operation on a folder threw into an EngineError; `what` reads like "Cannot write lock 1a2b3c4d in /srv/backup". */
export function backendError(error: unknown, what: string): EngineError {
  if (error instanceof EngineError) return error;
  const wrapped = fromSystemError(error, 'backend_failed', what);
  const advice = ADVICE[wrapped.code];
  const transient = wrapped.code === 'backend_failed' && TRANSIENT.has(systemErrorCode(error) ?? '');
  return new EngineError(wrapped.code, advice ? `${wrapped.message}. ${advice}.` : wrapped.message, {
    retry: transient || wrapped.code === 'no_space' ? 'later' : 'never',
    context: wrapped.context,
    cause: error,
  });
}

export function objectNotFound(ref: FileRef, location: string): EngineError {
  return new EngineError('not_found', `There is no ${describeRef(ref).replace(/^the /, '')} in ${location}.`, {
    context: { ...ref },
  });
}

export function objectExists(ref: FileRef, location: string): EngineError {
  return new EngineError('already_exists', `${location} has ${describeRef(ref)} already.`, { context: { ...ref } });
}

export function objectTruncated(ref: FileRef, location: string, wantedBytes: number, haveBytes: number): EngineError {
  return new EngineError(
    'corrupt',
    `${describeRef(ref)} in ${location} is truncated: ${haveBytes} bytes are there, ${wantedBytes} are needed.`,
    { context: { ...ref, wantedBytes, haveBytes } },
  );
}
