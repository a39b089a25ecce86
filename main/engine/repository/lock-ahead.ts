import { isEngineError } from '../base/errors.ts';
import type { Repository } from './repository.ts';
import type { LockOptions, RepositoryLock } from './repository-lock.ts';

/**
 * Runs `work`, which only reads the repository, under a shared lock, and lets it begin when the lock is written and no other
 * stood in its way: 0.2 s before it counts (repository-format, section 15). An exclusive lock that appears in this time ends
 * the work with `locked`. `confirm` is called once the lock counts: what it throws ends the work too, as does a lost lock.
 * Whoever is ready to wait for a lock starts only when he has it.
 */
export async function withLockAhead<Result>(
  repository: Repository,
  options: LockOptions,
  work: (signal: AbortSignal) => Promise<Result>,
  confirm: () => Promise<void>,
): Promise<Result> {
  if ((options.retryForMs ?? 0) > 0) return repository.withLock('shared', options, work);
  const control = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, control.signal]) : control.signal;
  let working: Promise<Result> | undefined;
  let lock: RepositoryLock | undefined;
  try {
    const onClaimed = () => {
      working = work(signal);
      // Whoever waits for the lock first hears of it later.
      working.catch(() => undefined);
    };
    lock = await repository.lock('shared', { ...options, onClaimed });
    const { signal: lost } = lock;
    lost.addEventListener('abort', () => control.abort(lost.reason), { once: true });
    await confirm();
    // A lock that was had was claimed.
    return await (working ?? work(signal));
  } catch (error) {
    control.abort(error);
    await working?.catch(() => undefined);
    throw isEngineError(error, 'cancelled') && lock?.signal.aborted ? lock.signal.reason : error;
  } finally {
    await lock?.release();
  }
}
