import type { z } from 'zod';
import type { CancelledOutcome, FailedOutcome, FailureCode, JsonValue, TimedOutOutcome } from '../../app/runs/ports.ts';
import { SecretError } from '../../app/secrets/ports.ts';
import type { StopSignal } from './stop-signal.ts';

/** Why an execution can't be done or has failed, thrown inside an executor and turned into its outcome. */
export class ExecutionFailure extends Error {
  readonly code: FailureCode;
  readonly retryable: boolean;

  constructor(code: FailureCode, reason: string, retryable: boolean, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.name = 'ExecutionFailure';
    this.code = code;
    this.retryable = retryable;
  }
}

export function failed(
  code: FailureCode,
  reason: string,
  retryable: boolean,
  more: Partial<Omit<FailedOutcome, 'status'>> = {},
): FailedOutcome {
  return { status: 'failed', code, reason, retryable, result: null, ...more };
}

/** Rethrows what is no failure of the execution, but a defect of ours. */
export function failedBy(error: unknown): FailedOutcome {
  if (error instanceof ExecutionFailure) return failed(error.code, error.message, error.retryable);
  if (error instanceof SecretError) return failed('secret_unavailable', error.message, false);
  throw error;
}

export function stopped(stop: StopSignal, result: JsonValue = null): CancelledOutcome | TimedOutOutcome {
  if (stop.reason === 'cancelled') return { status: 'cancelled', result };
  const timeoutMs = stop.timeoutMs ?? 0;
  const reason = `It was stopped at its time limit of ${timeoutMs} ms.`;
  return { status: 'timed_out', reason, timeoutMs, retryable: true, result };
}

/** The stored config against its schema: it may be older than the program. */
export function parseConfig<T extends z.ZodType>(schema: T, config: unknown): z.output<T> {
  const parsed = schema.safeParse(config);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.join('.') || 'config'}: ${message}`);
  throw new ExecutionFailure('invalid_config', `The task's config is not valid: ${problems.join('; ')}.`, false);
}
