import { z } from 'zod';
import { BackupState, BackupType } from './backup-words.ts';
import { Instant } from './common/instant.ts';
import { queryInteger } from './common/parameters.ts';

const LastBackup = z.strictObject({
  backup_id: z.string(),
  type: BackupType,
  completed_at: Instant,
  total_bytes: z.int().nullable(),
  warnings: z.int(),
});

export const TargetStateView = z
  .strictObject({
    target_id: z.string(),
    name: z.string(),
    kind: z.string(),
    repository_id: z.string(),
    state: z.enum(['ok', 'warning', 'failed', 'overdue', 'running', 'never']).meta({
      description:
        'ok: the last backup succeeded. warning: with warnings. failed: the last one failed. overdue: no good one for longer ' +
        'than its schedule allows. never: there is none yet.',
    }),
    cause: z.string().nullable().meta({ description: 'Why it is not ok, in one sentence.' }),
    last_good_backup: LastBackup.nullable(),
    last_result: z
      .strictObject({ backup_id: z.string(), status: BackupState, at: Instant, error: z.string().nullable() })
      .nullable(),
    running: z.strictObject({ backup_id: z.string(), progress: z.number().nullable(), live: z.unknown() }).nullable(),
    next_run: Instant.nullable(),
    schedules: z.array(z.string()).meta({ description: 'Ids of the enabled ones.' }),
    backups: z.int(),
    rpo_seconds: z
      .number()
      .nullable()
      .meta({ description: 'Recovery point: what would be lost now; the age of the last good backup.' }),
    rto_seconds: z.number().nullable().meta({
      description:
        'Recovery time: what a restore of everything takes, by the last restore drill; null before the first.',
    }),
    last_drill_at: Instant.nullable(),
    last_verified_at: Instant.nullable(),
    immutable_until: Instant.nullable().meta({ description: 'Of the last good backup.' }),
    off_site: z.boolean().meta({ description: 'Its backups lie in more than one repository.' }),
    kit_stored: z
      .boolean()
      .meta({ description: "Somebody has confirmed that the repository's recovery kit is stored." }),
  })
  .meta({ id: 'TargetState' });
export type TargetStateView = z.infer<typeof TargetStateView>;

export const BackupStatusView = z
  .strictObject({
    status: z.enum(['ok', 'warning', 'critical']),
    message: z.string().meta({ description: 'One sentence for people.', examples: ['All 3 targets are protected.'] }),
    targets: z.strictObject({ total: z.int(), protected: z.int(), at_risk: z.int(), never: z.int() }),
    running: z.int(),
    last_24_hours: z.strictObject({ completed: z.int(), failed: z.int(), cancelled: z.int(), warnings: z.int() }),
    next_run: Instant.nullable(),
    open_alerts: z.strictObject({ critical: z.int(), warning: z.int(), info: z.int() }),
    storage: z.enum(['ok', 'warning', 'critical', 'unknown']),
    details: z.array(TargetStateView),
  })
  .meta({ id: 'BackupStatus' });
export type BackupStatusView = z.infer<typeof BackupStatusView>;

export const MetricsQuery = z.strictObject({ days: queryInteger(1, 3660).default(30) });

const Figures = {
  completed: z.int(),
  failed: z.int(),
  success_rate: z.number().nullable().meta({ description: '0 to 1, of those that completed or failed.' }),
  average_duration_seconds: z.number().nullable(),
  longest_duration_seconds: z.number().nullable(),
  average_size_bytes: z.number().nullable().meta({ description: 'What a backup holds.' }),
  added_bytes: z.int().meta({ description: 'New data, before compression.' }),
  added_stored_bytes: z.int().meta({ description: 'What it took in the repository.' }),
};

export const BackupMetricsView = z
  .strictObject({
    from: Instant,
    to: Instant,
    total: z.strictObject(Figures),
    targets: z.array(
      z.strictObject({
        target_id: z.string(),
        name: z.string(),
        ...Figures,
        rpo_seconds: z.number().nullable(),
        worst_rpo_seconds: z.number().nullable().meta({ description: 'The longest time between two good backups.' }),
        rto_seconds: z.number().nullable(),
        days: z.array(
          z.strictObject({
            day: z.iso.date(),
            completed: z.int(),
            failed: z.int(),
            duration_seconds: z.number(),
            added_bytes: z.int(),
            total_bytes: z.int().nullable().meta({ description: 'Of the last good backup of the day.' }),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'BackupMetrics' });
export type BackupMetricsView = z.infer<typeof BackupMetricsView>;
