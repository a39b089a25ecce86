import { z } from 'zod';
import { ACTION_TYPES } from './actions.ts';
import { Instant } from './common/instant.ts';
import { paging, queryBoolean, queryInstant, queryInteger } from './common/parameters.ts';
import { RUN_STATES } from './run-states.ts';
import { TaskPriority } from './tasks.ts';

export { RUN_STATES };

export const RunState = z.enum(RUN_STATES);
export type RunState = z.infer<typeof RunState>;

/** Why a run was made. */
export const RUN_TRIGGERS = ['schedule', 'manual', 'dependency', 'retry'] as const;
export const RunTrigger = z.enum(RUN_TRIGGERS).meta({
  description:
    'schedule: it was due. dependency: it was due before, and what it waited for has completed. manual: somebody asked. ' +
    'retry: somebody restarted another run.',
});
export type RunTrigger = z.infer<typeof RunTrigger>;

export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
export const LogLevel = z.enum(LOG_LEVELS);
export type LogLevel = z.infer<typeof LogLevel>;

const runFields = {
  id: z.uuid(),
  task_id: z.string(),
  task_name: z.string(),
  type: z.enum(ACTION_TYPES),
  status: RunState.meta({
    description: 'A run that waits for its next attempt stays running, with retry_at set.',
  }),
  trigger: RunTrigger,
  requested_by: z.string().nullable().meta({ description: 'Who asked for it; null for the schedule.' }),
  restart_of: z.uuid().nullable().meta({ description: 'The run that it repeats.' }),
  priority: TaskPriority,
  created_at: Instant,
  due_at: Instant.nullable().meta({
    description: 'The due instant that it is for; of several that were missed, the latest.',
  }),
  due_count: z.int().meta({ description: 'How many due instants it stands for, counted up to 100.' }),
  catch_up: z.boolean().meta({ description: 'It makes up for one that was missed.' }),
  started_at: Instant.nullable(),
  finished_at: Instant.nullable(),
  duration_seconds: z
    .number()
    .nullable()
    .meta({ description: 'From its start to its end, waits for retries included.' }),
  attempt: z.int().meta({ description: 'How many attempts have begun.' }),
  max_attempts: z.int(),
  retry_at: Instant.nullable().meta({ description: 'When the next attempt begins.' }),
  progress: z.number().nullable().meta({ description: '0 to 100; null where nobody knows.' }),
  message: z.string().nullable(),
  live: z
    .unknown()
    .meta({ description: 'While it runs: figures of its work, by its type; null where there are none.' }),
  error: z
    .object({ code: z.string(), message: z.string() })
    .nullable()
    .meta({ description: 'Why it failed or was cancelled; while it waits for a retry, why the last attempt failed.' }),
  exit_code: z.int().nullable(),
  signal: z.string().nullable(),
  http_status: z.int().nullable(),
  warnings: z.array(z.string()),
  log_size: z.int().nullable().meta({ description: 'Bytes, as of its last attempt; null without a log.' }),
};

export const RunView = z
  .strictObject(runFields)
  .meta({ id: 'Run', description: 'One execution of a task, with all its attempts.' });
export type RunView = z.infer<typeof RunView>;

export const RunDetails = z
  .strictObject({
    ...runFields,
    result: z.unknown().meta({ description: 'What the action gave back, at most 1 MiB.' }),
  })
  .meta({ id: 'RunDetails' });
export type RunDetails = z.infer<typeof RunDetails>;

export const RunParams = z.object({ runId: z.string().max(64) });

export const ListRuns = z.strictObject({
  status: RunState.optional(),
  task_id: z.string().min(1).max(1024).optional(),
  trigger: z.enum(RUN_TRIGGERS).optional(),
  from: queryInstant.optional().meta({ description: 'Made at or after.' }),
  to: queryInstant.optional().meta({ description: 'Made before.' }),
  ...paging(),
});
export type ListRuns = z.infer<typeof ListRuns>;

export const RunList = z
  .object({ runs: z.array(RunView), total: z.int(), limit: z.int(), offset: z.int() })
  .meta({ id: 'RunList' });

export const ExecuteTask = z
  .strictObject({
    force: z.boolean().optional().meta({ description: 'Also while what the task depends on has not completed.' }),
  })
  .meta({ id: 'ExecuteTask' });
export type ExecuteTask = z.infer<typeof ExecuteTask>;

export const PauseUntil = z
  .strictObject({
    until: z.iso
      .datetime({ offset: true })
      .nullish()
      .meta({ description: 'An instant in the future; null or left out: until somebody resumes.' }),
  })
  .meta({ id: 'Pause' });
export type PauseUntil = z.infer<typeof PauseUntil>;

export const RunLogQuery = z.strictObject({
  follow: queryBoolean.optional().meta({ description: 'Goes on until the run has ended. Not together with Range.' }),
});

export const TaskLogQuery = z.strictObject({
  level: LogLevel.optional().meta({ description: 'This level and worse.' }),
  run_id: z.uuid().optional(),
  limit: queryInteger(1, 1000).default(100),
  offset: queryInteger(0, Number.MAX_SAFE_INTEGER).default(0),
});
export type TaskLogQuery = z.infer<typeof TaskLogQuery>;

export const TaskLogEntry = z
  .strictObject({
    timestamp: Instant,
    level: LogLevel,
    message: z.string(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'TaskLogEntry' });
export type TaskLogEntry = z.infer<typeof TaskLogEntry>;

const Pause = z.union([Instant, z.literal('indefinitely')]).nullable();

export const SchedulerView = z
  .strictObject({
    state: z.enum(['running', 'paused', 'stopped']),
    paused_until: Pause.meta({ description: 'For all tasks; null: not paused.' }),
    max_concurrent: z.int(),
    executing: z.int().meta({ description: 'Runs that are executed right now.' }),
    queue: z
      .array(z.strictObject({ run_id: z.uuid(), task_id: z.string(), priority: TaskPriority, queued_at: Instant }))
      .meta({ description: 'Runs that wait for their turn, in the order in which they get it.' }),
    waiting: z
      .array(z.strictObject({ task_id: z.string(), due_at: Instant, waiting_for: z.array(z.string()) }))
      .meta({ description: 'Tasks that are due and wait for what they depend on.' }),
    next: z
      .array(z.strictObject({ task_id: z.string(), due_at: Instant }))
      .meta({ description: 'The tasks that start next by themselves, at most 100.' }),
  })
  .meta({ id: 'Scheduler' });
export type SchedulerView = z.infer<typeof SchedulerView>;
