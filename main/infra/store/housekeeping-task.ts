import type { LogState } from './checkpoints.ts';
import type { CheckDepth } from './integrity.ts';

/** What a housekeeping thread does, and with which answer. Plain data: it crosses between threads. */
export type HousekeepingTask =
  | { readonly kind: 'checkpoint'; readonly path: string }
  | { readonly kind: 'copy'; readonly path: string; readonly destination: string }
  | { readonly kind: 'check'; readonly path: string; readonly depth: CheckDepth };

export interface HousekeepingAnswers {
  readonly checkpoint: LogState;
  readonly copy: { readonly findings: readonly string[] };
  readonly check: { readonly findings: readonly string[] };
}

export interface HousekeepingReply {
  readonly answer?: HousekeepingAnswers[keyof HousekeepingAnswers];
  /** Errors lose their class between threads: SQLite's keep their code. */
  readonly error?: { readonly message: string; readonly code: string | null; readonly stack: string | undefined };
}
