/**
 * What can go wrong in the engine, as a closed set of codes. Every face of the product (CLI exit codes, HTTP statuses)
 * maps over this union with `satisfies Record<EngineErrorCode, …>`, so a new code does not compile until each face knows it.
 */
export type EngineErrorCode =
  | 'repository_not_found'
  | 'repository_exists'
  | 'unsupported_version'
  | 'wrong_password'
  | 'locked'
  | 'lock_lost'
  | 'corrupt'
  | 'not_found'
  | 'already_exists'
  | 'ambiguous_id'
  | 'snapshot_not_found'
  | 'path_not_found'
  | 'blob_not_found'
  | 'invalid_argument'
  | 'nothing_to_back_up'
  | 'refused'
  | 'unsafe_path'
  | 'no_space'
  | 'read_only'
  | 'permission_denied'
  | 'backend_failed'
  | 'source_failed'
  | 'target_failed'
  | 'cancelled'
  | 'internal';

/** `later`: the same call may succeed when it is repeated (a lock goes away, a network comes back). */
export type Retry = 'never' | 'later';

export interface EngineErrorDetails {
  readonly retry?: Retry;
  /** Names and ids of what failed. Never a secret: it is logged and shown. */
  readonly context?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The only error that leaves the engine. `message` says what failed, on what, and what the user can do about it. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;
  readonly retry: Retry;
  readonly context: Readonly<Record<string, unknown>>;

  constructor(code: EngineErrorCode, message: string, details: EngineErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'EngineError';
    this.code = code;
    this.retry = details.retry ?? 'never';
    this.context = details.context ?? {};
  }
}

export function isEngineError(error: unknown, code?: EngineErrorCode): error is EngineError {
  return error instanceof EngineError && (code === undefined || error.code === code);
}

/** The `code` of a Node system error (`ENOENT`, …), or undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

const SYSTEM_CODES: Readonly<Record<string, EngineErrorCode>> = {
  ENOSPC: 'no_space',
  EDQUOT: 'no_space',
  EROFS: 'read_only',
  EACCES: 'permission_denied',
  EPERM: 'permission_denied',
};

/**
 * Wraps a system error in an EngineError that names the operation and its object.
 * Full disks, read-only media and missing rights get their own codes; the rest gets `fallback`.
 */
export function fromSystemError(
  error: unknown,
  fallback: EngineErrorCode,
  message: string,
  context: Readonly<Record<string, unknown>> = {},
): EngineError {
  if (error instanceof EngineError) return error;
  const systemCode = systemErrorCode(error);
  const reason = error instanceof Error ? error.message : String(error);
  const code = (systemCode !== undefined && SYSTEM_CODES[systemCode]) || fallback;
  return new EngineError(code, `${message}: ${reason}`, { cause: error, context: { ...context, systemCode } });
}

/** A plain-data form of an EngineError that crosses a worker boundary (structured clone drops the class). */
export interface PlainEngineError {
  readonly code: EngineErrorCode;
  readonly message: string;
  readonly retry: Retry;
  readonly context: Readonly<Record<string, unknown>>;
}

export function toPlainError(error: unknown): PlainEngineError {
  if (error instanceof EngineError) {
    return { code: error.code, message: error.message, retry: error.retry, context: error.context };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'internal', message, retry: 'never', context: {} };
}

export function fromPlainError(plain: PlainEngineError): EngineError {
  return new EngineError(plain.code, plain.message, { retry: plain.retry, context: plain.context });
}
