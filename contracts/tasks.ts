import { z } from 'zod';
import { ACTION_TYPES } from './actions.ts';
import { Instant, InstantInSeconds } from './common/instant.ts';
import { queryInteger } from './common/parameters.ts';
import { line, multiline } from './common/text.ts';
import { TaskId } from './task-id.ts';

export const TASK_PRIORITIES = ['low', 'normal', 'high'] as const;
export const TaskPriority = z.enum(TASK_PRIORITIES);
export type TaskPriority = z.infer<typeof TaskPriority>;

export const TaskActionType = z.enum(ACTION_TYPES);

/** What a task is doing, or how its last run ended. */
export const TASK_STATES = ['created', 'pending', 'running', 'completed', 'failed', 'cancelled'] as const;
export const TaskState = z.enum(TASK_STATES);
export type TaskState = z.infer<typeof TaskState>;

export const MAX_DEPENDENCIES = 100;
/** The longest time that a timer of the platform can wait: almost 25 days. */
export const MAX_TIMEOUT_MS = 2 ** 31 - 1;

const DisplayName = line(255);
const TaskType = line(50).meta({
  description: 'Any label; usual ones are database, files, copy, verification, archive, retention.',
});
const Description = multiline(10_000).nullable();
const ServerId = line(255).nullable();
const ScheduleText = z
  .string()
  .nullable()
  .meta({
    description:
      'every N minutes|hours|days, daily at H:MM, weekly on monday at H:MM, monthly on 1 at H:MM (or last), a cron expression ' +
      'of 5 or 6 fields, manual. null is manual.',
    examples: ['daily at 2:00'],
  });
const TimeZone = z
  .string()
  .nullable()
  .meta({
    description: 'A name of the IANA time zone database. null is that of the installation.',
    examples: ['Europe/Berlin'],
  });
const Minutes = z.int().min(1).max(527_040);

/** When a monitored task is expected to report, and how patient to be. */
const monitoringFields = {
  expectedSchedule: ScheduleText.optional(),
  graceMinutes: z.int().min(0).max(527_040).nullish().meta({ description: 'How late a report may be.' }),
  maxDurationMinutes: Minutes.nullish().meta({ description: 'A run that takes longer is stuck.' }),
};

/** What GuardIT needs to run a task by itself. Which configuration is right depends on the type (contracts/actions.ts). */
const actionFields = {
  config: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ description: "The action's configuration, by its type." }),
  schedule: ScheduleText.optional(),
  priority: TaskPriority.nullish().meta({ description: 'null is normal.' }),
  dependencies: z
    .array(TaskId)
    .max(MAX_DEPENDENCIES)
    .nullish()
    .meta({ description: 'Runs only when the last run of each of these tasks has completed since its own last run.' }),
  maxRetries: z.int().min(0).max(100).nullish().meta({ description: 'null is the default of the installation.' }),
  timeout: z
    .int()
    .min(1)
    .max(MAX_TIMEOUT_MS)
    .nullish()
    .meta({ description: 'Milliseconds for one execution. null is the default of the installation.' }),
  assignedTo: line(255).nullish().meta({ description: 'The name of a user who sees and runs this task too.' }),
};

export const RegisterTask = z
  .strictObject({
    taskId: TaskId,
    displayName: DisplayName,
    taskType: TaskType,
    description: Description.optional(),
    serverId: ServerId.optional(),
    isActive: z.boolean().optional(),
    timeZone: TimeZone.optional(),
    ...monitoringFields,
  })
  .meta({
    id: 'RegisterTask',
    examples: [{ taskId: 'prod-01-db', displayName: 'Production Server 1 - Database Backup', taskType: 'database' }],
  });
export type RegisterTask = z.infer<typeof RegisterTask>;

export const CreateTask = z
  .strictObject({
    name: DisplayName,
    type: TaskActionType,
    taskId: TaskId.optional().meta({ description: 'A slug of the name unless given.' }),
    taskType: TaskType.optional().meta({ description: 'The type of the action unless given.' }),
    description: Description.optional(),
    serverId: ServerId.optional(),
    isActive: z.boolean().optional(),
    timeZone: TimeZone.optional(),
    graceMinutes: monitoringFields.graceMinutes,
    maxDurationMinutes: monitoringFields.maxDurationMinutes,
    ...actionFields,
    config: z.record(z.string(), z.unknown()),
  })
  .meta({
    id: 'CreateTask',
    examples: [
      {
        name: 'Log Cleanup',
        type: 'script',
        config: { command: 'node', args: ['scripts/cleanup.js'] },
        schedule: 'daily at 2:00',
      },
    ],
  });
