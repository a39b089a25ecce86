import type { CheckDepth } from './integrity.ts';

/** What a housekeeping thread does, and with which answer. Plain data: it crosses between threads. */
export type HousekeepingTask =
  | { readonly kind: 'checkpoint'; readonly path: string }
  | { readonly kind: 'copy'; readonly path: string; readonly destination: string }
  | { readonly kind: 'check'; readonly path: string; readonly depth: CheckDepth };

export interface HousekeepingAnswers {
  /** Pages in the write-ahead log, and how many of them are in the database by now. */
  readonly checkpoint: { readonly log: number; readonly checkpointed: number };
  readonly copy: { readonly findings: readonly string[] };
  readonly check: { readonly findings: readonly string[] };
}

export interface HousekeepingReply {
  readonly answer?: HousekeepingAnswers[keyof HousekeepingAnswers];
  /** Errors lose their class between threads: SQLite's keep their code. */
  readonly error?: { readonly message: string; readonly code: string | null; readonly stack: string | undefined };
}
