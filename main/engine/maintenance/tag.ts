import { throwIfAborted } from '../base/abort.ts';
import { EngineError, isEngineError } from '../base/errors.ts';
import type { SnapshotId } from '../base/ids.ts';
import { ProgressThrottle, type OperationOptions } from '../base/progress.ts';
import type { Repository } from '../repository/repository.ts';
import { checkNewTags, refuseWeakening } from '../snapshot/protection.ts';
import { removeSnapshot, saveSnapshot } from '../snapshot/snapshot-store.ts';
import type { Snapshot, StoredSnapshot } from '../snapshot/snapshot.ts';
import { underLock, type LockChoice } from './operation-lock.ts';
import { selectSnapshots, type SnapshotSelection } from './select-snapshots.ts';

export interface TagOptions extends OperationOptions, SnapshotSelection {
  /** Replaces all tags; the one empty tag leaves none. Not together with `add` or `remove`. */
  readonly set?: readonly string[];
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  readonly dryRun?: boolean;
  readonly lock?: LockChoice;
}

export interface TaggedSnapshot {
  readonly oldId: SnapshotId;
  /** Undefined in a dry run. */
  readonly newId: SnapshotId | undefined;
  readonly tags: readonly string[];
}

export interface TagResult {
  readonly changed: readonly TaggedSnapshot[];
  /** Snapshots whose tags were as wanted already. */
  readonly unchanged: number;
}

/**
 * Changes the tags of snapshots. A snapshot is immutable, so each gets a new id; `original` keeps the first one. The new
 * file is there before the old one goes: a crash in between leaves both. Errors: `invalid_argument`, `snapshot_not_found`,
 * `refused` for a change that would end a snapshot's protection earlier (snapshot/protection.ts).
 */
export function tagSnapshots(repository: Repository, options: TagOptions): Promise<TagResult> {
  checkOptions(options);
  checkNewTags([...(options.set ?? []), ...(options.add ?? [])]);
  const lock = options.dryRun === true ? 'none' : options.lock;
  return underLock(repository, 'exclusive', lock, options.signal, async (signal) => {
    const changed: TaggedSnapshot[] = [];
    const snapshots = await selectSnapshots(repository, options, signal);
    const progress = new ProgressThrottle(options.onProgress);
    // All of them before the first one is changed.
    for (const snapshot of snapshots) refuseWeakening(snapshot, newTags(snapshot, options) ?? snapshot.tags);
    let itemsDone = 0;
    for (const snapshot of snapshots) {
      throwIfAborted(signal);
      const tags = newTags(snapshot, options);
      if (tags !== undefined) changed.push(await replace(repository, snapshot, tags, options, signal));
      itemsDone++;
      progress.update(() => ({ phase: 'tag', filesDone: 0, bytesDone: 0, itemsDone, totalItems: snapshots.length }));
    }
    return { changed, unchanged: snapshots.length - changed.length };
  });
}

function checkOptions({ set, add, remove }: TagOptions): void {
  const changes = (add?.length ?? 0) + (remove?.length ?? 0);
  if ((set?.length ?? 0) + changes === 0) {
    throw new EngineError('invalid_argument', 'No tags to set, add or remove were given.');
  }
  if ((set?.length ?? 0) > 0 && changes > 0) {
    throw new EngineError('invalid_argument', 'Tags can be set, or added and removed, but not both at once.');
  }
}

/** Undefined when nothing changes. */
function newTags(snapshot: StoredSnapshot, { set = [], add = [], remove = [] }: TagOptions): string[] | undefined {
  const before = snapshot.tags;
  const wanted = set.length > 0 ? (set.length === 1 && set[0] === '' ? [] : set) : [...before, ...add];
  const after = [...new Set(wanted)].filter((tag) => !remove.includes(tag));
  const isSame = after.length === before.length && after.every((tag, at) => tag === before[at]);
  return isSame ? undefined : after;
}

async function replace(
  repository: Repository,
  snapshot: StoredSnapshot,
  tags: readonly string[],
  options: TagOptions,
  signal: AbortSignal | undefined,
): Promise<TaggedSnapshot> {
  const { id: oldId, ...fields } = snapshot;
  if (options.dryRun === true) return { oldId, newId: undefined, tags };
  const renewed: Snapshot = { ...fields, tags, original: snapshot.original ?? oldId };
  const newId = await saveSnapshot(repository, renewed, signal);
  try {
    // Without the signal: a cancellation here would leave both for nothing.
    await removeSnapshot(repository, oldId);
  } catch (error) {
    if (!isEngineError(error)) throw error;
    const message = `The snapshot with the new tags was saved as ${newId}, but this old one could not be removed.`;
    options.onWarning?.({ item: oldId, message, during: 'tag' });
  }
  return { oldId, newId, tags };
}
