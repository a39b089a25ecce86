/**
 * The engine's only door: whatever the rest of the product may use of it is exported here, and nothing else is imported
 * from outside `main/engine`.
 */
export { EngineError, isEngineError, type EngineErrorCode } from './base/errors.ts';
export type { BlobId, IndexId, KeyId, LockId, PackId, RepositoryId, SnapshotId } from './base/ids.ts';
export { isFullId, shortId } from './base/ids.ts';
export type { OperationOptions, Progress, Warning } from './base/progress.ts';
export type { Backend } from './backend/backend.ts';
export { openLocation } from './backend/open-location.ts';
export { ReadOnlyBackend } from './backend/read-only-backend.ts';
export { Repository, type InitOptions, type OpenOptions } from './repository/repository.ts';
export type { KeyInfo, Password } from './repository/key-ring.ts';
export type { LockOptions } from './repository/repository-lock.ts';
export { resolveIdPrefix } from './repository/id-prefix.ts';
export {
  findSnapshot,
  listSnapshots,
  loadSnapshot,
  resolveSnapshotId,
  type FoundSnapshot,
} from './snapshot/snapshot-store.ts';
export type { Snapshot, StoredSnapshot, SnapshotSummary } from './snapshot/snapshot.ts';
export { filterSnapshots, matchesFilter, newestFirst, type SnapshotFilter } from './snapshot/snapshot-filter.ts';
export { groupSnapshots, parseGroupBy, type GroupBy, type GroupKey, type SnapshotGroup } from './snapshot/grouping.ts';
export { parseByteSize } from './base/byte-size.ts';
export { parseCalendarDuration, type CalendarDuration } from './base/duration.ts';
export { loadIndex, refreshIndex } from './repository/load-index.ts';
export { BlobReader } from './repository/blob-reader.ts';
export { TreeReader } from './snapshot/tree-reader.ts';
export type { Node, NodeType } from './snapshot/node.ts';
export { archive } from './archiver/archive.ts';
export type { ArchivedItem, ArchiveOptions, ArchiveResult, CompressionMode } from './archiver/archive-options.ts';
export { readPatternFile } from './source/patterns/pattern-file.ts';
export { check, type CheckOptions } from './maintenance/check.ts';
export type { CheckCounts, CheckResult } from './maintenance/check-result.ts';
export type { CheckError, CheckHint } from './maintenance/check-findings.ts';
export {
  SnapshotFileSystem,
  type DirectoryPage,
  type OpenSnapshotOptions,
  type SnapshotEntry,
} from './vfs/snapshot-file-system.ts';
export { dump, type Dump, type DumpOptions } from './vfs/dump.ts';
export { listSnapshot, type ListSnapshotOptions } from './maintenance/list-snapshot.ts';
export { foundNodeJson, listedNodeJson, permissionText } from './maintenance/restic-json.ts';
export { goJson } from './snapshot/go-json.ts';
export { restore } from './restorer/restore.ts';
export type {
  OverwritePolicy,
  RestoreAction,
  RestoreItem,
  RestoreOptions,
  RestoreResult,
} from './restorer/restore-options.ts';
export { forget, type ForgetGroup, type ForgetOperationOptions, type ForgetResult } from './maintenance/forget.ts';
export { forgetGroupsJson } from './maintenance/forget-json.ts';
export {
  applyPolicy,
  isEmptyPolicy,
  type ForgetOptions,
  type ForgetPlan,
  type ForgetPolicy,
  type KeptSnapshot,
  type PolicySnapshot,
} from './maintenance/forget-policy.ts';
export { describeProtection, IMMUTABLE_TAG, protectionOf, type Protection } from './snapshot/protection.ts';
export { prune, type PruneResult } from './maintenance/prune.ts';
export type { PruneLimits, PruneOptions } from './maintenance/prune-options.ts';
export type { BlobsAndBytes, PruneStatistics } from './maintenance/prune-statistics.ts';
export { repairIndex, type RepairIndexOptions, type RepairIndexResult } from './maintenance/repair-index.ts';
export { repairPacks, type RepairPacksOptions, type RepairPacksResult } from './maintenance/repair-packs.ts';
export { diffSnapshots, type DiffChange, type DiffOptions, type DiffResult } from './maintenance/diff.ts';
export { findInSnapshots, type FindOptions, type FoundNode } from './maintenance/find.ts';
export { findObjects, type FindObjectsOptions, type FoundObject } from './maintenance/find-objects.ts';
export { repositoryStats, type StatsMode, type StatsOptions, type StatsResult } from './maintenance/stats.ts';
export { tagSnapshots, type TagOptions, type TagResult } from './maintenance/tag.ts';
export { copySnapshots, type CopiedSnapshot, type CopyOptions, type CopyResult } from './maintenance/copy.ts';
export { recoverTrees, type RecoverOptions, type RecoverResult } from './maintenance/recover.ts';
export {
  repairSnapshots,
  type RepairSnapshotsOptions,
  type RepairSnapshotsResult,
} from './maintenance/repair-snapshots.ts';
export { probeStorage, type StorageProbe } from './backend/storage-probe.ts';
export { storageSpace, type StorageSpace } from './backend/storage-space.ts';
export { measureStored, type StoredObjects } from './maintenance/stored-objects.ts';
export { fromPlainError, toPlainError, type PlainEngineError, type Retry } from './base/errors.ts';
export { walkSnapshot, type WalkedNode } from './maintenance/snapshot-walk.ts';
export { rawText, type RawPath } from './base/raw-path.ts';
export { epochNsOf } from './base/rfc3339.ts';
export type { FileInfo, FileRef, FileType, ByteRange } from './backend/backend.ts';
export {
  verifySnapshot,
  type VerifySnapshotOptions,
  type VerifySnapshotResult,
} from './maintenance/verify-snapshot.ts';
export type { AffectedSnapshot } from './maintenance/check-affected.ts';
export { posixPermissionsOf } from './snapshot/go-mode.ts';
export type { RepositoryIndex } from './index/repository-index.ts';
