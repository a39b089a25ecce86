import type { OperationOptions, Warning } from '../base/progress.ts';
import type { LockOptions } from '../repository/repository-lock.ts';
import type { Repository } from '../repository/repository.ts';
import type { SnapshotFilter } from '../snapshot/snapshot-filter.ts';
import type { StoredSnapshot } from '../snapshot/snapshot.ts';

/**
 * What happens to things that are in the target already, with restic's meaning (restic 0.17 and later). Contents are compared
 * chunk by chunk and only what differs is fetched.
 * - `always`: files get the snapshot's content and metadata.
 * - `if-changed`: the same, but a file of equal size and mtime is taken to have the right content.
 * - `if-newer`: only what is newer in the snapshot (by mtime) is touched.
 * - `never`: nothing that exists is touched, except the metadata of folders.
 */
export type OverwritePolicy = 'always' | 'if-changed' | 'if-newer' | 'never';

export type RestoreAction = 'restored' | 'updated' | 'unchanged' | 'deleted';

export interface RestoreItem {
  readonly action: RestoreAction;
  readonly type: 'file' | 'dir' | 'other';
  /** Path inside the snapshot (below its subfolder), for display. */
  readonly path: string;
  readonly sizeBytes: number;
}

export interface RestoreOptions extends OperationOptions {
  /** A promise is awaited while the worker threads start. */
  readonly repository: Repository | Promise<Repository>;
  /** `latest` (under `filter`), the start of an id, each with an optional `:subfolder`; or a snapshot that was loaded before. */
  readonly snapshot: string | StoredSnapshot;
  /** Restores what is below this folder of the snapshot; with a text snapshot, `:subfolder` means the same. */
  readonly subfolder?: string;
  readonly filter?: SnapshotFilter;
  /** Made when it is missing. It may be a symbolic link; nothing below it is ever followed. */
  readonly target: string;
  /** restic's patterns against paths below the restored folder. Includes and excludes exclude each other. */
  readonly include?: readonly string[];
  readonly iinclude?: readonly string[];
  readonly exclude?: readonly string[];
  readonly iexclude?: readonly string[];
  /** Only these paths of the restored folder, by their exact text: for long lists, which would be slow as patterns. */
  readonly only?: ReadonlySet<string>;
  /** Default `always`. */
  readonly overwrite?: OverwritePolicy;
  /** Leave holes for zeros also inside chunks. Chunks of zeros always become holes in new files. */
  readonly sparse?: boolean;
  /** Read every restored file again and compare it with the snapshot. */
  readonly verify?: boolean;
  /** Say what would happen, and write nothing. */
  readonly dryRun?: boolean;
  /** Remove what is in restored folders but not in the snapshot, as far as the patterns select it. */
  readonly delete?: boolean;
  /** Default: one for each core, at most 8. */
  readonly workers?: number;
  /** Default: a shared lock, failing at once. Dry runs take none. */
  readonly lock?: LockOptions | 'none';
  readonly onItem?: (item: RestoreItem) => void;
  /** Fail with `no_space` before anything is written when the target is certainly too small; else that is a warning. */
  readonly requireSpace?: boolean;
  /** Everything but folders that was there and is overwritten, or would be by a dry run. Paths are those of the snapshot. */
  readonly onConflict?: (path: string) => void;
}

/** restic's summary fields. "files" are entries of any type, folders included. */
export interface RestoreResult {
  readonly snapshot: StoredSnapshot;
  /** Absolute, links resolved. */
  readonly target: string;
  /** Without what was skipped. */
  readonly totalFiles: number;
  readonly filesRestored: number;
  /** Of these, folders. */
  readonly foldersRestored: number;
  readonly filesSkipped: number;
  readonly filesDeleted: number;
  readonly totalBytes: number;
  readonly bytesRestored: number;
  readonly bytesSkipped: number;
  readonly filesVerified: number;
  readonly secondsElapsed: number;
  /** How many there were; the list holds the first ones. Any at all means that the restore is incomplete. */
  readonly warningCount: number;
  readonly warnings: readonly Warning[];
}
