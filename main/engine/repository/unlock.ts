import { isEngineError } from '../base/errors.ts';
import type { LockId } from '../base/ids.ts';
import { decodeLockFile, isStaleLock } from './lock-file.ts';
import type { UnpackedStore } from './unpacked-store.ts';

export interface UnlockOptions {
  /** Also locks that live processes hold, and unreadable ones. Only for a person who knows that nobody is at work. */
  readonly removeAll?: boolean;
  readonly signal?: AbortSignal;
}

/** Removes stale locks (or all of them) and says which. Needs no lock itself. */
export async function unlockRepository(store: UnpackedStore, options: UnlockOptions = {}): Promise<LockId[]> {
  const removed: LockId[] = [];
  for (const id of await store.listIds('lock', options.signal)) {
    if (!options.removeAll && !(await isStale(store, id, options.signal))) continue;
    await store.remove('lock', id, options.signal);
    removed.push(id);
  }
  return removed;
}

async function isStale(store: UnpackedStore, id: LockId, signal?: AbortSignal): Promise<boolean> {
  try {
    return isStaleLock(decodeLockFile(await store.load('lock', id, signal), id), new Date());
  } catch (error) {
    // An unreadable lock may be one that is being written: only `removeAll` takes it away.
    if (isEngineError(error, 'not_found') || isEngineError(error, 'corrupt')) return false;
    throw error;
  }
}
