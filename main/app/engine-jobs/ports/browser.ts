import type { RepositoryAccess } from './job-context.ts';

export interface BrowsedEntry {
  /** For people: what is no UTF-8 shows as U+FFFD. */
  readonly name: string;
  /** Leads back to it, whatever its bytes are: `bytes:/caf%E9` for what is no UTF-8. */
  readonly path: string;
  readonly type: 'file' | 'dir' | 'symlink' | 'other';
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  /** Like `0755`. */
  readonly mode: string;
  readonly linkTarget: string | null;
}

export interface BrowsedPage {
  readonly entries: readonly BrowsedEntry[];
  readonly total: number;
  /** For the next page; null on the last one. */
  readonly nextCursor: string | null;
}

/** A stream of bytes that ends with an EngineError where the repository is damaged. */
export interface BrowsedStream {
  /** Of the whole file, also for a range of it. Null for an archive, whose size nobody knows before it is made. */
  readonly sizeBytes: number | null;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Looks into snapshots without restoring them. Opened repositories are kept for a while, since people look around. */
export interface SnapshotBrowser {
  stat(access: RepositoryAccess, snapshotId: string, path: string, signal: AbortSignal): Promise<BrowsedEntry>;
  list(
    access: RepositoryAccess,
    snapshotId: string,
    path: string,
    page: { readonly cursor: string | null; readonly limit: number },
    signal: AbortSignal,
  ): Promise<BrowsedPage>;
  /** `range`: bytes from `start` up to, not including, `end`. */
  readFile(
    access: RepositoryAccess,
    snapshotId: string,
    path: string,
    range: { readonly start: number; readonly end: number } | null,
    signal: AbortSignal,
  ): Promise<BrowsedStream>;
  readFolder(
    access: RepositoryAccess,
    snapshotId: string,
    path: string,
    format: 'zip' | 'tar',
    signal: AbortSignal,
  ): Promise<BrowsedStream>;
  /** Lets go of a repository, for one that is disconnected or whose key changes. */
  forget(location: string): Promise<void>;
  close(): Promise<void>;
}
