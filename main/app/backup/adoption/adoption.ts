import type { SnapshotFacts } from '../../engine-jobs/ports/job-facts.ts';
import type { RepositoryRecord, SnapshotAdoption } from '../../repositories/ports.ts';
import type { TargetDeps } from '../../targets/target-deps.ts';
import type { BackupDeps } from '../backup-deps.ts';
import { announceBackup } from '../start-backups.ts';
import { adoptSnapshot } from './adopt-snapshot.ts';

export type AdoptionDeps = Pick<BackupDeps, 'catalog' | 'clock' | 'events' | 'removals'> &
  Pick<TargetDeps, 'timeZone' | 'maxRetries'>;

/** Each write takes so many, so that nobody waits for a repository with thousands of snapshots. */
const PER_WRITE = 50;

/** Snapshots that no backup is known of become backups. */
export class Adoption implements SnapshotAdoption {
  readonly #deps: AdoptionDeps;

  constructor(deps: AdoptionDeps) {
    this.#deps = deps;
  }

  async adopt({ id }: Pick<RepositoryRecord, 'id'>, snapshots: readonly SnapshotFacts[]): Promise<number> {
    return this.#deps.removals.exclusive(id, () => this.take(id, snapshots));
  }

  /** For whoever has the repository for itself already. `snapshots` were listed since then. */
  async take(repositoryId: string, snapshots: readonly SnapshotFacts[]): Promise<number> {
    const { catalog, clock, timeZone, maxRetries } = this.#deps;
    // The order of backups is that in which they were made.
    const sorted = snapshots.toSorted((one, other) => Date.parse(one.time) - Date.parse(other.time));
    let count = 0;
    for (let first = 0; first < sorted.length; first += PER_WRITE) {
      const at = clock.now();
      const adopted = await catalog.write(async (stores) => {
        const made = [];
        for (const snapshot of sorted.slice(first, first + PER_WRITE)) {
          const backup = await adoptSnapshot(stores, snapshot, repositoryId, { timeZone, maxRetries }, at);
          if (backup) made.push(backup);
        }
        return made;
      });
      for (const backup of adopted) announceBackup(this.#deps, 'found', backup, at);
      count += adopted.length;
    }
    return count;
  }
}
