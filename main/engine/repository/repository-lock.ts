import { sleep } from '../base/abort.ts';
import { EngineError, isEngineError } from '../base/errors.ts';
import type { LockId } from '../base/ids.ts';
import { holdHangupGuard } from './hangup-guard.ts';
import { encodeLockFile } from './lock-file.ts';
import { readLocks, refuseConflicts } from './lock-reading.ts';
import type { UnpackedStore } from './unpacked-store.ts';

export type LockMode = 'shared' | 'exclusive';

/** Two clients that write their locks together see each other after this wait (repository-format, section 15). */
const RECHECK_MS = 200;
const REFRESH_MS = 5 * 60 * 1000;
/** Well before others may call the lock stale (30 minutes), we stop touching the repository. */
const LOST_AFTER_MS = 22.5 * 60 * 1000;
const RETRY_FIRST_MS = 5_000;
const RETRY_MAX_MS = 60_000;

export interface LockOptions {
  /** How long to go on asking for a lock that somebody else holds; 0 fails at once. */
  readonly retryForMs?: number;
  readonly signal?: AbortSignal;
  /** Our lock is written, and no other stood in its way; whether it counts shows 0.2 s later. */
  readonly onClaimed?: () => void;
  /** Only tests change the times. */
  readonly refreshMs?: number;
  readonly lostAfterMs?: number;
  readonly retryFirstMs?: number;
  readonly unreadablePausesMs?: readonly number[];
}

/**
 * A lock that we hold: renewed every five minutes until `release`. When it can't be renewed in time, or was removed by
 * somebody, `signal` fires with `lock_lost` and the operation under it must stop.
 */
export class RepositoryLock {
  readonly mode: LockMode;
  readonly #store: UnpackedStore;
  readonly #location: string;
  readonly #options: LockOptions;
  readonly #lost = new AbortController();
  readonly #dropHangupGuard: () => void;
  #id: LockId;
  #renewedAtMs = Date.now();
  #timer: NodeJS.Timeout | undefined;
  #renewal: Promise<void> = Promise.resolve();
  #released = false;

  private constructor(store: UnpackedStore, location: string, mode: LockMode, id: LockId, options: LockOptions) {
    this.mode = mode;
    this.#store = store;
    this.#location = location;
    this.#id = id;
    this.#options = options;
    this.#dropHangupGuard = holdHangupGuard();
    this.#schedule();
  }

  static async acquire(
    store: UnpackedStore,
    location: string,
    mode: LockMode,
    options: LockOptions = {},
  ): Promise<RepositoryLock> {
    const deadlineMs = Date.now() + (options.retryForMs ?? 0);
    for (let pauseMs = options.retryFirstMs ?? RETRY_FIRST_MS; ; pauseMs = Math.min(pauseMs * 2, RETRY_MAX_MS)) {
      try {
        return await RepositoryLock.#acquireOnce(store, location, mode, options);
      } catch (error) {
        if (!isEngineError(error, 'locked') || Date.now() >= deadlineMs) throw error;
        // Two that stood in each other's way because they began together would else come back together.
        const apartMs = pauseMs * (0.5 + Math.random());
        await sleep(Math.min(apartMs, Math.max(0, deadlineMs - Date.now())), options.signal);
      }
    }
  }

  static async #acquireOnce(store: UnpackedStore, location: string, mode: LockMode, options: LockOptions) {
    const { signal, unreadablePausesMs } = options;
    const exclusive = mode === 'exclusive';
    const reading = { signal, ...(unreadablePausesMs ? { unreadablePausesMs } : {}) };
    refuseConflicts(await readLocks(store, reading), exclusive, location);
    // The guard must be there before the lock is: from that moment on `restic unlock` may probe us.
    const dropGuard = holdHangupGuard();
    let id: LockId | undefined;
    try {
      id = await store.save('lock', encodeLockFile(exclusive, new Date()), signal);
      options.onClaimed?.();
      await sleep(RECHECK_MS, signal);
      refuseConflicts(await readLocks(store, { ...reading, ignore: id }), exclusive, location);
      return new RepositoryLock(store, location, mode, id, options);
    } catch (error) {
      // Without the signal: a cancelled caller must not leave its lock behind.
      if (id) await store.remove('lock', id);
      throw error;
    } finally {
      dropGuard();
    }
  }

  get id(): LockId {
    return this.#id;
  }

  /** Fires when the lock can no longer be relied on; its reason is an EngineError `lock_lost`. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** Deletes the lock; safe to call twice, and whatever happened to the operation. */
  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    clearTimeout(this.#timer);
    try {
      await this.#renewal;
      await this.#store.remove('lock', this.#id);
    } finally {
      this.#dropHangupGuard();
    }
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#renewal = this.#renew().then(() => {
        if (!this.#released && !this.#lost.signal.aborted) this.#schedule();
      });
    }, this.#options.refreshMs ?? REFRESH_MS);
    this.#timer.unref();
  }

  async #renew(): Promise<void> {
    const lostAfterMs = this.#options.lostAfterMs ?? LOST_AFTER_MS;
    try {
      // After a standby others may have called our lock stale and removed it: then somebody may be pruning now.
      if (Date.now() - this.#renewedAtMs > lostAfterMs) return await this.#reclaim();
      await this.#replace();
    } catch (error) {
      if (isEngineError(error, 'lock_lost')) return this.#lose(error);
      if (Date.now() - this.#renewedAtMs > lostAfterMs) this.#lose(error);
    }
  }

  async #replace(): Promise<void> {
    const next = await this.#store.save('lock', encodeLockFile(this.mode === 'exclusive', new Date()));
    const previous = this.#id;
    this.#id = next;
    this.#renewedAtMs = Date.now();
    await this.#store.remove('lock', previous);
  }

  async #reclaim(): Promise<void> {
    const ids = await this.#store.listIds('lock');
    if (!ids.includes(this.#id)) throw this.#lostError();
    await this.#replace();
    await sleep(RECHECK_MS);
    const others = await readLocks(this.#store, { ignore: this.#id });
    refuseConflicts(others, this.mode === 'exclusive', this.#location);
  }

  #lose(cause: unknown): void {
    if (!this.#lost.signal.aborted)
      this.#lost.abort(isEngineError(cause, 'lock_lost') ? cause : this.#lostError(cause));
  }

  #lostError(cause?: unknown): EngineError {
    return new EngineError(
      'lock_lost',
      `The lock on ${this.#location} could not be renewed in time or was removed. The operation stopped so that it cannot ` +
        'collide with another one; run it again.',
      { retry: 'later', cause },
    );
  }
}
