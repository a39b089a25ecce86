import type { BlobId } from '../base/ids.ts';
import { rawFromClone, type RawPath } from '../base/raw-path.ts';
import type { SharedBlobTable } from '../index/blob-table.ts';
import type { MasterKey } from '../crypto/master-key.ts';
import type { FinishedPack } from '../pack/pack-writer.ts';
import type { RepositoryVersion } from '../repository/config.ts';
import type { ExclusionOptions } from '../source/exclusion.ts';
import type { PlanNode } from '../source/plan-tree.ts';
import type { SharedArchiveState } from './archive-control.ts';
import type { ArchivedItem, CompressionMode } from './archive-options.ts';
import type { ListedFolder } from './shared-listing.ts';
import type { FoundFolder } from './source-scout.ts';

/** What a worker knows before the repository is open. */
export interface ArchiveWorkerData {
  readonly worker: number;
  readonly state: SharedArchiveState;
  readonly exclusion: ExclusionOptions;
  readonly ignoreCtime: boolean;
  readonly ignoreInode: boolean;
  readonly withAtime: boolean;
  readonly compression: CompressionMode;
  readonly dryRun: boolean;
  readonly wantItems: boolean;
  /** Names of this worker's staged packs start so. */
  readonly stagedPrefix: string;
  /** Folders that were listed before their turn. */
  readonly listings: SharedArrayBuffer;
  /** For the one worker that looks ahead. */
  readonly scout: ScoutOrder | undefined;
}

export interface ScoutOrder {
  readonly plan: readonly PlanNode[];
  /** Until the session begins: keep what is seen. */
  readonly keep: boolean;
  /** To the end: totals for the progress. */
  readonly count: boolean;
}

export interface ArchiveSession {
  readonly masterKey: MasterKey;
  readonly version: RepositoryVersion;
  readonly chunkerPolynomial: bigint;
  readonly table: SharedBlobTable;
  /** undefined in a dry run. */
  readonly stagingFolder: string | undefined;
}

/** Where a worker finds the parent's version of a folder. */
export interface ParentTree {
  readonly id: BlobId;
  readonly source: PackSlice | { readonly plaintext: Uint8Array };
}

/** A sealed blob in a pack that a worker can open by itself. */
export interface PackSlice {
  readonly packPath: string;
  readonly offset: number;
  readonly length: number;
  readonly plainLength: number;
  readonly compressed: boolean;
}

export interface FolderTask {
  readonly folder: number;
  /** In the snapshot, with a slash at the end; for display. */
  readonly snapshotPath: string;
  readonly path: RawPath;
  /** Entries that the targets prescribe, instead of a listing. */
  readonly plan: readonly PlanNode[] | undefined;
  /** The folder that was seen; another one at its path is refused. */
  readonly inode: bigint;
  readonly device: bigint;
  readonly parent: ParentTree | undefined;
  readonly listed: ListedFolder | undefined;
}

/** Some of the entries of a folder that is too large for one piece of work. */
export interface PartTask {
  readonly folder: number;
  readonly part: number;
  readonly snapshotPath: string;
  readonly path: RawPath;
  readonly names: PackedNames;
}

/** Names that travel between threads as one buffer, each closed by a NUL. */
export type PackedNames = Uint8Array<ArrayBuffer>;

export type ToArchiveWorker =
  | { readonly kind: 'session'; readonly session: ArchiveSession }
  | { readonly kind: 'folders'; readonly folders: readonly FolderTask[] }
  | { readonly kind: 'part'; readonly part: PartTask }
  | { readonly kind: 'stream'; readonly ring: SharedArrayBuffer }
  | { readonly kind: 'finish' };

/** Whether the parent has the folder's node: no, yes with other metadata, yes with the same. */
export const PREVIOUS = { none: 0, differs: 1, same: 2 } as const;
export type Previous = (typeof PREVIOUS)[keyof typeof PREVIOUS];

/** A folder inside a segment. Its node is there already, but for the subtree's id. */
export interface SubfolderFound {
  readonly name: string;
  readonly path: RawPath;
  readonly plan: readonly PlanNode[] | undefined;
  readonly inode: bigint;
  readonly device: bigint;
  readonly previous: Previous;
  readonly parentTree: BlobId | undefined;
}

/** Encoded nodes, joined by commas, with 64 bytes left open for each subfolder's id. */
export interface Segment {
  readonly part: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly nodeCount: number;
  /** For each subfolder: where its node starts, where the id goes, where the node ends. */
  readonly places: Int32Array<ArrayBuffer>;
  readonly subfolders: readonly SubfolderFound[];
}

export type FolderOutcome =
  /** Done: no subfolders, and the tree is stored. */
  | { readonly kind: 'tree'; readonly folder: number; readonly treeId: BlobId }
  /** All of a folder, or one of the parts announced; `more`: a further one comes that was not. */
  | { readonly kind: 'segment'; readonly folder: number; readonly segment: Segment; readonly more: boolean }
  /** Too large: these are as many pieces of work, with a segment each. */
  | { readonly kind: 'parts'; readonly folder: number; readonly names: readonly PackedNames[] }
  /** Could not be listed: the folder's node is left out. A warning says why. */
  | { readonly kind: 'failed'; readonly folder: number };

/** Undoes what a structured clone does to raw paths. */
export function revivePlan(plan: readonly PlanNode[]): PlanNode[] {
  return plan.map((node) => ({
    ...node,
    name: rawFromClone(node.name),
    ...(node.path === undefined ? {} : { path: rawFromClone(node.path) }),
    ...(node.metadataPath === undefined ? {} : { metadataPath: rawFromClone(node.metadataPath) }),
    ...(node.children ? { children: revivePlan(node.children) } : {}),
  }));
}

export interface ItemWarning {
  readonly item: string;
  readonly message: string;
}

export interface ArchiveCounts {
  filesNew: number;
  filesChanged: number;
  filesUnmodified: number;
  bytesProcessed: number;
  dataBlobs: number;
  treeBlobs: number;
  dataAdded: number;
  dataAddedPacked: number;
}

export interface StreamOutcome {
  readonly content: readonly BlobId[];
  readonly sizeBytes: number;
}

export type FromArchiveWorker =
  | {
      readonly kind: 'outcomes';
      readonly outcomes: readonly FolderOutcome[];
      readonly warnings: readonly ItemWarning[];
      readonly items: readonly ArchivedItem[];
      /** The message that was being worked on is done. */
      readonly last: boolean;
    }
  | { readonly kind: 'found'; readonly folders: readonly FoundFolder[] }
  | { readonly kind: 'totals'; readonly files: number; readonly bytes: number }
  | { readonly kind: 'pack'; readonly pack: FinishedPack }
  | { readonly kind: 'stream'; readonly outcome: StreamOutcome }
  | { readonly kind: 'finished'; readonly counts: ArchiveCounts };

export function noCounts(): ArchiveCounts {
  return {
    filesNew: 0,
    filesChanged: 0,
    filesUnmodified: 0,
    bytesProcessed: 0,
    dataBlobs: 0,
    treeBlobs: 0,
    dataAdded: 0,
    dataAddedPacked: 0,
  };
}

export function addCounts(sum: ArchiveCounts, more: ArchiveCounts): void {
  for (const key of Object.keys(sum) as (keyof ArchiveCounts)[]) sum[key] += more[key];
}
