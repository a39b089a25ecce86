import { Adoption } from '../app/backup/adoption/adoption.ts';
import { Removals } from '../app/backup/removals.ts';
import { slotKeys, slotLimit } from '../app/backup/slot-keys.ts';
import { TargetPlaces } from '../app/backup/target-places.ts';
import type { BackupBrowser } from '../app/browse/ports.ts';
import type { RepositoryAccess } from '../app/engine-jobs/ports/job-context.ts';
import type { EngineJobs } from '../app/engine-jobs/ports/jobs.ts';
import { RepositoryAccesses } from '../app/repositories/repository-access.ts';
import type { Immutability } from '../app/retention/immutability.ts';
import { ThreadEngineJobs } from '../infra/engine-jobs/thread-engine-jobs.ts';
import { ThreadSnapshotBrowser } from '../infra/engine-jobs/thread-snapshot-browser.ts';
import type { Foundation } from './foundation.ts';
import { buildRepositories, type RepositoryArea, type RepositoryParts } from './repositories.ts';
import type { RunsOptions } from './runs.ts';

/** What everything about backups is built on: the engine, the repositories, and what must not happen to both at once. */
export interface Protection {
  readonly engine: EngineJobs;
  readonly browser: BackupBrowser;
  readonly repositories: RepositoryArea;
  readonly immutability: Immutability;
  readonly openAccess: (repositoryId: string) => Promise<RepositoryAccess>;
  readonly removals: Removals;
  readonly adoption: Adoption;
  /** How many runs may work on a target and on a repository at once. */
  readonly slots: Required<Pick<RunsOptions, 'keysOf' | 'limitOf'>>;
  /** When no run uses the engine any more. */
  stop(): Promise<void>;
}

export async function openProtection(
  foundation: Foundation,
  version: string,
  options: Pick<RepositoryParts, 'rotationGraceMs'>,
): Promise<Protection> {
  const { catalog, clock, events, secrets, settings, timeZone } = foundation;
  const engine = new ThreadEngineJobs({ programVersion: `guardit ${version}` });
  const browser = new ThreadSnapshotBrowser();
  const places = new TargetPlaces();
  const stopFollowing = places.follow(events);
  await catalog.read((stores) => places.load(stores));
  const accesses = new RepositoryAccesses({ catalog, secrets });
  const openAccess = (repositoryId: string) => accesses.openAccess(repositoryId);
  const removals = new Removals({ catalog, clock, engine, openAccess });
  const { maxRetries, perRepository } = settings.runs;
  const adoption = new Adoption({ catalog, clock, events, removals, timeZone, maxRetries });
  const repositories = await buildRepositories(foundation, { jobs: engine, adoption, version, ...options });
  return {
    ...{ engine, repositories, openAccess, removals, adoption, browser },
    immutability: repositories.immutability,
    slots: {
      keysOf: (task, run) => slotKeys(task, run, places),
      limitOf: (key) => slotLimit(key, perRepository),
    },
    stop: async () => {
      stopFollowing();
      await browser.close();
      await engine.close();
    },
  };
}
