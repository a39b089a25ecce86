import type { LockMode, LockOptions } from '../repository/repository-lock.ts';
import type { Repository } from '../repository/repository.ts';

/** `none` is for dry runs and read-only media: the caller then bears with others changing the repository meanwhile. */
export type LockChoice = LockOptions | 'none';

/** Runs an operation under a lock of the mode it needs, or under none. `signal` also fires when the lock is lost. */
export function underLock<Result>(
  repository: Repository,
  mode: LockMode,
  choice: LockChoice | undefined,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal | undefined) => Promise<Result>,
): Promise<Result> {
  if (choice === 'none') return work(signal);
  return repository.withLock(mode, signal ? { ...choice, signal } : (choice ?? {}), work);
}
