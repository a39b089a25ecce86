import type { Catalog, Stores } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import type { JobContext, RepositoryAccess } from '../engine-jobs/ports/job-context.ts';
import type { EngineJobs } from '../engine-jobs/ports/jobs.ts';
import { engineFailure } from '../errors/engine-face.ts';
import type { BackupRecord } from './ports.ts';

export interface RemovalDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly engine: Pick<EngineJobs, 'forget' | 'listSnapshots'>;
  readonly openAccess: (repositoryId: string) => Promise<RepositoryAccess>;
}

export interface Removal {
  readonly repositoryId: string;
  readonly backupIds: readonly string[];
  /** One clause, kept with the record: `deleted by admin`, `retention`. */
  readonly reason: string;
  /** Within the write that marks them: an audit record, links of a chain. A throw stops everything. */
  readonly alongside?: (stores: Stores, removed: readonly BackupRecord[]) => Promise<void>;
}

/**
 * Takes backups away, from the catalog first and then from the repository: so a backup that is listed has its snapshot,
 * whatever happens in between. One whose snapshot is still there after a crash is listed again by the next reconciliation,
 * which never runs while this does.
 */
export class Removals {
  readonly #deps: RemovalDeps;
  readonly #chains = new Map<string, Promise<unknown>>();

  constructor(deps: RemovalDeps) {
    this.#deps = deps;
  }

  /** While nobody else removes, tags or reconciles snapshots of the repository. */
  async exclusive<T>(repositoryId: string, work: () => Promise<T>): Promise<T> {
    const before = this.#chains.get(repositoryId) ?? Promise.resolve();
    const done = before.then(work);
    const settled = done.catch(() => undefined);
    this.#chains.set(repositoryId, settled);
    try {
      return await done;
    } finally {
      if (this.#chains.get(repositoryId) === settled) this.#chains.delete(repositoryId);
    }
  }

  /** Gives those that are gone. Throws what the repository says when one could not be removed; it is listed as before. */
  async remove(removal: Removal, context: JobContext): Promise<readonly BackupRecord[]> {
    return this.exclusive(removal.repositoryId, () => this.#remove(removal, context));
  }

  async #remove(removal: Removal, context: JobContext): Promise<readonly BackupRecord[]> {
    const { catalog, clock, engine, openAccess } = this.#deps;
    const access = await openAccess(removal.repositoryId);
    const removedAt = clock.now();
    const marked = await catalog.write(async (stores) => {
      const found: BackupRecord[] = [];
      for (const id of removal.backupIds) {
        const backup = await stores.backups.find(id);
        if (!backup || backup.removedAt || backup.snapshotId === null) continue;
        await stores.backups.update({ ...backup, removedAt, removedReason: removal.reason });
        found.push(backup);
      }
      await removal.alongside?.(stores, found);
      return found;
    });
    if (marked.length === 0) return [];
    const ids = marked.flatMap(({ snapshotId }) => snapshotId ?? []);
    let failure: Error | null = null;
    let kept: ReadonlySet<string>;
    try {
      const { failedIds } = await engine.forget(access, ids, context);
      kept = new Set(failedIds);
    } catch (error) {
      // Gone already, by another program: that is what was asked for.
      failure = engineFailure(error)?.code === 'snapshot_not_found' ? null : errorOf(error);
      kept = await this.#stillThere(access, ids);
    }
    await this.#listAgain(marked.filter(({ snapshotId }) => snapshotId !== null && kept.has(snapshotId)));
    if (failure !== null) throw failure;
    return marked.filter(({ snapshotId }) => snapshotId !== null && !kept.has(snapshotId));
  }

  /** None where the repository does not say: the next reconciliation looks again. */
  async #stillThere(access: RepositoryAccess, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const { signal } = new AbortController();
    const listed = await this.#deps.engine.listSnapshots(access, { signal }).catch(() => []);
    const present = new Set(listed.map(({ id }) => id));
    return new Set(ids.filter((id) => present.has(id)));
  }

  async #listAgain(backups: readonly BackupRecord[]): Promise<void> {
    if (backups.length === 0) return;
    await this.#deps.catalog.write(async (stores) => {
      for (const { id } of backups) {
        const now = await stores.backups.find(id);
        if (now?.removedAt) await stores.backups.update({ ...now, removedAt: null, removedReason: null });
      }
    });
  }
}

function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
