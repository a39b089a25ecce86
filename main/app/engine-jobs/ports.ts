/**
 * The engine's long work, as the service asks for it. It is done in threads of their own (infra/engine-jobs), so everything
 * here is plain data that can be copied between threads. Failures are EngineErrors, `cancelled` for an aborted signal.
 */

/** What opens a repository. Lives in memory only; never stored, logged or shown. */
export interface RepositoryAccess {
  /** As the engine writes locations: a folder, later `s3:…` and others. */
  readonly location: string;
  readonly password: string;
}

/** What every job reports while it runs; at most a few times a second. */
export interface JobProgress {
  /** What is going on: `backup`, `load-index`, `read-data`, `repack`, … */
  readonly phase: string;
  readonly filesDone: number;
  readonly totalFiles: number | null;
  readonly bytesDone: number;
  readonly totalBytes: number | null;
  readonly itemsDone: number | null;
  readonly totalItems: number | null;
  readonly bytesPerSecond: number | null;
  readonly etaSeconds: number | null;
  readonly currentPath: string | null;
}

/** What did not stop the work but makes its result incomplete. */
export interface JobWarning {
  readonly item: string;
  readonly message: string;
  /** `scan`, `archival`, `restore`, `check`, … */
  readonly during: string;
}

export interface JobContext {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: JobProgress) => void;
  readonly onWarning?: (warning: JobWarning) => void;
}

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
  readonly filesRestored: number;
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

export interface EngineJobs {
  /** `repository_exists` where there is one. */
  initRepository(access: RepositoryAccess, context: JobContext): Promise<RepositoryFacts>;
  openRepository(access: RepositoryAccess, context: JobContext): Promise<RepositoryFacts>;
  testRepository(access: RepositoryAccess, context: JobContext): Promise<RepositoryTest>;
  listKeys(access: RepositoryAccess, context: JobContext): Promise<readonly RepositoryKey[]>;
  /** Proves the new key by opening the repository with it before it resolves. Gives its id. */
  addKey(access: RepositoryAccess, newPassword: string, context: JobContext): Promise<string>;
  /** Never the key that `access` opens. */
  removeKey(access: RepositoryAccess, keyId: string, context: JobContext): Promise<void>;
  listSnapshots(access: RepositoryAccess, context: JobContext): Promise<readonly SnapshotFacts[]>;
  backup(access: RepositoryAccess, work: BackupWork, context: JobContext): Promise<BackupFacts>;
  restore(access: RepositoryAccess, work: RestoreWork, context: JobContext): Promise<RestoreFacts>;
  /** Reads and hashes every blob that the snapshot needs. */
  verifySnapshot(access: RepositoryAccess, snapshotId: string, context: JobContext): Promise<VerificationFacts>;
  check(access: RepositoryAccess, work: CheckWork, context: JobContext): Promise<VerificationFacts>;
  /** Removes just these snapshots. `refused` for one that its tag protects (engine, immutable tag). */
  forget(access: RepositoryAccess, snapshotIds: readonly string[], context: JobContext): Promise<ForgetFacts>;
  /** `ignoring`: as if these snapshots were gone, to know what that would free; only with `dryRun`. */
  prune(
    access: RepositoryAccess,
    options: { readonly dryRun: boolean; readonly ignoring?: readonly string[] },
    context: JobContext,
  ): Promise<PruneFacts>;
  /** `countUnused` goes through all trees, as a prune does before it begins. */
  storage(
    access: RepositoryAccess,
    context: JobContext,
    options?: { readonly countUnused?: boolean },
  ): Promise<StorageFacts>;
  /** Adds and removes tags; gives the snapshot's new id. */
  tagSnapshot(
    access: RepositoryAccess,
    snapshotId: string,
    change: { readonly add: readonly string[]; readonly remove: readonly string[] },
    context: JobContext,
  ): Promise<string>;
  /** Everything of a snapshot, folder by folder in the order of paths, in portions. */
  walkSnapshot(
    access: RepositoryAccess,
    snapshotId: string,
    take: (entries: readonly WalkedEntry[]) => void | Promise<void>,
    context: JobContext,
  ): Promise<void>;
  diff(access: RepositoryAccess, beforeId: string, afterId: string, context: JobContext): Promise<DiffFacts>;
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
