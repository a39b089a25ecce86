import { z } from 'zod';
import { BackupState, BackupType } from './backup-words.ts';
import { Instant } from './common/instant.ts';
import { paging } from './common/parameters.ts';
import { line } from './common/text.ts';
import { RetentionPolicy, RetentionWish } from './retention.ts';

const Name = line(200);
const When = z.string().min(1).max(500);
const TimeZone = z
  .string()
  .max(100)
  .nullable()
  .meta({ description: 'Of the IANA database; null: that of the installation.', examples: ['Europe/Berlin'] });
const Targets = z
  .array(line(255))
  .min(1)
  .max(1000)
  .meta({ description: 'Names or ids; the name of a kind stands for all targets that are of it now.' });

const whenFields = {
  cron: When.optional().meta({ description: 'A cron expression of 5 or 6 fields; instead of schedule.' }),
  schedule: When.optional().meta({
    description: '`daily at 2:00`, `every 4 hours`, … as tasks have it; instead of cron.',
  }),
};

export const CreateSchedule = z
  .strictObject({
    name: Name,
    ...whenFields,
    targets: Targets,
    type: BackupType.default('incremental'),
    retention: RetentionWish.nullish().meta({ description: 'null or left out: what the targets say.' }),
    enabled: z.boolean().default(true),
    time_zone: TimeZone.optional(),
  })
  .superRefine(({ cron, schedule }, context) => {
    const refuse = (code: string, message: string) =>
      context.addIssue({ code: 'custom', path: ['cron'], message, params: { code } });
    if (cron === undefined && schedule === undefined) refuse('required', 'cron or schedule is required');
    if (cron !== undefined && schedule !== undefined) refuse('contradiction', 'send cron or schedule, not both');
  })
  .meta({
    id: 'CreateSchedule',
    examples: [{ name: 'daily-full-backup', cron: '0 2 * * *', targets: ['documents'], type: 'full', retention: 7 }],
  });
export type CreateSchedule = z.infer<typeof CreateSchedule>;

export const ChangeSchedule = z
  .strictObject({
    name: Name.optional(),
    ...whenFields,
    targets: Targets.optional(),
    type: BackupType.optional(),
    retention: RetentionWish.nullish(),
    enabled: z.boolean().optional(),
    time_zone: TimeZone.optional(),
  })
  .refine(({ cron, schedule }) => cron === undefined || schedule === undefined, {
    path: ['cron'],
    message: 'send cron or schedule, not both',
  })
  .meta({ id: 'ChangeSchedule', description: 'What is left out stays.' });
export type ChangeSchedule = z.infer<typeof ChangeSchedule>;

export const ScheduleParams = z.object({ scheduleId: z.string().min(1).max(255) });
export const SchedulesQuery = z.strictObject(paging());

export const ScheduledTargetView = z.strictObject({
  target_id: z.string(),
  name: z.string(),
  task_id: z.string().meta({ description: 'The task that runs it; pausing and skipping it is done there.' }),
  next_run: Instant.nullable(),
  last_run: z
    .strictObject({
      run_id: z.string().nullable(),
      backup_id: z.string().nullable(),
      status: BackupState,
      created_at: Instant,
      finished_at: Instant.nullable(),
      error: z
        .object({ code: z.string(), message: z.string() })
        .nullable()
        .meta({ examples: [null] }),
    })
    .nullable(),
});

export const ScheduleView = z
  .strictObject({
    schedule_id: z.string(),
    name: z.string(),
    schedule: z.string(),
    cron: z.string().nullable().meta({ description: 'The schedule where it is a cron expression.' }),
    time_zone: z.string(),
    type: BackupType,
    retention: RetentionPolicy.nullable(),
    enabled: z.boolean(),
    next_run: Instant.nullable(),
    targets: z.array(ScheduledTargetView),
    created_at: Instant,
    updated_at: Instant,
  })
  .meta({ id: 'BackupSchedule' });
export type ScheduleView = z.infer<typeof ScheduleView>;

export const ScheduleList = z
  .object({ schedules: z.array(ScheduleView), total: z.int(), limit: z.int(), offset: z.int() })
  .meta({ id: 'BackupScheduleList' });
