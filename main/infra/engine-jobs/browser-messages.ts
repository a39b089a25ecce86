import type { BrowsedEntry, BrowsedPage } from '../../app/engine-jobs/ports/browser.ts';
import type { RepositoryAccess } from '../../app/engine-jobs/ports/job-context.ts';
import type { PlainEngineError } from '../../engine/index.ts';

/** What a thread that browses one repository can be asked for. */
export type BrowserQuestion = { readonly snapshotId: string; readonly path: string } & (
  | { readonly name: 'stat' }
  | { readonly name: 'list'; readonly cursor: string | null; readonly limit: number }
  | { readonly name: 'readFile'; readonly range: { readonly start: number; readonly end: number } | null }
  | { readonly name: 'readFolder'; readonly format: 'zip' | 'tar'; readonly only: readonly string[] | null }
);

export interface BrowserAnswers {
  readonly stat: BrowsedEntry;
  readonly list: BrowsedPage;
  /** The bytes follow in chunks. */
  readonly readFile: { readonly sizeBytes: number | null };
  readonly readFolder: { readonly sizeBytes: number | null };
}

export type ToBrowser =
  /** The first message. The password is in here, and nowhere kept but in the thread. */
  | { readonly kind: 'open'; readonly access: RepositoryAccess }
  | { readonly kind: 'ask'; readonly id: number; readonly question: BrowserQuestion }
  /** One chunk more may come. */
  | { readonly kind: 'credit'; readonly id: number }
  | { readonly kind: 'cancel'; readonly id: number };

export type FromBrowser =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: BrowserAnswers[keyof BrowserAnswers] }
  | { readonly kind: 'chunk'; readonly id: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'end'; readonly id: number }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: PlainEngineError };

/** Chunks of a stream that are on their way at most; each has at most CHUNK_BYTES. */
export const STREAM_CREDITS = 4;
export const CHUNK_BYTES = 1024 * 1024;
