import { throwIfAborted } from '../base/abort.ts';
import { isEngineError } from '../base/errors.ts';
import { shortId, type SnapshotId } from '../base/ids.ts';
import type { OperationOptions } from '../base/progress.ts';
import type { Repository } from '../repository/repository.ts';
import { groupSnapshots, type GroupBy } from '../snapshot/grouping.ts';
import { filterSnapshots, type SnapshotFilter } from '../snapshot/snapshot-filter.ts';
import { listSnapshots, removeSnapshot } from '../snapshot/snapshot-store.ts';
import { protectionOf, refuseRemoval } from '../snapshot/protection.ts';
import type { StoredSnapshot } from '../snapshot/snapshot.ts';
import { applyPolicy, isEmptyPolicy, type ForgetPolicy, type KeptSnapshot } from './forget-policy.ts';
import { removeAll } from './index-rewrite.ts';
import { underLock, type LockChoice } from './operation-lock.ts';
import { pruneLocked, type PruneResult } from './prune.ts';
import type { PruneLimits } from './prune-options.ts';
import { selectSnapshots } from './select-snapshots.ts';

export interface ForgetOperationOptions extends OperationOptions {
  /** Exclusive by default; none for a dry run. */
  readonly lock?: LockChoice;
  /** Remove exactly these (ids, starts of ids, `latest`); policy and filter then only say what `latest` means. */
  readonly snapshots?: readonly string[];
  /** Remove what it does not keep. An empty policy removes nothing. */
  readonly policy?: ForgetPolicy;
  /** Host and paths by default. */
  readonly groupBy?: GroupBy;
  readonly filter?: SnapshotFilter;
  /** Lets the policy remove every snapshot of a group. */
  readonly unsafeAllowRemoveAll?: boolean;
  readonly dryRun?: boolean;
  /** Prune in the same lock when something was removed. */
  readonly prune?: PruneLimits & { readonly verifyRepacked?: boolean };
  /** Now, in nanoseconds since 1970; for tests. */
  readonly nowNs?: bigint;
}

/** What the policy decided for one group; criteria that do not count are null or empty, as in restic. */
export interface ForgetGroup {
  readonly tags: readonly string[] | null;
  readonly host: string;
  readonly paths: readonly string[] | null;
  /** Newest first. */
  readonly keep: readonly KeptSnapshot<StoredSnapshot>[];
  readonly remove: readonly StoredSnapshot[];
}

export interface ForgetResult {
  readonly dryRun: boolean;
  /** Empty when the snapshots were named. */
  readonly groups: readonly ForgetGroup[];
  /** Removed, or to be removed by a real run. */
  readonly removed: readonly SnapshotId[];
  /** Could not be removed; a warning each. */
  readonly failed: readonly SnapshotId[];
  readonly prune?: PruneResult;
}

/**
 * Removes snapshots by a policy or by name (repository-format, section 18). Everything is decided before anything is removed.
 * Errors: `locked`, `snapshot_not_found`, `ambiguous_id`, `corrupt` for an unreadable snapshot, `refused` when a policy would empty a
 * group or a named snapshot is protected by its tag (snapshot/protection.ts), and those of prune.
 */
export async function forget(repository: Repository, options: ForgetOperationOptions): Promise<ForgetResult> {
  const lock = options.lock ?? (options.dryRun === true ? 'none' : undefined);
  return underLock(repository, 'exclusive', lock, options.signal, (signal) =>
    forgetLocked(repository, { ...options, signal }),
  );
}

async function forgetLocked(repository: Repository, options: ForgetOperationOptions): Promise<ForgetResult> {
  const dryRun = options.dryRun === true;
  const { groups, remove } = await decide(repository, options);
  const failed = dryRun ? [] : await removeSnapshots(repository, remove, options);
  const removed = remove.filter((id) => !failed.includes(id));
  const result = { dryRun, groups, removed, failed };
  if (options.prune === undefined || removed.length === 0) return result;
  const { signal, onProgress, onWarning } = options;
  const prune = await pruneLocked(repository, {
    ...options.prune,
    signal,
    onProgress,
    onWarning,
    dryRun,
    ...(dryRun ? { ignoreSnapshots: new Set(removed) } : {}),
  });
  return { ...result, prune };
}

async function decide(
  repository: Repository,
  options: ForgetOperationOptions,
): Promise<{ groups: ForgetGroup[]; remove: SnapshotId[] }> {
  const { snapshots: named = [], policy = {}, filter = {}, signal } = options;
  if (named.length > 0) {
    const selected = await selectSnapshots(repository, { snapshots: named, filter }, signal);
    for (const snapshot of selected) refuseRemoval(snapshot, options.nowNs);
    return { groups: [], remove: selected.map(({ id }) => id) };
  }
  if (isEmptyPolicy(policy)) return { groups: [], remove: [] };
  const all = filterSnapshots(await listSnapshots(repository, signal ? { signal } : {}), filter);
  for (const snapshot of all) warnOfUnreadableTag(snapshot, options);
  const groups = groupSnapshots(all, options.groupBy).map(({ key, snapshots }): ForgetGroup => {
    const plan = applyPolicy(snapshots, policy, {
      unsafeAllowRemoveAll: options.unsafeAllowRemoveAll ?? false,
      ...(options.nowNs === undefined ? {} : { nowNs: options.nowNs }),
    });
    return { tags: key.tags, host: key.hostname, paths: key.paths, ...plan };
  });
  return { groups, remove: groups.flatMap((group) => group.remove.map(({ id }) => id)) };
}

/** It is kept, which somebody has to hear of: nothing but a new tag ends that. */
function warnOfUnreadableTag(snapshot: StoredSnapshot, { onWarning, nowNs }: ForgetOperationOptions): void {
  const protection = protectionOf(snapshot, nowNs);
  if (protection === undefined || protection.until !== null) return;
  const message = `Snapshot ${shortId(snapshot.id)} is kept for ever: the time in its tag "${protection.tag}" can't be read.`;
  onWarning?.({ item: snapshot.id, message, during: 'forget' });
}

async function removeSnapshots(
  repository: Repository,
  ids: readonly SnapshotId[],
  options: OperationOptions,
): Promise<SnapshotId[]> {
  const failed: SnapshotId[] = [];
  await removeAll(ids, async (id) => {
    throwIfAborted(options.signal);
    try {
      await removeSnapshot(repository, id, options.signal);
    } catch (error) {
      if (!isEngineError(error) || error.code === 'cancelled') throw error;
      failed.push(id);
      const message = `Snapshot ${shortId(id)} could not be removed: ${error.message}`;
      options.onWarning?.({ item: id, message, during: 'forget' });
    }
  });
  return failed;
}
