import type { FileVersion, IndexedSnapshot, SearchAnswer, SearchQuery, WalkedEntry } from '../../app/search/ports.ts';

export interface SnapshotToIndex {
  readonly snapshotId: string;
  readonly backupId: string;
  readonly atMs: number;
}

/** What the thread is asked, and what it answers. */
export interface SearchCalls {
  readonly snapshots: { input: null; result: readonly IndexedSnapshot[] };
  readonly fillBegin: { input: SnapshotToIndex; result: null };
  readonly fillTake: { input: readonly WalkedEntry[]; result: null };
  readonly fillEnd: { input: null; result: null };
  readonly fillAbandon: { input: null; result: null };
  readonly skip: { input: SnapshotToIndex; result: null };
  readonly remove: { input: readonly string[]; result: null };
  readonly drop: { input: null; result: null };
  readonly search: { input: SearchQuery; result: SearchAnswer };
  readonly versions: { input: string; result: readonly FileVersion[] };
}

export type SearchCallName = keyof SearchCalls;

export interface ToSearch {
  readonly id: number;
  readonly name: SearchCallName;
  /** Of the target's index. */
  readonly path: string;
  readonly input: unknown;
}

export interface FromSearch {
  readonly id: number;
  readonly result?: unknown;
  readonly failure?: { readonly message: string };
}
