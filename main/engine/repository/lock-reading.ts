import { sleep } from '../base/abort.ts';
import { EngineError, isEngineError } from '../base/errors.ts';
import type { LockId } from '../base/ids.ts';
import { decodeLockFile, describeLock, type StoredLock } from './lock-file.ts';
import type { UnpackedStore } from './unpacked-store.ts';

/** Pauses before an unreadable lock is read again: its owner may be writing it on a store without atomic writes. */
const UNREADABLE_PAUSES_MS = [0, 5_000, 10_000, 20_000];

export interface ReadLocksOptions {
  readonly ignore?: LockId;
  readonly signal?: AbortSignal;
  readonly unreadablePausesMs?: readonly number[];
}

/**
 * Every lock but our own. A lock that is gone between the listing and the reading is no lock. One that stays unreadable
 * is refused with `locked`: it may be anybody's (repository-format, section 15).
 */
export async function readLocks(store: UnpackedStore, options: ReadLocksOptions = {}): Promise<StoredLock[]> {
  const pausesMs = options.unreadablePausesMs ?? UNREADABLE_PAUSES_MS;
  let unreadable: { id: LockId; error: unknown } | undefined;
  for (const pauseMs of pausesMs) {
    if (pauseMs > 0 || unreadable) await sleep(pauseMs, options.signal);
    const attempt = await readLocksOnce(store, options);
    unreadable = attempt.unreadable;
    if (!unreadable) return attempt.locks;
  }
  throw new EngineError(
    'locked',
    `Lock ${unreadable?.id} cannot be read. If no other program is using the repository, remove it with ` +
      '"guardit repo unlock --remove-all".',
    { retry: 'later', cause: unreadable?.error, context: { lockId: unreadable?.id } },
  );
}

async function readLocksOnce(store: UnpackedStore, { ignore, signal }: ReadLocksOptions) {
  const locks: StoredLock[] = [];
  let unreadable: { id: LockId; error: unknown } | undefined;
  for (const id of await store.listIds('lock', signal)) {
    if (id === ignore) continue;
    try {
      locks.push(decodeLockFile(await store.load('lock', id, signal), id));
    } catch (error) {
      if (isEngineError(error, 'not_found')) continue;
      if (!isEngineError(error, 'corrupt')) throw error;
      unreadable = { id, error };
    }
  }
  return { locks, unreadable };
}

/** Throws `locked` when any lock stands against the wanted kind: shared locks go together, an exclusive one goes with none. */
export function refuseConflicts(locks: readonly StoredLock[], exclusive: boolean, location: string): void {
  const conflict = locks.find((lock) => exclusive || lock.exclusive);
  if (!conflict) return;
  throw new EngineError(
    'locked',
    `Repository ${location} is already locked: ${describeLock(conflict)} (lock ${conflict.id.slice(0, 8)}). ` +
      'Wait until it is done, or remove a lock left by a crash with "guardit repo unlock".',
    {
      retry: 'later',
      context: { lockId: conflict.id, exclusive: conflict.exclusive, hostname: conflict.hostname, pid: conflict.pid },
    },
  );
}
