import type { Readable } from 'node:stream';
import type { SnapshotId } from '../base/ids.ts';
import type { OperationOptions } from '../base/progress.ts';
import type { RawPath } from '../base/raw-path.ts';
import type { LockOptions } from '../repository/repository-lock.ts';
import type { Repository } from '../repository/repository.ts';
import type { GroupBy } from '../snapshot/grouping.ts';
import type { SnapshotSummary } from '../snapshot/snapshot.ts';
import type { ExclusionOptions } from '../source/exclusion.ts';

/** `auto`: zstd at restic's size, skipped where it would be wasted. `max`: as small as is sensible. Folders are always compressed. */
export type CompressionMode = 'auto' | 'off' | 'max';

export interface ArchiveOptions extends OperationOptions {
  /** A promise lets the walk and the workers start while the password is still being checked. */
  readonly repository: Repository | Promise<Repository>;
  /** Files and folders, absolute or relative to the working folder. */
  readonly targets?: readonly RawPath[];
  /** Instead of targets: saved as one file of this name. */
  readonly stdin?: { readonly stream: Readable; readonly filename: string };
  /** `targets`, `oneFileSystem` and `onWarning` are filled in here. */
  readonly excludes?: Omit<ExclusionOptions, 'targets' | 'oneFileSystem' | 'onWarning'>;
  readonly oneFileSystem?: boolean;
  readonly tags?: readonly string[];
  /** Default: this machine's. */
  readonly hostname?: string;
  /** The snapshot's time. Default: now. */
  readonly time?: Date;
  /** A snapshot's id or the start of it. Default: the newest one of this host with these paths. */
  readonly parent?: string | 'none';
  /** Reads every file again: no parent. */
  readonly force?: boolean;
  /** What makes a snapshot count as a predecessor. Default: host and paths. */
  readonly groupBy?: GroupBy;
  readonly ignoreCtime?: boolean;
  readonly ignoreInode?: boolean;
  readonly withAtime?: boolean;
  /** Reads and counts, writes nothing, takes no lock. */
  readonly dryRun?: boolean;
  /** Saves no snapshot when nothing differs from the parent. */
  readonly skipIfUnchanged?: boolean;
  readonly compression?: CompressionMode;
  /** Worker threads. Default: one a core. */
  readonly workers?: number;
  /** Counts files and bytes ahead, so that progress has totals. */
  readonly scan?: boolean;
  readonly lock?: Omit<LockOptions, 'signal'>;
  /** What the snapshot says made it. */
  readonly programVersion?: string;
  /** Every file and folder as it is done. Costs time; without a listener nothing is collected. */
  readonly onItem?: (item: ArchivedItem) => void;
}

/** What restic's verbose output tells of one file or folder. Folders end with a slash. */
export interface ArchivedItem {
  /** In the snapshot, with `/` between names. */
  readonly path: string;
  readonly action: 'new' | 'changed' | 'unchanged';
  readonly type: 'file' | 'dir';
  /** Bytes of a file; 0 for folders. */
  readonly sizeBytes: number;
}

/** Counts as in restic's summary; sizes in bytes. */
export interface ArchiveResult extends Omit<SnapshotSummary, 'backupStart' | 'backupEnd'> {
  /** undefined: a dry run, or nothing had changed. */
  readonly snapshotId: SnapshotId | undefined;
  readonly parentId: SnapshotId | undefined;
  readonly treeId: string;
  /** Everything that `onWarning` was told: more than 0 means an incomplete snapshot. */
  readonly warnings: number;
  readonly durationMs: number;
}
