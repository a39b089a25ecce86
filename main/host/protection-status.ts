import type { BackupMetricsView } from '../../contracts/protection-status.ts';
import type { Operation } from '../api/operation.ts';
import { protectionStatusOperations } from '../api/routes/protection-status.ts';
import { Anomalies } from '../app/anomalies/anomalies.ts';
import type { AfterBackup } from '../app/backup/ports.ts';
import type { EngineJobs } from '../app/engine-jobs/ports/jobs.ts';
import { backupMetrics, type MetricsDeps } from '../app/protection/backup-metrics.ts';
import { ProtectionReport } from '../app/protection/protection-report.ts';
import { storageStatus } from '../app/storage/read-storage.ts';
import { StorageWatch, type StorageWatchDeps } from '../app/storage/storage-watch.ts';
import { createBackupMetrics } from '../infra/metrics/backup-metrics.ts';
import type { Foundation } from './foundation.ts';
import type { Chore } from './housekeeping.ts';
import type { RunsArea } from './runs.ts';

export interface ProtectionStatusArea {
  readonly operations: readonly Operation[];
  readonly after: AfterBackup;
  readonly chores: readonly Chore[];
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const METRICS_DAYS = 30;

/** How well everything is protected: status, figures, storage, and what is unusual. */
export function buildProtectionStatus(
  foundation: Foundation,
  runs: RunsArea,
  { engine, openAccess }: { readonly engine: Pick<EngineJobs, 'storage'> } & Pick<StorageWatchDeps, 'openAccess'>,
): ProtectionStatusArea {
  const { catalog, clock, events, audit, timeZone, log, metrics } = foundation;
  const anomalies = new Anomalies({ catalog, clock, events, audit });
  const report = new ProtectionReport({
    ...{ catalog, clock, nextStart: runs.nextStart },
    dueSince: (taskId, now) => runs.scheduler.dueSince(taskId, now),
    current: (run) => runs.dispatcher.current(run),
  });
  const storage = new StorageWatch({ catalog, clock, events, engine, openAccess, timeZone, log });
  events.subscribe(({ type, data }) => {
    const { repository_id: id } = data;
    const hasChanged = ['backup.completed', 'backup.removed', 'repository.pruned', 'repository.created'].includes(type);
    if (hasChanged && typeof id === 'string') storage.changed(id);
  });
  const figures = rememberedFigures({ catalog, clock, timeZone }, events);
  const gauges = createBackupMetrics(metrics);
  return {
    operations: protectionStatusOperations({
      ...{ report, catalog, clock, anomalies },
      metrics: { catalog, clock, timeZone },
    }),
    after: {
      name: 'anomaly',
      follow: async (backup, { warn }) => {
        const anomaly = await anomalies.lookAt(backup);
        if (anomaly) warn(`This backup is unusual: ${anomaly.message}.`);
      },
    },
    chores: [
      {
        name: 'storage',
        everyMs: 20 * SECOND_MS,
        firstAfterMs: 5 * SECOND_MS,
        work: (signal) => storage.measureDue(signal),
      },
      {
        name: 'backup-metrics',
        everyMs: MINUTE_MS,
        firstAfterMs: 10 * SECOND_MS,
        work: async () => {
          gauges.show(await figures(), await storageStatus(catalog, clock.now()), await report.targets());
        },
      },
    ],
  };
}

/** What 30 days of backups come to: read again when one has ended or gone, and once an hour as days pass. */
function rememberedFigures(deps: MetricsDeps, events: Pick<Foundation['events'], 'subscribe'>) {
  let isOld = true;
  let readAtMs = 0;
  let figures: Promise<BackupMetricsView> | undefined;
  events.subscribe(({ type }) => {
    if (/^(backup|target)\./.test(type) && type !== 'backup.progress') isOld = true;
  });
  return (): Promise<BackupMetricsView> => {
    const nowMs = deps.clock.now().getTime();
    if (!figures || isOld || Math.abs(nowMs - readAtMs) >= HOUR_MS) {
      [isOld, readAtMs] = [false, nowMs];
      figures = backupMetrics(deps, METRICS_DAYS);
      // What failed is no figure to remember.
      figures.catch(() => (isOld = true));
    }
    return figures;
  };
}
