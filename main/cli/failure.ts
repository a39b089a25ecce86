import { ERROR_FACES, EXIT_CODES } from '../app/errors/error-faces.ts';
import type { EngineErrorCode } from '../engine/index.ts';
import { ServiceError } from '../host/attach/service-error.ts';

/** The command line itself asks for something that makes no sense. The message tells what to write instead. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** The user asked us to stop. */
export class InterruptedError extends Error {
  constructor() {
    super('Interrupted.');
    this.name = 'InterruptedError';
  }
}

/** What a failure comes to at the end of a run. */
export interface Failure {
  readonly exitCode: number;
  /** One or two sentences for a person. */
  readonly message: string;
  /** Nobody foresaw this one: whoever sees it should report it. */
  readonly unexpected: boolean;
}

export function describeFailure(error: unknown): Failure {
  if (error instanceof UsageError) return { exitCode: EXIT_CODES.failure, message: error.message, unexpected: false };
  if (error instanceof InterruptedError) return interrupted(error.message);
  if (error instanceof ServiceError) {
    return { exitCode: EXIT_CODES.failure, message: error.message + adviceFor(error), unexpected: false };
  }
  const code = engineErrorCode(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'cancelled') return interrupted(message);
  if (code !== undefined && code !== 'internal')
    return { exitCode: ERROR_FACES[code].exit, message, unexpected: false };
  // An internal error that crossed a worker's boundary carries a stack in its message.
  const firstLine = (message.split('\n')[0] ?? '').replace(/[.\s]*$/, '.');
  return {
    exitCode: EXIT_CODES.failure,
    message: `Unexpected error: ${firstLine} This is a bug in GuardIT; --debug shows where it happened.`,
    unexpected: true,
  };
}

/** What a person can do about a service that says no. */
function adviceFor({ refusal }: ServiceError): string {
  if (refusal?.status === 401) return ' Log in with "guardit login NAME", or name a token: --token-file FILE.';
  return '';
}

function interrupted(message: string): Failure {
  return { exitCode: EXIT_CODES.interrupted, message, unexpected: false };
}

/** By its looks, not by its class: that would load the engine before anybody has asked it for something. */
function engineErrorCode(error: unknown): EngineErrorCode | undefined {
  if (!(error instanceof Error) || error.name !== 'EngineError' || !('code' in error)) return undefined;
  const { code } = error;
  return typeof code === 'string' && Object.hasOwn(ERROR_FACES, code) ? (code as EngineErrorCode) : undefined;
}
