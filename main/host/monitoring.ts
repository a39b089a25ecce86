import type { Operation } from '../api/operation.ts';
import { statusOperations } from '../api/routes/status.ts';
import { Monitor } from '../app/monitoring/monitor.ts';
import { ingestSpool, type SpoolDeps } from '../app/status/ingest-spool.ts';
import { removeOldReports } from '../app/status/retention.ts';
import { FolderSpool } from '../infra/spool/folder-spool.ts';
import type { Foundation } from './foundation.ts';

export interface MonitoringArea {
  readonly operations: readonly Operation[];
  readonly monitor: Monitor;
  /** Records what lies in the spool. False: something is left that has to wait. */
  ingest(): Promise<boolean>;
  /** Changes when a file comes into the spool or leaves it. */
  spoolVersion(): Promise<string>;
  removeOld(signal: AbortSignal): Promise<void>;
}

/** Statuses of tasks, what follows from them, and the watch over tasks that fall silent. */
export function buildMonitoring(foundation: Foundation): MonitoringArea {
  const { catalog, clock, events, audit, folder, settings, timeZone, log } = foundation;
  const { keepDays } = settings.history;
  const monitor = new Monitor({ catalog, events, timeZone });
  const spool = new FolderSpool(folder.spool);
  const deps: SpoolDeps = { catalog, clock, events, audit, monitor, timeZone, keepDays, spool, log };
  return {
    operations: statusOperations(deps),
    monitor,
    ingest: async () => !(await ingestSpool(deps)).isLeft,
    spoolVersion: () => spool.version(),
    removeOld: async (signal) => {
      const { reports, runs } = await removeOldReports(catalog, { now: clock.now(), keepDays, signal });
      if (reports + runs > 0) log.info({ reports, runs }, 'Old reports were removed.');
    },
  };
}
