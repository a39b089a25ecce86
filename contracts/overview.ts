import { z } from 'zod';
import { ACTION_TYPES } from './actions.ts';
import { Instant } from './common/instant.ts';

/** How much a task needs somebody. */
export const TASK_LEVELS = ['wrong', 'warning', 'well', 'inactive'] as const;
export const TaskLevel = z.enum(TASK_LEVELS);
export type TaskLevel = z.infer<typeof TaskLevel>;

export const OVERVIEW_STATES = [
  'ok',
  'running',
  'pending',
  'retrying',
  'overdue',
  'stuck',
  'failed',
  'cancelled',
  'unknown',
  'inactive',
] as const;
export type OverviewState = (typeof OVERVIEW_STATES)[number];

/** One letter a day. */
export const DAY_LETTERS = { ok: 'o', warning: 'w', failed: 'f', overdue: 'd', none: '-' } as const;
export const OVERVIEW_DAYS = 30;

const RunningNow = z
  .strictObject({
    run_id: z.uuid().nullable().meta({ description: 'Null: run by its own script.' }),
    since: Instant.nullable(),
    progress: z.number().nullable(),
    message: z.string().nullable(),
    usual_duration_seconds: z.number().nullable(),
    bytes_per_second: z.number().nullable().meta({ description: 'Where bytes are what is worked on.' }),
    seconds_left: z.number().nullable().meta({ description: 'As whatever runs reckons by itself.' }),
  })
  .meta({ id: 'RunningNow' });

export const OverviewTask = z
  .strictObject({
    task_id: z.string(),
    name: z.string(),
    task_type: z.string(),
    type: z.enum(ACTION_TYPES).nullable().meta({ description: 'Null: monitored, run by its own script.' }),
    server_id: z.string().nullable(),
    level: TaskLevel,
    state: z.enum(OVERVIEW_STATES),
    since: Instant.nullable(),
    last_run: Instant.nullable(),
    next_run: Instant.nullable().meta({
      description: 'When it starts by itself, or is expected to; in the past: it is late.',
    }),
    problem: z
      .strictObject({ code: z.string(), message: z.string() })
      .nullable()
      .meta({ description: 'Why it needs somebody. At most 500 characters.' }),
    running: RunningNow.nullable(),
    days: z
      .string()
      .regex(/^[owfd-]{30}$/)
      .meta({
        description:
          'The last 30 days by the service’s time zone, today last: o all runs succeeded, w some with warnings, f some failed, d it ' +
          'was overdue or stuck, - none ended.',
        examples: ['ooooooowoooooooofooooooooooo-o'],
      }),
  })
  .meta({ id: 'OverviewTask' });
export type OverviewTask = z.infer<typeof OverviewTask>;

export const Overview = z
  .strictObject({
    at: Instant,
    today: z.iso.date(),
    time_zone: z.string(),
    scheduler: z.strictObject({
      state: z.enum(['running', 'paused', 'stopped']),
      paused_until: z.union([Instant, z.literal('indefinitely')]).nullable(),
    }),
    counts: z.strictObject({
      total: z.int(),
      wrong: z.int(),
      warnings: z.int(),
      well: z.int(),
      inactive: z.int(),
      running: z.int(),
    }),
    next_run: z.strictObject({ task_id: z.string(), at: Instant }).nullable(),
    tasks: z.array(OverviewTask).meta({ description: 'Those that the caller sees, by their numeric id.' }),
  })
  .meta({ id: 'Overview' });
export type Overview = z.infer<typeof Overview>;
