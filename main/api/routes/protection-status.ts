import { BackupMetricsView, BackupStatusView, MetricsQuery } from '../../../contracts/protection-status.ts';
import { RepositoryParams } from '../../../contracts/repositories.ts';
import { StorageHistoryView, StorageStatusView } from '../../../contracts/storage.ts';
import type { Anomalies } from '../../app/anomalies/anomalies.ts';
import type { Catalog } from '../../app/catalog/ports.ts';
import type { Clock } from '../../app/clock/ports.ts';
import { backupMetrics, type MetricsDeps } from '../../app/protection/backup-metrics.ts';
import type { ProtectionReport } from '../../app/protection/protection-report.ts';
import { storageHistory, storageStatus } from '../../app/storage/read-storage.ts';
import { BackupParams } from '../../../contracts/backups.ts';
import { operation, type Access, type Operation } from '../operation.ts';

export interface ProtectionStatusRoutes {
  readonly report: ProtectionReport;
  readonly metrics: MetricsDeps;
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly anomalies: Anomalies;
}

const READERS: Access = { roles: ['admin', 'operator', 'viewer'] };
const COMMON = { method: 'GET', tag: 'protection', family: 'manager', access: READERS } as const;

/** How well everything is protected (seed 5, "Monitoring"). */
export function protectionStatusOperations(parts: ProtectionStatusRoutes): Operation[] {
  const { report, metrics, catalog, clock, anomalies } = parts;
  return [
    operation({
      ...COMMON,
      id: 'getBackupStatus',
      path: '/api/v1/backup/status',
      summary: 'Show how well everything is protected',
      description:
        'One sentence, and for each target when it was backed up last, what is wrong, and what a recovery would cost.',
      responses: { 200: { description: 'The status.', schema: BackupStatusView } },
      handle: async () => ({ status: 200, body: await report.status() }),
    }),
    operation({
      ...COMMON,
      id: 'getBackupMetrics',
      path: '/api/v1/backup/metrics',
      summary: 'Show figures of backups over time',
      description:
        'Success rates, durations, sizes, recovery point and recovery time, for each target and day. /metrics has them for Prometheus.',
      query: MetricsQuery,
      responses: { 200: { description: 'The figures.', schema: BackupMetricsView } },
      handle: async ({ query }) => ({ status: 200, body: await backupMetrics(metrics, query.days) }),
    }),
    operation({
      ...COMMON,
      id: 'getStorageStatus',
      path: '/api/v1/storage/status',
      summary: 'Show what repositories take, and when they will be full',
      responses: { 200: { description: 'Each repository.', schema: StorageStatusView } },
      handle: async () => ({ status: 200, body: await storageStatus(catalog, clock.now()) }),
    }),
    operation({
      ...COMMON,
      id: 'getStorageHistory',
      path: '/api/v1/repositories/{repositoryId}/storage',
      summary: "Show a repository's size day by day",
      params: RepositoryParams,
      query: MetricsQuery,
      responses: { 200: { description: 'The last figure of each day.', schema: StorageHistoryView } },
      errors: ['not_found'],
      handle: async ({ params, query }) => ({
        status: 200,
        body: await storageHistory(catalog, params.repositoryId, clock.now(), query.days),
      }),
    }),
    operation({
      id: 'dismissAnomaly',
      method: 'POST',
      path: '/api/v1/backup/{backupId}/dismiss-anomaly',
      summary: 'Say that an unusual backup is all right',
      description: 'Its alert is resolved, and the backup that was pinned because of it is not pinned any more.',
      tag: 'protection',
      family: 'manager',
      access: { roles: ['admin', 'operator'] },
      params: BackupParams,
      responses: { 204: { description: 'It is noted.' } },
      errors: ['not_found'],
      handle: async ({ caller, params }) => {
        await anomalies.dismiss(caller, params.backupId);
        return { status: 204 };
      },
    }),
  ];
}
