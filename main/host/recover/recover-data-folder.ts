import { resolve } from 'node:path';
import { SETTINGS_TAG, type SettingsManifest } from '../../../contracts/settings-snapshot.ts';
import { Adoption } from '../../app/backup/adoption/adoption.ts';
import { closeBackupOf } from '../../app/backup/close-backups.ts';
import { Removals } from '../../app/backup/removals.ts';
import type { Catalog } from '../../app/catalog/ports.ts';
import type { Clock } from '../../app/clock/ports.ts';
import type { JobContext } from '../../app/engine-jobs/ports/job-context.ts';
import type { SnapshotFacts } from '../../app/engine-jobs/ports/job-facts.ts';
import type { EngineJobs } from '../../app/engine-jobs/ports/jobs.ts';
import { EventBus } from '../../app/events/event-bus.ts';
import type { RepositoryRecord } from '../../app/repositories/ports.ts';
import { RepositoryAccesses } from '../../app/repositories/repository-access.ts';
import { RunRecords } from '../../app/runs/run-records.ts';
import { makeDataFolder } from '../../infra/data-folder/data-folder.ts';
import { ThreadEngineJobs } from '../../infra/engine-jobs/thread-engine-jobs.ts';
import { createServiceLog } from '../../infra/log/service-log.ts';
import { FileSecretStore } from '../../infra/secrets/file-secret-store.ts';
import { openCatalog } from '../../infra/store/open-catalog.ts';
import { Settings } from '../settings.ts';
import { FolderToBe } from './empty-folder.ts';
import { restoreNewestSettings } from './restore-settings.ts';
import { settleRepository, type SettledRepository, type SettleParts } from './settle-repository.ts';

export interface RecoverOptions {
  /** A folder. */
  readonly location: string;
  /** The recovery kit's, or any other that opens the repository. */
  readonly password: string;
  /** Empty, or not there yet. */
  readonly dataFolder: string;
  readonly version: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** For tests. */
  readonly clock?: Clock;
}

/** What came back. */
export interface RecoveryReport {
  readonly dataFolder: string;
  /** Null: the repository holds none that can be used; the catalog is new. */
  readonly settings: SettingsManifest | null;
  readonly repository: SettledRepository;
  readonly counts: {
    readonly targets: number;
    readonly schedules: number;
    readonly backups: number;
    readonly tasks: number;
    readonly runs: number;
    readonly secrets: number;
  };
  /** Of the repository, without those of settings. */
  readonly snapshots: number;
  /** Of those, how many the catalog did not know: they were made later or by others, and are backups of it now. */
  readonly adopted: number;
  /** Runs that were under way in the catalog's copy, and are closed as failed. */
  readonly closedRuns: number;
}

const RECOVERED = { code: 'recovered', reason: 'GuardIT was recovered from a backup that was made while it ran.' };

/**
 * Makes a data folder from what a repository holds: the catalog, the configuration, custom functions and secrets, as they were
 * backed up last. Where it holds none of them, the repository is connected to a new catalog. Throws RecoveryRefused, and
 * what the engine throws: `wrong_password`, `repository_not_found`, …
 */
export async function recoverDataFolder(options: RecoverOptions): Promise<RecoveryReport> {
  const target = resolve(options.dataFolder);
  const folder = await FolderToBe.prepare(target);
  const jobs = new ThreadEngineJobs({ programVersion: `guardit ${options.version}` });
  try {
    const report = await recoverInto(options, folder, jobs, target);
    await folder.finish();
    return report;
  } catch (error) {
    await folder.discard();
    throw error;
  } finally {
    await jobs.close();
  }
}

async function recoverInto(
  options: RecoverOptions,
  folder: FolderToBe,
  jobs: EngineJobs,
  target: string,
): Promise<RecoveryReport> {
  const { signal, say, password, clock = { now: () => new Date() } } = options;
  const access = { location: resolve(options.location), password };
  const context: JobContext = { signal };
  const facts = await jobs.openRepository(access, context);
  const snapshots = await jobs.listSnapshots(access, context);
  const catalogOptions = { clock, log: createServiceLog('error') };
  const parts = { jobs, access, context, folder, catalogOptions, say };
  const restored = await restoreNewestSettings(parts, snapshots);
  makeDataFolder(folder.path);
  const catalog = restored?.catalog ?? (await openCatalog({ ...catalogOptions, folder: folder.path }));
  try {
    const secrets = new FileSecretStore(makeDataFolder(folder.path).secrets);
    await secrets.sealAll();
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const closedRuns = await closeRuns(catalog, clock, timeZone);
    const settle = { catalog, secrets, clock, jobs, access, facts, context, timeZone };
    const repository = await settleRepository(settle);
    const counts = await countsOf(catalog);
    const adopted = await adopt(settle, repository.record, snapshots);
    const others = snapshots.filter(({ tags }) => !tags.includes(SETTINGS_TAG));
    return {
      dataFolder: target,
      settings: restored?.manifest ?? null,
      repository,
      counts: { ...counts, secrets: (await secrets.list()).length },
      snapshots: others.length,
      adopted,
      closedRuns,
    };
  } finally {
    await catalog.close();
  }
}

/** Also those that waited: what they were to do was days ago, and the machine is another. */
async function closeRuns(catalog: Catalog, clock: Clock, timeZone: string): Promise<number> {
  const records = new RunRecords({ catalog, clock, events: new EventBus(), timeZone, onEnd: closeBackupOf });
  const active = await catalog.read(({ runs }) => runs.listActive());
  for (const run of active) await records.end(run, { state: 'failed', failure: RECOVERED });
  return active.length;
}

/** What was made after the catalog's copy, by this GuardIT or by others. */
function adopt(
  { catalog, clock, jobs, secrets, timeZone }: SettleParts,
  record: RepositoryRecord,
  snapshots: readonly SnapshotFacts[],
): Promise<number> {
  const accesses = new RepositoryAccesses({ catalog, secrets });
  const openAccess = (repositoryId: string) => accesses.openAccess(repositoryId);
  const removals = new Removals({ catalog, clock, engine: jobs, openAccess });
  const { maxRetries } = Settings.parse({}).runs;
  const adoption = new Adoption({ catalog, clock, events: new EventBus(), removals, timeZone, maxRetries });
  return adoption.adopt(record, snapshots);
}

function countsOf(catalog: Catalog) {
  const visibleTo = { all: true };
  return catalog.read(async ({ targets, backupSchedules, backups, tasks, runs }) => ({
    targets: (await targets.list()).length,
    schedules: (await backupSchedules.list()).length,
    backups: await backups.count({}),
    tasks: await tasks.count({ visibleTo }),
    runs: await runs.count({ visibleTo }),
  }));
}
