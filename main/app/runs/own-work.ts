import type { Clock } from '../clock/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { engineFailure } from '../errors/engine-face.ts';
import type { CancelledOutcome, FailedOutcome, FailureCode, RunLogWriter, TimedOutOutcome } from './ports.ts';

/** Why a work of GuardIT's own can't be done, thrown inside an executor and turned into its outcome. */
export class WorkFailure extends Error {
  override readonly name = 'WorkFailure';
  readonly code: FailureCode;
  readonly retryable: boolean;

  constructor(
    code: FailureCode,
    reason: string,
    { retryable = false, cause }: { retryable?: boolean; cause?: unknown } = {},
  ) {
    super(reason, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryable = retryable;
  }
}

/** A run's log in plain lines, in the order of the calls. A log that can't be written stops no work: whoever seals it tells. */
export class WorkLog {
  readonly #log: RunLogWriter;
  readonly #clock: Clock;
  #chain: Promise<void> = Promise.resolve();

  constructor(log: RunLogWriter, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  line(text: string): void {
    const at = this.#clock.now().toISOString();
    const bytes = Buffer.from(`[guardit ${at}] ${text.replaceAll(/\p{Cc}+/gu, ' ')}\n`);
    this.#chain = this.#chain.then(() => this.#log.write(bytes)).catch(() => undefined);
  }

  /** Resolves when all lines are written, or refused. */
  written(): Promise<void> {
    return this.#chain;
  }
}

/** The signal of a work that ends with its run's cancellation or at its time limit. */
export interface WorkLimit {
  readonly signal: AbortSignal;
  readonly isTimedOut: () => boolean;
  readonly timeoutMs: number | null;
  dispose(): void;
}

export function limitWork(cancel: AbortSignal, timeoutMs: number | null): WorkLimit {
  const limit = new AbortController();
  const timer = timeoutMs === null ? undefined : setTimeout(() => limit.abort(), timeoutMs);
  return {
    signal: AbortSignal.any([cancel, limit.signal]),
    isTimedOut: () => limit.signal.aborted && !cancel.aborted,
    timeoutMs,
    dispose: () => clearTimeout(timer),
  };
}

/** How a work ended that threw. Rethrows defects of ours. */
export function outcomeOfFailure(error: unknown, limit: WorkLimit): FailedOutcome | CancelledOutcome | TimedOutOutcome {
  const engine = engineFailure(error);
  if (engine?.code === 'cancelled' || (limit.signal.aborted && isAbort(error))) return stoppedOutcome(limit);
  if (engine) return failed(engine.code, engine.message, engine.isRetryable);
  if (error instanceof WorkFailure) return failed(error.code, error.message, error.retryable);
  if (error instanceof AppError) return failed('internal', error.message, error.httpStatus >= 500);
  throw error;
}

function stoppedOutcome(limit: WorkLimit): CancelledOutcome | TimedOutOutcome {
  if (!limit.isTimedOut()) return { status: 'cancelled', result: null };
  const timeoutMs = limit.timeoutMs ?? 0;
  const reason = `It was stopped at its time limit of ${timeoutMs} ms.`;
  return { status: 'timed_out', reason, timeoutMs, retryable: true, result: null };
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function failed(code: FailureCode, reason: string, retryable: boolean): FailedOutcome {
  return { status: 'failed', code, reason, retryable, result: null };
}
