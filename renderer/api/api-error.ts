/** A refusal of the API, or that there was no answer at all (`status` 0). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** Of contracts/errors.ts; `no_answer` and `strange_answer` are ours. */
  readonly code: string;
  /** A dotted path in the body, where one is to blame. */
  readonly field: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | null;

  constructor(facts: {
    readonly status: number;
    readonly code: string;
    readonly message: string;
    readonly details?: Readonly<Record<string, unknown>>;
    readonly retryAfterSeconds?: number | null;
  }) {
    super(facts.message);
    this.status = facts.status;
    this.code = facts.code;
    this.details = facts.details ?? {};
    const { field } = this.details;
    this.field = typeof field === 'string' ? field : null;
    this.retryAfterSeconds = facts.retryAfterSeconds ?? null;
  }
}

/** Both families of errors (api.md, "Errors"): `{error: sentence, code}` and `{error: code, message}`. */
export function refusalOf(status: number, body: unknown, retryAfter: string | null): ApiError {
  const { error, code, message, details } = (body ?? {}) as Record<string, unknown>;
  const isTasks = typeof code === 'string';
  return new ApiError({
    status,
    code: String((isTasks ? code : error) ?? 'strange_answer'),
    message: String((isTasks ? error : message) ?? `The service answered ${status}.`),
    details: typeof details === 'object' && details !== null ? (details as Record<string, unknown>) : {},
    retryAfterSeconds: retryAfter === null ? null : Number(retryAfter),
  });
}
