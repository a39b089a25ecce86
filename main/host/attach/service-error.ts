/**
 * `unreachable`: nobody answers. `untrusted`: who answers is not whom the token is for, or can't be told. `refused`: GuardIT
 * said no, with its own words. `unexpected`: an answer that makes no sense.
 */
export type ServiceErrorKind = 'unreachable' | 'untrusted' | 'refused' | 'unexpected';

export interface Refusal {
  /** HTTP status. */
  readonly status: number;
  /** contracts/errors.ts; a newer service may have more. */
  readonly code: string;
  readonly details?: unknown;
}

/** Why a client of the running service could not do what it was asked to. The message is for a person. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly kind: ServiceErrorKind;
  /** Only of a `refused` one. */
  readonly refusal: Refusal | null;

  constructor(kind: ServiceErrorKind, message: string, options: { refusal?: Refusal; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.refusal = options.refusal ?? null;
  }
}
