import type { SnapshotFacts } from '../../engine-jobs/ports/job-facts.ts';
import { relinkStoredChains } from '../../retention/relink-stored-chains.ts';
import type { RunsLog } from '../../runs/run-attempt.ts';
import type { BackupDeps } from '../backup-deps.ts';
import { readTags } from '../backup-id.ts';
import type { BackupRecord } from '../ports.ts';
import { announceBackup } from '../start-backups.ts';
import type { Adoption } from './adoption.ts';

export interface ReconciliationDeps extends Pick<
  BackupDeps,
  'catalog' | 'clock' | 'events' | 'engine' | 'openAccess' | 'removals'
> {
  readonly adoption: Pick<Adoption, 'take'>;
  readonly journal: RunsLog;
}

/** What a look into a repository changed in the catalog. */
export interface Reconciled {
  readonly found: number;
  readonly lost: number;
}

const OUTSIDE = 'removed outside GuardIT';

/**
 * Makes the catalog say what is in a repository, which other programs use as well: snapshots that it does not know become
 * backups, backups whose snapshot is gone are marked as removed.
 */
export class Reconciliation {
  readonly #deps: ReconciliationDeps;

  constructor(deps: ReconciliationDeps) {
    this.#deps = deps;
  }

  /** Of every repository; one that can't be opened is left for the next time. */
  async all(signal: AbortSignal): Promise<void> {
    const repositories = await this.#deps.catalog.read((stores) => stores.repositories.list());
    for (const { id } of repositories) {
      if (signal.aborted) return;
      try {
        await this.one(id, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#deps.journal.warn(
          { err: error, repositoryId: id },
          'A repository could not be compared with the catalog.',
        );
      }
    }
  }

  async one(repositoryId: string, signal: AbortSignal): Promise<Reconciled> {
    const changed = await this.#deps.removals.exclusive(repositoryId, () => this.#compare(repositoryId, signal));
    const { journal } = this.#deps;
    if (changed.found + changed.lost > 0) {
      journal.info({ repositoryId, ...changed }, 'The catalog follows a repository that others have changed.');
    }
    return changed;
  }

  async #compare(repositoryId: string, signal: AbortSignal): Promise<Reconciled> {
    const { catalog, engine, openAccess } = this.#deps;
    const access = await openAccess(repositoryId);
    // Before the list is read: what is completed meanwhile is not in it, and not lost.
    const known = await catalog.read((stores) => stores.backups.ofRepository(repositoryId));
    const snapshots = await engine.listSnapshots(access, { signal });
    const present = new Set(snapshots.map(({ id }) => id));
    const missing = known.filter(({ snapshotId }) => snapshotId !== null && !present.has(snapshotId));
    const lost = await this.#seeToMissing(missing, snapshots);
    const listed = new Set(known.map(({ snapshotId }) => snapshotId));
    const unknown = snapshots.filter(({ id }) => !listed.has(id));
    return { lost, found: await this.#deps.adoption.take(repositoryId, unknown) };
  }

  async #seeToMissing(missing: readonly BackupRecord[], snapshots: readonly SnapshotFacts[]): Promise<number> {
    const { catalog, clock } = this.#deps;
    const tagged = new Map(snapshots.flatMap((snapshot) => named(snapshot)));
    let count = 0;
    for (const backup of missing) {
      const at = clock.now();
      const removed = await catalog.write(async (stores) => {
        const now = await stores.backups.find(backup.id);
        if (!now || now.removedAt || now.snapshotId !== backup.snapshotId) return null;
        const moved = tagged.get(backup.id);
        // A change of tags, by us or by others, gives a snapshot another id.
        if (moved && !(await stores.backups.findBySnapshot(backup.repositoryId, moved.id))) {
          const { immutableUntil } = readTags(moved.tags);
          await stores.backups.update({
            ...now,
            snapshotId: moved.id,
            immutableUntil: immutableUntil ?? now.immutableUntil,
          });
          return null;
        }
        const gone = { ...now, removedAt: at, removedReason: OUTSIDE };
        await stores.backups.update(gone);
        await relinkStoredChains(stores, [gone]);
        return gone;
      });
      if (!removed) continue;
      count++;
      announceBackup(this.#deps, 'removed', removed, at);
    }
    return count;
  }
}

function named(snapshot: SnapshotFacts): [string, SnapshotFacts][] {
  const { backupId } = readTags(snapshot.tags);
  return backupId === null ? [] : [[backupId, snapshot]];
}
