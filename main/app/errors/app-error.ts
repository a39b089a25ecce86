import { API_ERRORS, type ApiErrorCode, type ErrorDetail } from '../../../contracts/errors.ts';

/** What a use case refuses or can't do, in words that may be shown to whoever asked. Never carries a secret. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ApiErrorCode;
  readonly details: ErrorDetail;
  /** For 429 and 503: when it is worth asking again. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ApiErrorCode,
    message: string,
    details: ErrorDetail = {},
    options: { cause?: unknown; retryAfterSeconds?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get httpStatus(): number {
    return API_ERRORS[this.code];
  }
}
