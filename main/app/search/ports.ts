import type { WalkedEntry } from '../engine-jobs/ports/job-facts.ts';

export type { WalkedEntry } from '../engine-jobs/ports/job-facts.ts';

/** A snapshot as the index knows it. */
export interface IndexedSnapshot {
  /** The engine's id. */
  readonly snapshotId: string;
  readonly backupId: string;
  readonly at: Date;
  /** False: it could not be read to its end, and is left out of every answer. */
  readonly isReadable: boolean;
}

export interface SearchQuery {
  /** Each of them stands in the name; as people write them. */
  readonly words: readonly string[];
  readonly limit: number;
}

export interface SearchHit {
  /** From `/`. */
  readonly path: string;
  readonly type: WalkedEntry['type'];
  /** How many contents it has had, or for what is no file how many forms. */
  readonly versionCount: number;
  /** Its newest version. */
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  /** The newest backup that has it, and the oldest. */
  readonly lastBackupId: string;
  readonly lastSeen: Date;
  readonly firstSeen: Date;
  /** In the newest backup of all. */
  readonly isPresent: boolean;
}

export interface SearchAnswer {
  readonly hits: readonly SearchHit[];
  /** More match than were looked at or than fit. */
  readonly hasMore: boolean;
}

/** One content of a file, wherever it stood in time. */
export interface FileVersion {
  readonly type: WalkedEntry['type'];
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  /** Hex; null for what is no file. */
  readonly contentDigest: string | null;
  /** The newest backup that has it. */
  readonly backupId: string;
  readonly firstSeen: Date;
  readonly lastSeen: Date;
  readonly backupCount: number;
}

/**
 * Which names were in which snapshots of a target: a file beside the catalog that can be made anew from the repository at any
 * time. One that is damaged or of another version is thrown away, and is then empty.
 */
export interface SearchIndex {
  /** Oldest first. */
  snapshots(targetId: string): Promise<readonly IndexedSnapshot[]>;
  /**
   * Takes up a snapshot, which must be newer than all that are there. `fill` gives its entries, in the order of paths; when
   * it throws, nothing of the snapshot stays. Searches go on meanwhile, without it.
   */
  add(
    targetId: string,
    snapshot: Omit<IndexedSnapshot, 'isReadable'>,
    fill: (take: (entries: readonly WalkedEntry[]) => Promise<void>) => Promise<void>,
  ): Promise<void>;
  /** Notes a snapshot that can't be read, so that it is not tried for ever. */
  skip(targetId: string, snapshot: Omit<IndexedSnapshot, 'isReadable'>): Promise<void>;
  /** Forgets these, and what was in none but them. */
  remove(targetId: string, snapshotIds: readonly string[]): Promise<void>;
  /** Deletes the target's index. */
  drop(targetId: string): Promise<void>;
  search(targetId: string, query: SearchQuery): Promise<SearchAnswer>;
  /** Newest first. */
  versions(targetId: string, path: string): Promise<readonly FileVersion[]>;
  close(): Promise<void>;
}
