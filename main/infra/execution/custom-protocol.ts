import type { MessagePort } from 'node:worker_threads';

/** What a custom function's thread is started with. */
export interface CustomWorkerData {
  readonly moduleUrl: string;
  readonly functionName: string;
  /** Crosses by structured clone. */
  readonly params: unknown;
  readonly taskId: string;
  readonly runId: string;
  readonly maxResultBytes: number;
  readonly port: MessagePort;
  /** One Int32: bytes of output that are on their way to the log. */
  readonly inFlight: SharedArrayBuffer;
}

/** The thread waits when so much of its output is on its way: a flood stays in bounds, also out of a loop without await. */
export const MAX_IN_FLIGHT_BYTES = 1 << 20;
export const OUTPUT_PIECE_BYTES = 64 * 1024;

export type CustomMessage =
  | { readonly kind: 'output'; readonly bytes: Uint8Array }
  | { readonly kind: 'progress'; readonly percent: number | null; readonly message: string; readonly bytes: number }
  | { readonly kind: 'result'; readonly json: string }
  | { readonly kind: 'failure'; readonly failure: CustomFailure };

export interface CustomFailure {
  readonly code: 'cannot_start' | 'function_failed' | 'result_too_large';
  readonly reason: string;
  /** For the log only. */
  readonly stack?: string;
}
