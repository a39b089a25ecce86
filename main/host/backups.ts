import type { ActionType } from '../../contracts/actions.ts';
import type { Operation } from '../api/operation.ts';
import { backupScheduleOperations } from '../api/routes/backup-schedules.ts';
import { backupOperations } from '../api/routes/backups.ts';
import { targetOperations } from '../api/routes/targets.ts';
import { Reconciliation } from '../app/backup/adoption/reconciliation.ts';
import { BackupExecutor } from '../app/backup/backup-executor.ts';
import type { BackupDeps } from '../app/backup/backup-deps.ts';
import { closeBackupOf, closeLostBackups, isBackupDone } from '../app/backup/close-backups.ts';
import { ConsolidateExecutor } from '../app/backup/consolidate-executor.ts';
import type { AfterBackup } from '../app/backup/ports.ts';
import { announceEnds } from '../app/backup/run-events.ts';
import type { ScheduleDeps } from '../app/backup/schedules/schedule-deps.ts';
import type { Executor } from '../app/runs/ports.ts';
import type { TargetDeps } from '../app/targets/target-deps.ts';
import { ScriptExecutor } from '../infra/execution/script-executor.ts';
import { LocalSourcePaths } from '../infra/files/source-paths.ts';
import type { Foundation } from './foundation.ts';
import type { Chore } from './housekeeping.ts';
import type { Protection } from './protection.ts';
import type { RunsArea, RunsOptions } from './runs.ts';

/** What the runs of backups need before there is anything that runs them. */
export interface BackupWork extends Required<Pick<RunsOptions, 'onRunEnd' | 'isDone'>> {
  readonly executors: Partial<Record<ActionType, Executor>>;
}

export interface BackupArea {
  readonly operations: readonly Operation[];
  readonly chores: readonly Chore[];
  /** Before runs are taken up again. */
  start(): Promise<void>;
  stop(): void;
}

const HOUR_MS = 3_600_000;
const SOON_MS = 30_000;

/** `after`: what follows each backup, in its order; asked each time. */
export function buildBackupWork(
  foundation: Foundation,
  protection: Protection,
  after: () => readonly AfterBackup[],
): BackupWork {
  const { catalog, clock, events, folder, settings, log } = foundation;
  const { engine, immutability, removals, browser, openAccess } = protection;
  const shared = { catalog, clock, events, engine, immutability, removals, openAccess };
  const { maxLogBytes } = settings.runs;
  return {
    executors: {
      backup: new BackupExecutor({
        ...shared,
        ...{ browser, after, dataFolder: folder.path, journal: log },
        files: new LocalSourcePaths(),
        scripts: new ScriptExecutor({ defaultFolder: folder.path, maxLogBytes }),
      }),
      consolidate: new ConsolidateExecutor(shared),
    },
    onRunEnd: closeBackupOf,
    isDone: (run) => isBackupDone(catalog, run),
  };
}

/** Targets, backups and their schedules (api.md, sections 4 and 5). */
export function buildBackups(foundation: Foundation, protection: Protection, runs: RunsArea): BackupArea {
  const { catalog, clock, events, audit, folder, settings, timeZone, log } = foundation;
  const { engine, immutability, removals, adoption, openAccess } = protection;
  const { maxRetries } = settings.runs;
  const targets: TargetDeps = {
    ...{ catalog, clock, events, audit, timeZone, maxRetries },
    files: new LocalSourcePaths(),
    dataFolder: folder.path,
    nextStart: runs.nextStart,
  };
  const backups: BackupDeps = {
    ...{ catalog, clock, events, audit, engine, immutability, removals, openAccess },
    dispatcher: runs.dispatcher,
  };
  const schedules: ScheduleDeps = { ...targets };
  const reconciliation = new Reconciliation({ ...backups, adoption, journal: log });
  const stopAnnouncing = announceEnds({ catalog, clock, events, log });
  return {
    operations: [
      ...targetOperations(targets),
      ...backupOperations(backups),
      ...backupScheduleOperations(schedules, backups),
    ],
    chores: [
      {
        name: 'repositories-and-catalog',
        everyMs: HOUR_MS,
        firstAfterMs: SOON_MS,
        work: (signal) => reconciliation.all(signal),
      },
    ],
    start: async () => {
      const count = await closeLostBackups(catalog, clock.now());
      if (count > 0) log.warn({ count }, 'Backups whose runs are over are closed.');
    },
    stop: stopAnnouncing,
  };
}
