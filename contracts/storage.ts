import { z } from 'zod';
import { Instant } from './common/instant.ts';

const Bytes = z.int().min(0);

export const RepositoryStorageView = z
  .strictObject({
    repository_id: z.string(),
    name: z.string(),
    kind: z.string(),
    state: z.enum(['ok', 'warning', 'critical', 'unknown']).meta({
      description:
        'warning: more than 85 % of the storage is used, or it will be full within 30 days. critical: 95 %, or 7 days.',
    }),
    problem: z
      .string()
      .nullable()
      .meta({ description: 'Why it could not be looked at; the figures are then the last known ones.' }),
    stored_bytes: Bytes.nullable().meta({ description: 'Of all files of the repository.' }),
    unused_bytes: Bytes.nullable().meta({ description: 'What the next prune can free, as far as it was counted.' }),
    free_bytes: Bytes.nullable(),
    capacity_bytes: Bytes.nullable().meta({ description: 'Of the disk or bucket that it lies on.' }),
    used_percent: z.number().nullable().meta({ description: 'Of the capacity, by everything that is there.' }),
    snapshots: z.int().nullable(),
    growth_bytes_per_day: z
      .number()
      .nullable()
      .meta({ description: 'The trend of the last 30 days; null before the third day.' }),
    full_in_days: z.number().nullable().meta({ description: 'At this pace; null: never, or not known.' }),
    measured_at: Instant.nullable(),
  })
  .meta({ id: 'RepositoryStorage' });
export type RepositoryStorageView = z.infer<typeof RepositoryStorageView>;

export const StorageStatusView = z
  .strictObject({
    status: z.enum(['ok', 'warning', 'critical', 'unknown']).meta({ description: 'The worst of all repositories.' }),
    total_stored_bytes: Bytes,
    source_bytes: Bytes.meta({ description: 'What the backups hold, each counted whole.' }),
    deduplication_ratio: z.number().nullable().meta({ description: 'source_bytes by total_stored_bytes.' }),
    repositories: z.array(RepositoryStorageView),
  })
  .meta({ id: 'StorageStatus' });
export type StorageStatusView = z.infer<typeof StorageStatusView>;

export const StorageHistoryView = z
  .strictObject({
    repository_id: z.string(),
    days: z.array(
      z.strictObject({
        day: z.iso.date(),
        stored_bytes: Bytes,
        free_bytes: Bytes.nullable(),
        capacity_bytes: Bytes.nullable(),
        snapshots: z.int(),
      }),
    ),
  })
  .meta({ id: 'StorageHistory', description: 'The last figure of each day, oldest first.' });
