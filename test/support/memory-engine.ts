import { randomBytes } from 'node:crypto';
import type { JobContext, RepositoryAccess } from '../../main/app/engine-jobs/ports/job-context.ts';
import type { BackupFacts, BackupWork, SnapshotFacts } from '../../main/app/engine-jobs/ports/job-facts.ts';
import type { EngineJobs } from '../../main/app/engine-jobs/ports/jobs.ts';
import { EngineError } from '../../main/engine/index.ts';

/** What lies in a repository, whoever lives or dies around it. */
export class MemoryDisk {
  readonly snapshots = new Map<string, SnapshotFacts>();
}

export const FACTS: Omit<BackupFacts, 'snapshotId'> = {
  ...{ filesNew: 1, filesChanged: 0, filesUnmodified: 0, foldersNew: 0, foldersChanged: 0, foldersUnmodified: 0 },
  ...{ totalFiles: 1, totalBytes: 10, addedBytes: 10, addedStoredBytes: 5, warningCount: 0, durationMs: 1 },
};

/**
 * The engine's part that backups use, over a disk in memory, for tests of what happens between its jobs and the catalog's
 * writes. The real engine's own crash safety is tested with the engine. `step` is told before and after each effect.
 */
export class MemoryEngine {
  readonly #disk: MemoryDisk;
  readonly #step: (what: string) => void;

  constructor(disk: MemoryDisk, step: (what: string) => void = () => undefined) {
    this.#disk = disk;
    this.#step = step;
  }

  /** As the ports have it; jobs that no test of this kind needs are not there. */
  asJobs(): EngineJobs {
    return this as unknown as EngineJobs;
  }

  listSnapshots(_access: RepositoryAccess, { signal }: JobContext): Promise<readonly SnapshotFacts[]> {
    return this.#do('list', signal, () => [...this.#disk.snapshots.values()]);
  }

  backup(_access: RepositoryAccess, work: BackupWork, { signal }: JobContext): Promise<BackupFacts> {
    return this.#do('backup', signal, () => {
      const id = randomBytes(32).toString('hex');
      const { paths, tags, parentSnapshotId: parentId } = work;
      const time = new Date().toISOString();
      const made = { hostName: 'host', userName: 'user', programVersion: null, totalFiles: 1, totalBytes: 10 };
      this.#disk.snapshots.set(id, { id, time, parentId, paths, tags, ...made });
      return { ...FACTS, snapshotId: id };
    });
  }

  verifySnapshot(_access: RepositoryAccess, snapshotId: string, { signal }: JobContext) {
    return this.#do('verify', signal, () => {
      const isSound = this.#disk.snapshots.has(snapshotId);
      const errors = isSound ? [] : ['The snapshot is not there.'];
      return { isSound, snapshots: 1, files: 1, packs: 1, blobs: 1, readBytes: 10, errorCount: errors.length, errors };
    });
  }

  forget(_access: RepositoryAccess, snapshotIds: readonly string[], { signal }: JobContext) {
    return this.#do('forget', signal, () => {
      const missing = snapshotIds.find((id) => !this.#disk.snapshots.has(id));
      if (missing !== undefined) throw new EngineError('snapshot_not_found', `There is no snapshot ${missing}.`);
      for (const id of snapshotIds) this.#disk.snapshots.delete(id);
      return { removedIds: snapshotIds, failedIds: [] };
    });
  }

  prune(_access: RepositoryAccess, _options: unknown, { signal }: JobContext) {
    return this.#do('prune', signal, () => ({
      removedPacks: 1,
      repackedPacks: 0,
      freedBytes: 5,
      keptBytes: 5,
      durationMs: 1,
    }));
  }

  tagSnapshot(
    _access: RepositoryAccess,
    snapshotId: string,
    { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
    { signal }: JobContext,
  ): Promise<string> {
    return this.#do('tag', signal, () => {
      const old = this.#disk.snapshots.get(snapshotId);
      if (!old) throw new EngineError('snapshot_not_found', `There is no snapshot ${snapshotId}.`);
      const id = randomBytes(32).toString('hex');
      this.#disk.snapshots.set(id, { ...old, id, tags: [...old.tags.filter((tag) => !remove.includes(tag)), ...add] });
      this.#disk.snapshots.delete(snapshotId);
      return id;
    });
  }

  async #do<T>(what: string, signal: AbortSignal, effect: () => T): Promise<T> {
    this.#step(`before ${what}`);
    if (signal.aborted) throw new EngineError('cancelled', 'It was cancelled.');
    const result = effect();
    this.#step(`after ${what}`);
    return Promise.resolve(result);
  }
}
