import type { BackupRecord } from '../backup/ports.ts';
import type { Catalog } from '../catalog/ports.ts';
import type { RepositoryAccess } from '../engine-jobs/ports/job-context.ts';
import type { EngineJobs } from '../engine-jobs/ports/jobs.ts';
import { engineFace } from '../errors/engine-face.ts';
import type { SearchIndex } from './ports.ts';

export interface UpkeepParts {
  readonly catalog: Catalog;
  readonly engine: EngineJobs;
  readonly index: SearchIndex;
  readonly openAccess: (repositoryId: string) => Promise<RepositoryAccess>;
  readonly log: {
    info(details: object, message: string): void;
    warn(details: object, message: string): void;
  };
}

type Indexable = BackupRecord & { readonly snapshotId: string };

/** Of the codes that say that a snapshot itself is no good: it is not tried again. */
const UNREADABLE: readonly string[] = ['repository_damaged', 'snapshot_not_found'];

/**
 * Keeps the search indexes as the catalog is: one target after the other, in the background, whenever somebody says that
 * something may have changed. What fails is tried again when that is said the next time; no backup ever waits for it.
 */
export class IndexUpkeep {
  readonly #parts: UpkeepParts;
  readonly #waiting = new Set<string>();
  readonly #abort = new AbortController();
  #working: Promise<void> | null = null;

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
  }

  /** Something may have changed: a backup was made or removed, or the index is not complete. */
  request(targetId: string): void {
    if (this.#abort.signal.aborted) return;
    this.#waiting.add(targetId);
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
      const [next] = this.#waiting;
      if (next !== undefined) this.request(next);
    });
  }

  /** For the start: what was made or removed while nobody looked. */
  async requestAll(): Promise<void> {
    const targets = await this.#parts.catalog.read(({ targets: store }) => store.list({ withRemoved: true }));
    for (const { id } of targets) this.request(id);
  }

  /** Resolves when nothing is being done any more. */
  async settled(): Promise<void> {
    while (this.#working) await this.#working;
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    this.#waiting.clear();
    await this.#working;
  }

  async #work(): Promise<void> {
    for (const targetId of this.#waiting) {
      this.#waiting.delete(targetId);
      if (this.#abort.signal.aborted) return;
      try {
        await this.#align(targetId);
      } catch (error) {
        if (this.#abort.signal.aborted) return;
        this.#parts.log.warn({ err: error, targetId }, 'The search index of a target could not be brought up to date.');
      }
    }
  }

  async #align(targetId: string): Promise<void> {
    const { catalog, index } = this.#parts;
    const wanted = await catalog.read(({ backups }) => indexableBackups(backups.completed(targetId)));
    if (wanted.length === 0) return index.drop(targetId);
    let known = await index.snapshots(targetId);
    const ids = new Set(wanted.map(({ snapshotId }) => snapshotId));
    const gone = known.filter(({ snapshotId }) => !ids.has(snapshotId)).map(({ snapshotId }) => snapshotId);
    if (gone.length > 0) await index.remove(targetId, gone);
    known = known.filter(({ snapshotId }) => ids.has(snapshotId));
    const indexed = new Set(known.map(({ snapshotId }) => snapshotId));
    const newest = Math.max(-Infinity, ...known.map(({ at }) => at.getTime()));
    const missing = wanted.filter(({ snapshotId }) => !indexed.has(snapshotId));
    // Spans go forward in time: one that belongs before others, found or connected later, means to begin anew.
    const isInOrder = missing.every(({ createdAt }) => createdAt.getTime() >= newest);
    if (!isInOrder) await index.drop(targetId);
    for (const backup of isInOrder ? missing : wanted) await this.#add(targetId, backup);
  }

  async #add(targetId: string, backup: Indexable): Promise<void> {
    const { engine, index, openAccess, log } = this.#parts;
    const { signal } = this.#abort;
    signal.throwIfAborted();
    const { snapshotId, id: backupId, createdAt: at } = backup;
    try {
      const access = await openAccess(backup.repositoryId);
      await index.add(targetId, { snapshotId, backupId, at }, (take) =>
        engine.walkSnapshot(access, snapshotId, take, { signal }),
      );
    } catch (error) {
      const face = engineFace(error);
      if (!face || !UNREADABLE.includes(face.api)) throw error;
      log.warn({ err: error, targetId, backupId }, 'A backup can not be read for the search index; it is left out.');
      await index.skip(targetId, { snapshotId, backupId, at });
    }
  }
}

/** Oldest first. */
export async function indexableBackups(completed: Promise<readonly BackupRecord[]>): Promise<Indexable[]> {
  const all = (await completed).flatMap((backup) =>
    backup.snapshotId === null ? [] : [{ ...backup, snapshotId: backup.snapshotId }],
  );
  return all.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}
