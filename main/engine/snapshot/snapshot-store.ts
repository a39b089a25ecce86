import { EngineError, isEngineError } from '../base/errors.ts';
import type { SnapshotId } from '../base/ids.ts';
import { resolveIdPrefix } from '../repository/id-prefix.ts';
import type { Repository } from '../repository/repository.ts';
import { filterSnapshots, latestSnapshot, type SnapshotFilter } from './snapshot-filter.ts';
import { decodeSnapshot, encodeSnapshot, type Snapshot, type StoredSnapshot } from './snapshot.ts';

/** Reads in flight at once: snapshots are small, so the time goes into waiting for the backend. */
const PARALLEL_LOADS = 8;

export interface ListSnapshotsOptions {
  readonly signal?: AbortSignal;
  /** Called for a snapshot that can't be read. Without it the first such snapshot throws `corrupt`. */
  readonly onDamaged?: (id: SnapshotId, error: EngineError) => void;
}

/** All snapshots, newest first. One that disappears between listing and reading was forgotten by somebody and is left out. */
export async function listSnapshots(
  repository: Repository,
  options: ListSnapshotsOptions = {},
): Promise<StoredSnapshot[]> {
  const ids = await repository.unpacked.listIds('snapshot', options.signal);
  return filterSnapshots(await loadAll(repository, ids, options), {});
}

async function loadAll(repository: Repository, ids: readonly SnapshotId[], options: ListSnapshotsOptions) {
  const loaded: StoredSnapshot[] = [];
  const queue = ids.values();
  const worker = async () => {
    for (const id of queue) {
      try {
        loaded.push(await loadSnapshot(repository, id, options.signal));
      } catch (error) {
        if (isEngineError(error, 'not_found')) continue;
        if (!isEngineError(error, 'corrupt') || !options.onDamaged) throw error;
        options.onDamaged(id, error);
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_LOADS }, worker));
  return loaded;
}

/** Errors: `not_found`, `corrupt`. */
export async function loadSnapshot(
  repository: Repository,
  id: SnapshotId,
  signal?: AbortSignal,
): Promise<StoredSnapshot> {
  return decodeSnapshot(await repository.unpacked.load('snapshot', id, signal), id);
}

/** Durable when it resolves. Everything that the snapshot needs must be in packs and indexes before. */
export async function saveSnapshot(
  repository: Repository,
  snapshot: Snapshot,
  signal?: AbortSignal,
): Promise<SnapshotId> {
  return repository.unpacked.save('snapshot', encodeSnapshot(snapshot), signal);
}

export async function removeSnapshot(repository: Repository, id: SnapshotId, signal?: AbortSignal): Promise<void> {
  await repository.unpacked.remove('snapshot', id, signal);
}

export interface FoundSnapshot {
  readonly snapshot: StoredSnapshot;
  /** The part after the colon of `snapshot:subfolder`, without a leading or trailing slash; '' for the whole snapshot. */
  readonly subfolder: string;
}

/**
 * Resolves what a person types: `latest` (under the filter), an id or the start of one, each with an optional `:subfolder`.
 * Errors: `snapshot_not_found`, `ambiguous_id`, `corrupt`.
 */
export async function findSnapshot(
  repository: Repository,
  reference: string,
  filter: SnapshotFilter = {},
  signal?: AbortSignal,
): Promise<FoundSnapshot> {
  const colon = reference.indexOf(':');
  const name = colon < 0 ? reference : reference.slice(0, colon);
  const subfolder = colon < 0 ? '' : reference.slice(colon + 1).replace(/^\/+|\/+$/g, '');
  const options = signal ? { signal } : {};
  if (name === 'latest') {
    return { snapshot: latestSnapshot(await listSnapshots(repository, options), filter), subfolder };
  }
  const id = await resolveSnapshotId(repository, name, signal);
  return { snapshot: await loadSnapshot(repository, id, signal), subfolder };
}

/** Completes the start of a snapshot id. Errors: `snapshot_not_found`, `ambiguous_id`, `invalid_argument`. */
export async function resolveSnapshotId(
  repository: Repository,
  prefix: string,
  signal?: AbortSignal,
): Promise<SnapshotId> {
  const ids = await repository.unpacked.listIds('snapshot', signal);
  try {
    return resolveIdPrefix(ids, prefix, 'snapshot');
  } catch (error) {
    if (!isEngineError(error, 'not_found')) throw error;
    throw new EngineError(
      'snapshot_not_found',
      `No snapshot in ${repository.location} has an id that starts with "${prefix}". "guardit repo snapshots" lists them.`,
      { cause: error },
    );
  }
}
