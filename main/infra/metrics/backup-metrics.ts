import type { BackupMetricsView, TargetStateView } from '../../../contracts/protection-status.ts';
import type { StorageStatusView } from '../../../contracts/storage.ts';
import type { Metrics } from './metrics.ts';

/** Seed 5's metrics for Prometheus: reliability, durations, sizes, storage, recovery point and recovery time. */
export function createBackupMetrics(metrics: Metrics) {
  const ofTarget = (name: string, help: string) => metrics.gauge(name, help, ['target']);
  const ofRepository = (name: string, help: string) => metrics.gauge(name, help, ['repository']);
  const lastSuccess = ofTarget('backup_last_success_timestamp_seconds', 'When the last good backup was completed');
  const successRatio = ofTarget('backup_success_ratio', 'Of the last 30 days: completed by completed and failed');
  const duration = ofTarget('backup_duration_seconds', 'The average of the last 30 days');
  const size = ofTarget('backup_size_bytes', 'What the last good backup holds');
  const rpo = ofTarget('backup_rpo_seconds', 'Age of the last good backup: what would be lost now');
  const rto = ofTarget('backup_rto_seconds', 'How long a restore takes, by the last drill');
  const stored = ofRepository('repository_stored_bytes', 'Of all files of the repository');
  const free = ofRepository('repository_free_bytes', 'Free on its storage');
  const capacity = ofRepository('repository_capacity_bytes', 'Of its storage');
  const growth = ofRepository('repository_growth_bytes_per_day', 'The trend of the last 30 days');
  const all = [lastSuccess, successRatio, duration, size, rpo, rto, stored, free, capacity, growth];
  return {
    show: (figures: BackupMetricsView, storage: StorageStatusView, targets: readonly TargetStateView[]): void => {
      // Targets and repositories that are gone must not go on as if they were there.
      for (const gauge of all) gauge.reset();
      for (const { target_id: target, last_good_backup: last, rpo_seconds, rto_seconds } of targets) {
        if (last) lastSuccess.set({ target }, Date.parse(last.completed_at) / 1000);
        if (last && last.total_bytes !== null) size.set({ target }, last.total_bytes);
        if (rpo_seconds !== null) rpo.set({ target }, rpo_seconds);
        if (rto_seconds !== null) rto.set({ target }, rto_seconds);
      }
      for (const { target_id: target, success_rate, average_duration_seconds } of figures.targets) {
        if (success_rate !== null) successRatio.set({ target }, success_rate);
        if (average_duration_seconds !== null) duration.set({ target }, average_duration_seconds);
      }
      for (const { repository_id: repository, ...each } of storage.repositories) {
        if (each.stored_bytes !== null) stored.set({ repository }, each.stored_bytes);
        if (each.free_bytes !== null) free.set({ repository }, each.free_bytes);
        if (each.capacity_bytes !== null) capacity.set({ repository }, each.capacity_bytes);
        if (each.growth_bytes_per_day !== null) growth.set({ repository }, each.growth_bytes_per_day);
      }
    },
  };
}
