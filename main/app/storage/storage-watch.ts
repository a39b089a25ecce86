import type { Catalog } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import type { RepositoryAccess } from '../engine-jobs/ports/job-context.ts';
import type { EngineJobs } from '../engine-jobs/ports/jobs.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { RepositoryRecord } from '../repositories/ports.ts';
import { dayOf } from './days.ts';

export interface StorageWatchDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly events: Pick<EventBus, 'publish'>;
  readonly engine: Pick<EngineJobs, 'storage'>;
  readonly openAccess: (repositoryId: string) => Promise<RepositoryAccess>;
  readonly timeZone: string;
  readonly log: { warn(details: object, message: string): void };
}

const HOUR_MS = 3_600_000;

/**
 * Measures what repositories take: soon after a backup or a prune has changed one, after a start, as nobody knows what changed shortly
 * before, and every few hours in any case. The figures of a day are one row, so that years of them are small.
 */
export class StorageWatch {
  readonly #deps: StorageWatchDeps;
  /** Measured since the start, and not changed since. */
  readonly #current = new Set<string>();

  constructor(deps: StorageWatchDeps) {
    this.#deps = deps;
  }

  changed(repositoryId: string): void {
    this.#current.delete(repositoryId);
  }

  /** Measures what has changed, and what was not looked at for long. */
  async measureDue(signal: AbortSignal): Promise<void> {
    const { catalog, clock } = this.#deps;
    const nowMs = clock.now().getTime();
    const due = await catalog.read(async ({ repositories, storage }) => {
      const found: RepositoryRecord[] = [];
      for (const repository of await repositories.list()) {
        const latest = await storage.latest(repository.id);
        const isOld = !latest || nowMs - latest.at.getTime() > 6 * HOUR_MS || latest.at.getTime() > nowMs;
        if (isOld || !this.#current.has(repository.id)) found.push(repository);
      }
      return found;
    });
    for (const repository of due) {
      if (signal.aborted) return;
      await this.#measure(repository, signal);
    }
  }

  async #measure(repository: RepositoryRecord, signal: AbortSignal): Promise<void> {
    const { catalog, clock, engine, openAccess, events, log, timeZone } = this.#deps;
    // Before: what changes meanwhile is measured again.
    this.#current.add(repository.id);
    try {
      const facts = await engine.storage(await openAccess(repository.id), { signal });
      const at = clock.now();
      await catalog.write(async (stores) => {
        // Disconnected meanwhile.
        if (!(await stores.repositories.find(repository.id))) return;
        await stores.storage.put({
          ...{ repositoryId: repository.id, day: dayOf(at, timeZone), at },
          storedBytes: facts.storedBytes,
          unusedBytes: facts.unusedBytes,
          freeBytes: facts.freeBytes,
          capacityBytes: facts.capacityBytes,
          snapshots: facts.snapshots,
        });
      });
      events.publish('storage.measured', at, { repository_id: repository.id, stored_bytes: facts.storedBytes });
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error, repository: repository.id }, 'A repository could not be measured.');
    }
  }
}
