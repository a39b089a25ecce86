import { isEngineError } from '../base/errors.ts';
import type { Repository } from '../repository/repository.ts';
import type { LockChoice } from './operation-lock.ts';

/**
 * Items of a reading operation that come one by one, under a shared lock from the first until the last, or until the caller
 * stops asking.
 */
export async function* lockedIteration<Item>(
  repository: Repository,
  choice: LockChoice | undefined,
  signal: AbortSignal | undefined,
  items: (signal: AbortSignal | undefined) => AsyncIterable<Item>,
): AsyncGenerator<Item, void, undefined> {
  if (choice === 'none') {
    yield* items(signal);
    return;
  }
  const lock = await repository.lock('shared', signal ? { ...choice, signal } : choice);
  try {
    yield* items(signal ? AbortSignal.any([signal, lock.signal]) : lock.signal);
  } catch (error) {
    if (lock.signal.aborted && isEngineError(error, 'cancelled')) throw lock.signal.reason;
    throw error;
  } finally {
    await lock.release();
  }
}