export type CreateTask = z.infer<typeof CreateTask>;

export const UpdateTask = z
  .strictObject({
    displayName: DisplayName.optional(),
    name: DisplayName.optional().meta({ description: 'The same as displayName.' }),
    taskType: TaskType.optional(),
    description: Description.optional(),
    serverId: ServerId.optional(),
    isActive: z.boolean().optional(),
    timeZone: TimeZone.optional(),
    type: TaskActionType.optional().meta({
      description: 'Gives a monitored task an action, or a task another one; the configuration comes with it.',
    }),
    ...monitoringFields,
    ...actionFields,
  })
  .meta({ id: 'UpdateTask', description: 'Only what is to be changed.' });
export type UpdateTask = z.infer<typeof UpdateTask>;

export const TaskParams = z.object({
  taskId: z.string().meta({ description: 'The task_id, or the numeric id where no task has such a task_id.' }),
});
export const TaskTypeParams = z.object({ taskType: z.string() });

export const ListTasks = z.strictObject({
  status: TaskState.optional(),
  type: z.string().optional().meta({ description: 'A task type, or the type of an action.' }),
  priority: TaskPriority.optional(),
  q: line(255).optional().meta({ description: 'Part of the id, the name or the description.' }),
  limit: queryInteger(1, 1000).optional(),
  offset: queryInteger(0, Number.MAX_SAFE_INTEGER).optional(),
});
export type ListTasks = z.infer<typeof ListTasks>;

const commonFields = {
  id: z.int(),
  task_id: z.string(),
  display_name: z.string(),
  description: z.string().nullable(),
  task_type: z.string(),
  server_id: z.string().nullable(),
  is_active: z.boolean(),
  last_seen: InstantInSeconds.nullable(),
  created_at: InstantInSeconds,
  updated_at: InstantInSeconds,
  grace_minutes: z.int().optional(),
  max_duration_minutes: z.int().optional(),
};

export const MonitoredTaskView = z
  .strictObject({
    ...commonFields,
    expected_schedule: z.string().optional(),
    time_zone: z.string().optional(),
  })
  .meta({ id: 'MonitoredTask', description: "Run by somebody's own script, which reports its status." });
export type MonitoredTaskView = z.infer<typeof MonitoredTaskView>;

export const ActionTaskView = z
  .strictObject({
    ...commonFields,
    name: z.string(),
    type: TaskActionType,
    config: z.record(z.string(), z.unknown()).meta({ description: 'Values that look secret are masked.' }),
    schedule: z.string().nullable(),
    time_zone: z.string(),
    priority: TaskPriority,
    dependencies: z.array(z.string()),
    max_retries: z.int(),
    timeout: z.int().meta({ description: 'Milliseconds.' }),
    state: TaskState,
    next_run: Instant.nullable().meta({ description: 'When it starts by itself; null for never.' }),
    last_run: Instant.nullable().meta({ description: 'When its last run began.' }),
    created_by: z.string(),
    assigned_to: z.string().nullable(),
    managed_by: z.string().nullable().meta({
      description:
        'What it belongs to and is changed with: target:ID, schedule:ID, repository:ID; null: it stands for itself.',
    }),
  })
  .meta({ id: 'ActionTask', description: 'Run by GuardIT.' });
export type ActionTaskView = z.infer<typeof ActionTaskView>;

export const TaskView = z.union([ActionTaskView, MonitoredTaskView]).meta({ id: 'Task' });
export type TaskView = z.infer<typeof TaskView>;

const Counts = z.record(z.string(), z.int());

export const TaskStatsView = z
  .object({
    total: z.int(),
    byStatus: Counts,
    byType: Counts,
    byPriority: Counts,
    running: z.int(),
    scheduled: z.int().meta({ description: 'Active tasks that start by themselves.' }),
  })
  .meta({ id: 'TaskStats' });
export type TaskStatsView = z.infer<typeof TaskStatsView>;
