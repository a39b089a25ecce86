import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Backend } from '../../main/engine/backend/backend.ts';
import { objectPath } from '../../main/engine/backend/layout.ts';
import { MemoryBackend, type MemoryStore } from '../../main/engine/backend/memory-backend.ts';
import { Repository } from '../../main/engine/repository/repository.ts';
import { FaultyBackend, type Death } from './faulty-backend.ts';
import { PASSWORD } from './repositories.ts';

/** What is left of a repository after its client died. */
export interface CrashedState {
  /** For messages: `before mutation 3 of 9 (write index)`. */
  readonly point: string;
  readonly death: Death;
  readonly store: MemoryStore;
  /** The operation had its result nevertheless: it died while cleaning up, or did not notice. */
  readonly finished: boolean;
}

/** `operate` on the repository in a backend, for `forEveryCrash`. */
export function onRepository(operate: (repository: Repository) => Promise<unknown>) {
  return async (backend: Backend) => operate(await Repository.open(backend, { password: PASSWORD }));
}

export async function openStore(store: MemoryStore): Promise<Repository> {
  return Repository.open(new MemoryBackend(store), { password: PASSWORD });
}

/** An independent copy. Objects are immutable, so that they can be shared. */
export function copyStore(store: MemoryStore): MemoryStore {
  return new Map(store);
}

/** At once, to hide the waits of the lock protocol. */
const PARALLEL_RUNS = 4;

/**
 * Lets `operate` die at every one of its mutating backend operations, each time once before the operation has any effect
 * and once after it has taken effect unacknowledged, and hands what is left to `judge`. Returns the number of states.
 */
export async function forEveryCrash(
  base: MemoryStore,
  operate: (backend: Backend) => Promise<unknown>,
  judge: (state: CrashedState) => Promise<void>,
): Promise<number> {
  const whole = new FaultyBackend(new MemoryBackend(copyStore(base)));
  await operate(whole);
  await whole.inner.close();
  const total = whole.mutations;
  const deaths = Array.from({ length: 2 * total }, (_, i): Death => {
    return { atMutation: 1 + (i >> 1), when: i % 2 === 0 ? 'before' : 'after' };
  });
  let states = 0;
  const queue = deaths.values();
  const run = async () => {
    for (const death of queue) {
      const store = copyStore(base);
      const backend = new FaultyBackend(new MemoryBackend(store), { death });
      const finished = await completes(() => operate(backend));
      await backend.inner.close();
      // Packs may be cut elsewhere this time, so that it was done before its death.
      if (!backend.isDead && !finished) throw new Error(`Failed without dying, before mutation ${death.atMutation}.`);
      const last = backend.log.at(-1);
      const point = `${death.when} mutation ${death.atMutation} of ${total} (${last?.operation} ${last?.type ?? ''})`;
      try {
        await judge({ point, death, store, finished });
      } catch (error) {
        throw new Error(`Dead ${point}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
      states++;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_RUNS }, run));
  return states;
}

async function completes(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch {
    return false;
  }
}

/** Writes a repository out for programs that know folders only. */
export function exportStore(store: MemoryStore, folder: string): void {
  for (const { ref, bytes } of store.values()) {
    const path = objectPath(folder, ref);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
}
