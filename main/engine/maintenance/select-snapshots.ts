import { EngineError } from '../base/errors.ts';
import type { SnapshotId } from '../base/ids.ts';
import type { Repository } from '../repository/repository.ts';
import type { SnapshotFilter } from '../snapshot/snapshot-filter.ts';
import { filterSnapshots } from '../snapshot/snapshot-filter.ts';
import { findSnapshot, listSnapshots } from '../snapshot/snapshot-store.ts';
import type { StoredSnapshot } from '../snapshot/snapshot.ts';

export interface SnapshotSelection {
  /** Ids, starts of ids, `latest`. Empty or absent: all that match the filter. */
  readonly snapshots?: readonly string[];
  /** Also says what `latest` means; snapshots given by id need not match it. */
  readonly filter?: SnapshotFilter;
}

/** Each snapshot once: those named in the order given, else oldest first. Errors: those of `findSnapshot`. */
export async function selectSnapshots(
  repository: Repository,
  selection: SnapshotSelection,
  signal?: AbortSignal,
): Promise<StoredSnapshot[]> {
  const { snapshots = [], filter = {} } = selection;
  if (snapshots.length === 0) {
    return filterSnapshots(await listSnapshots(repository, signal ? { signal } : {}), filter).reverse();
  }
  const selected = new Map<SnapshotId, StoredSnapshot>();
  for (const reference of snapshots) {
    const { snapshot, subfolder } = await findSnapshot(repository, reference, filter, signal);
    if (subfolder !== '') {
      throw new EngineError(
        'invalid_argument',
        `"${reference}": this operation takes whole snapshots, without a subfolder.`,
      );
    }
    selected.set(snapshot.id, snapshot);
  }
  return [...selected.values()];
}
