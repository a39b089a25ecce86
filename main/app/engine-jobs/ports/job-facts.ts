/** What the engine's jobs are asked for, and what they find. All of it is plain data, for it crosses from thread to thread. */

export interface RepositoryFacts {
  /** The engine's id of the repository: 64 hex digits. */
  readonly engineId: string;
  /** The key that the password opens: 64 hex digits. */
  readonly keyId: string;
  readonly version: number;
}

export interface RepositoryKey {
  readonly id: string;
  readonly isCurrent: boolean;
  readonly userName: string;
  readonly hostName: string;
  /** RFC 3339, or '' where the file has none. */
  readonly created: string;
}

/** What a test of a repository found; each failed step has its reason. */
export interface RepositoryTest {
  readonly canWrite: boolean;
  readonly canReadBack: boolean;
  readonly canDelete: boolean;
  readonly problem: string | null;
  readonly freeBytes: number | null;
  readonly totalBytes: number | null;
  /** The storage's clock minus this machine's; null where the storage tells no time. */
  readonly clockSkewMs: number | null;
  readonly durationMs: number;
}

export interface SnapshotFacts {
  readonly id: string;
  /** RFC 3339 with its offset. */
  readonly time: string;
  readonly parentId: string | null;
  readonly hostName: string;
  readonly userName: string;
  readonly paths: readonly string[];
  readonly tags: readonly string[];
  readonly programVersion: string | null;
  readonly totalFiles: number | null;
  readonly totalBytes: number | null;
}

export interface BackupWork {
  readonly paths: readonly string[];
  readonly excludes: readonly string[];
  readonly excludeCaches: boolean;
  readonly excludeLargerThanBytes: number | null;
  readonly oneFileSystem: boolean;
  readonly tags: readonly string[];
  readonly hostName: string | null;
  /** The snapshot whose unchanged files need not be read again; null reads everything. */
  readonly parentSnapshotId: string | null;
  /** How long to wait for somebody else's lock. */
  readonly lockPatienceMs: number;
}

/** Counts as restic's summary has them; sizes in bytes. */
export interface BackupFacts {
  readonly snapshotId: string;
  readonly filesNew: number;
  readonly filesChanged: number;
  readonly filesUnmodified: number;
  readonly foldersNew: number;
  readonly foldersChanged: number;
  readonly foldersUnmodified: number;
  readonly totalFiles: number;
  readonly totalBytes: number;
  /** New data before and after compression and encryption. */
  readonly addedBytes: number;
  readonly addedStoredBytes: number;
  readonly warningCount: number;
  readonly durationMs: number;
}

export type OverwriteRule = 'always' | 'if-changed' | 'if-newer' | 'never';

export interface RestoreWork {
  readonly snapshotId: string;
  /** A folder of the snapshot that becomes the target itself; null restores from the root, with full paths below the target. */
  readonly subfolder: string | null;
  readonly targetPath: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Instead of patterns, for long lists: just these paths, by their exact text. */
  readonly only?: readonly string[] | undefined;
  readonly overwrite: OverwriteRule;
  /** Reads what was written again and compares it. */
  readonly verify: boolean;
  /** Says what would be done and writes nothing. */
  readonly dryRun: boolean;
  readonly lockPatienceMs: number;
}

export interface RestoreFacts {
  /** Absolute, links resolved. */
  readonly targetPath: string;
  readonly totalFiles: number;
  readonly totalBytes: number;
  /** Entries of every type, as restic counts them; of these, folders. */
  readonly filesRestored: number;
  readonly foldersRestored: number;
  readonly bytesRestored: number;
  /** Were there already, as they should be or not to be touched. */
  readonly filesSkipped: number;
  readonly bytesSkipped: number;
  readonly filesVerified: number;
  /** What exists and would be overwritten (dry run) or was; the first of them by name. */
  readonly conflictCount: number;
  readonly conflicts: readonly string[];
  readonly warningCount: number;
  readonly durationMs: number;
}

/** What a verification of one snapshot, or of a repository, found. */
export interface VerificationFacts {
  readonly isSound: boolean;
  readonly snapshots: number;
  /** 0 for a check, which goes through trees whatever files they name. */
  readonly files: number;
  readonly packs: number;
  readonly blobs: number;
  /** Read from the storage and hashed. */
  readonly readBytes: number;
  readonly errorCount: number;
  /** The first ones. */
  readonly errors: readonly string[];
  /** Snapshots that can't be restored whole because of the errors, as far as that is known. */
  readonly damagedSnapshotIds: readonly string[];
  readonly durationMs: number;
}

export interface CheckWork {
  /** Packs to read: none, all, or part `part` of `parts` (1 to parts), which cover everything in turn. */
  readonly readData: 'none' | 'all' | { readonly part: number; readonly parts: number };
  readonly lockPatienceMs: number;
}

export interface ForgetFacts {
  readonly removedIds: readonly string[];
  readonly failedIds: readonly string[];
}

export interface PruneFacts {
  readonly removedPacks: number;
  readonly repackedPacks: number;
  readonly freedBytes: number;
  readonly keptBytes: number;
  readonly durationMs: number;
}

export interface StorageFacts {
  /** Of all files of the repository. */
  readonly storedBytes: number;
  readonly packs: number;
  readonly blobs: number;
  readonly snapshots: number;
  /** What lies unused until the next prune; null when it was not counted. */
  readonly unusedBytes: number | null;
  readonly freeBytes: number | null;
  readonly capacityBytes: number | null;
}

/** One entry of a snapshot, for lists and for the search index. Names that are no UTF-8 are shown with U+FFFD. */
export interface WalkedEntry {
  /** In the snapshot, from `/`. */
  readonly path: string;
  readonly type: 'file' | 'dir' | 'symlink' | 'other';
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedAtMs: number;
  /** SHA-256 over the ids of its content, in hex; null for what is no file. Equal content has equal digests. */
  readonly contentDigest: string | null;
}

export interface DiffEntry {
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed' | 'metadata' | 'type' | 'damaged';
}

export interface DiffFacts {
  readonly addedFiles: number;
  readonly removedFiles: number;
  readonly changedFiles: number;
  readonly addedBytes: number;
  readonly removedBytes: number;
  /** In the order of paths, the first MAX_DIFF_ENTRIES. */
  readonly entries: readonly DiffEntry[];
  readonly isCut: boolean;
}

export const MAX_DIFF_ENTRIES = 100_000;
