import type { EngineErrorCode, PlainEngineError, Retry } from '../../engine/index.ts';

/**
 * An EngineError of another thread, as app/errors/engine-face.ts knows it: by name and code. The engine's own class would bring
 * the whole engine into the API's thread.
 */
export class EngineFailure extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;
  readonly retry: Retry;
  readonly context: Readonly<Record<string, unknown>>;

  constructor({ code, message, retry, context }: PlainEngineError, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retry = retry;
    this.context = context;
  }
}

export function cancelledFailure(what: string): EngineFailure {
  return new EngineFailure({ code: 'cancelled', message: `${what} was cancelled.`, retry: 'never', context: {} });
}

/** A thread that ended without an answer: a crash, or a machine without memory. */
export function deadThreadFailure(what: string, exitCode: number, cause: unknown): EngineFailure {
  const reason = cause instanceof Error ? `: ${cause.message}` : ` (exit code ${exitCode})`;
  const isOutOfMemory = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
  const advice = isOutOfMemory
    ? 'It needed more memory than it may use: run less at the same time, give the machine more memory, or split the work.'
    : 'The repository is not harmed. Run it again; if that happens each time, check the repository.';
  const message = `The thread for ${what} ended before its work was done${reason}. ${advice}`;
  return new EngineFailure({ code: 'internal', message, retry: 'later', context: {} }, cause);
}
