import { queryOptions } from '@tanstack/react-query';
import { BackupDetails } from '../../contracts/backups.ts';
import { ScheduleList } from '../../contracts/backup-schedules.ts';
import { BackupMetricsView, BackupStatusView } from '../../contracts/protection-status.ts';
import { Repository, RepositoryList } from '../../contracts/repositories.ts';
import { StorageStatusView } from '../../contracts/storage.ts';
import { TargetList, TargetView } from '../../contracts/targets.ts';
import { call, pathPart } from './client.ts';
import { keys } from './query-keys.ts';

const ALL = { limit: 1000 } as const;

export const repositoriesQuery = queryOptions({
  queryKey: keys.repositories,
  queryFn: ({ signal }) => call('/api/v1/repositories', { reply: RepositoryList, signal }),
});

export const repositoryQuery = (repositoryId: string) =>
  queryOptions({
    queryKey: keys.repository(repositoryId),
    queryFn: ({ signal }) => call(`/api/v1/repositories/${pathPart(repositoryId)}`, { reply: Repository, signal }),
  });

/** What every repository takes, and when it will be full. */
export const storageQuery = queryOptions({
  queryKey: keys.storage,
  queryFn: ({ signal }) => call('/api/v1/storage/status', { reply: StorageStatusView, signal }),
});

export const targetsQuery = queryOptions({
  queryKey: keys.targets,
  queryFn: ({ signal }) => call('/api/v1/targets', { query: ALL, reply: TargetList, signal }),
});

/** Also what is protected no more: its backups are still there. */
export const targetsEverQuery = queryOptions({
  queryKey: [...keys.targets, 'ever'],
  queryFn: ({ signal }) => call('/api/v1/targets', { query: { ...ALL, removed: true }, reply: TargetList, signal }),
});

export const targetQuery = (targetId: string) =>
  queryOptions({
    queryKey: keys.target(targetId),
    queryFn: ({ signal }) => call(`/api/v1/targets/${pathPart(targetId)}`, { reply: TargetView, signal }),
  });

/** How well each target is protected. */
export const protectionQuery = queryOptions({
  queryKey: keys.protection,
  queryFn: ({ signal }) => call('/api/v1/backup/status', { reply: BackupStatusView, signal }),
  // A backup becomes too old by the time alone.
  refetchInterval: 60_000,
});

export const protectionFiguresQuery = (days: number) =>
  queryOptions({
    queryKey: keys.protectionFigures(days),
    queryFn: ({ signal }) => call('/api/v1/backup/metrics', { query: { days }, reply: BackupMetricsView, signal }),
  });

export const backupQuery = (backupId: string) =>
  queryOptions({
    queryKey: keys.backup(backupId),
    queryFn: ({ signal }) => call(`/api/v1/backup/${pathPart(backupId)}`, { reply: BackupDetails, signal }),
  });

export const backupSchedulesQuery = queryOptions({
  queryKey: keys.backupSchedules,
  queryFn: ({ signal }) => call('/api/v1/schedules', { query: ALL, reply: ScheduleList, signal }),
});
