import { hostname, userInfo } from 'node:os';
import type { BlobId, SnapshotId } from '../base/ids.ts';
import { formatLocal, localNow, type TimeText } from '../base/rfc3339.ts';
import type { Repository } from '../repository/repository.ts';
import { selectParent } from '../snapshot/snapshot-filter.ts';
import { findSnapshot, listSnapshots } from '../snapshot/snapshot-store.ts';
import type { Snapshot, SnapshotSummary, StoredSnapshot } from '../snapshot/snapshot.ts';
import type { ArchiveOptions } from './archive-options.ts';

/** What the snapshot will say of itself, fixed when the backup starts. */
export interface SnapshotPlan {
  readonly time: TimeText;
  readonly hostname: string;
  readonly paths: readonly string[];
}

export function planSnapshot(options: ArchiveOptions, paths: readonly string[]): SnapshotPlan {
  return {
    time: options.time ? formatLocal(BigInt(options.time.getTime()) * 1_000_000n) : localNow(),
    hostname: options.hostname ?? hostname(),
    paths,
  };
}

/**
 * The snapshot to compare with (repository-format, section 13). One that is damaged is no parent, and no reason to fail: `check` is
 * there to report it. Throws `snapshot_not_found` or `ambiguous_id` for a parent that was asked for.
 */
export async function chooseParent(
  repository: Repository,
  options: ArchiveOptions,
  plan: SnapshotPlan,
  signal: AbortSignal,
): Promise<StoredSnapshot | undefined> {
  if (options.force === true || options.parent === 'none' || options.stdin !== undefined) return undefined;
  if (options.parent !== undefined) return (await findSnapshot(repository, options.parent, {}, signal)).snapshot;
  const snapshots = await listSnapshots(repository, { signal, onDamaged: () => {} });
  return selectParent(snapshots, {
    hostname: plan.hostname,
    targets: plan.paths,
    time: plan.time,
    ...(options.groupBy ? { groupBy: options.groupBy } : {}),
    tags: options.tags ?? [],
  });
}

export function makeSnapshot(
  options: ArchiveOptions,
  plan: SnapshotPlan,
  made: { readonly tree: BlobId; readonly parent: SnapshotId | undefined; readonly summary: SnapshotSummary },
): Snapshot {
  const owner = userInfo();
  return {
    ...plan,
    parent: made.parent,
    tree: made.tree,
    username: owner.username,
    // -1 on Windows, which has none.
    uid: Math.max(0, owner.uid),
    gid: Math.max(0, owner.gid),
    excludes: options.excludes?.patterns ?? [],
    tags: options.tags ?? [],
    programVersion: options.programVersion ?? 'guardit',
    summary: made.summary,
  };
}
