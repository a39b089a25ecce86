import type { ActionType } from '../../contracts/actions.ts';
import type { Operation } from '../api/operation.ts';
import { clockOperations } from '../api/routes/clock.ts';
import { repositoryOperations } from '../api/routes/repositories.ts';
import type { EngineJobs } from '../app/engine-jobs/ports/jobs.ts';
import { KeyRotationExecutor } from '../app/repositories/key-rotation-executor.ts';
import type { SnapshotAdoption } from '../app/repositories/ports.ts';
import { RepositoryAccesses } from '../app/repositories/repository-access.ts';
import type { RepositoryDeps } from '../app/repositories/repository-deps.ts';
import { watchRepositories } from '../app/repositories/repository-watch.ts';
import type { RotationRuns } from '../app/repositories/request-rotation.ts';
import { SerialWork } from '../app/repositories/serial-work.ts';
import { SettingsBackupExecutor } from '../app/repositories/settings-backup-executor.ts';
import { Immutability } from '../app/retention/immutability.ts';
import { TrustedClock } from '../app/retention/trusted-clock.ts';
import type { Executor } from '../app/runs/ports.ts';
import { LocalPlaces } from '../infra/repositories/local-places.ts';
import { DataFolderSettings } from '../infra/repositories/settings-source.ts';
import type { Foundation } from './foundation.ts';
import type { Chore } from './housekeeping.ts';

export interface RepositoryParts {
  readonly jobs: EngineJobs;
  readonly adoption: SnapshotAdoption;
  readonly version: string;
  /** For tests: how long a key rotation waits before it removes the old key. */
  readonly rotationGraceMs?: number | undefined;
}

export interface RepositoryArea {
  readonly deps: RepositoryDeps;
  readonly accesses: RepositoryAccesses;
  readonly trustedClock: TrustedClock;
  readonly immutability: Immutability;
  readonly executors: Partial<Record<ActionType, Executor>>;
  /** Needs what executes runs, which needs the executors first. */
  operations(runs: Pick<RotationRuns, 'dispatcher'>): readonly Operation[];
  readonly chores: readonly Chore[];
}

const MINUTE_MS = 60_000;

/** Repositories, their keys, GuardIT's own backup, and what can't be removed before its time. */
export async function buildRepositories(foundation: Foundation, parts: RepositoryParts): Promise<RepositoryArea> {
  const { catalog, clock, events, audit, secrets, log, timeZone, folder } = foundation;
  const trustedClock = await TrustedClock.load({ catalog, clock, monotonicMs: () => performance.now() });
  const immutability = new Immutability(trustedClock, clock);
  const accesses = new RepositoryAccesses({ catalog, secrets });
  const deps: RepositoryDeps = {
    ...{ catalog, clock, events, audit, secrets, accesses, immutability, timeZone },
    jobs: parts.jobs,
    adoption: parts.adoption,
    places: new LocalPlaces(folder.path),
    journal: log,
    keyWork: new SerialWork(),
  };
  const settings = new DataFolderSettings({
    dataFolder: folder.path,
    copyCatalogTo: (path) => catalog.backupTo(path),
    exportSecretsTo: (path) => secrets.exportOpened(path),
    clock,
    version: parts.version,
  });
  return {
    ...{ deps, accesses, trustedClock, immutability },
    executors: {
      key_rotation: new KeyRotationExecutor(deps, parts.rotationGraceMs),
      settings_backup: new SettingsBackupExecutor(deps, settings),
    },
    operations: ({ dispatcher }) => [
      ...repositoryOperations({ repositories: deps, runs: { catalog, clock, events, audit, dispatcher } }),
      ...clockOperations({ trustedClock, audit }),
    ],
    chores: [
      { name: 'trusted-clock', everyMs: MINUTE_MS, work: () => trustedClock.heartbeat() },
      {
        name: 'repositories',
        everyMs: 15 * MINUTE_MS,
        firstAfterMs: MINUTE_MS,
        work: (signal) => watchRepositories(deps, signal),
      },
    ],
  };
}
