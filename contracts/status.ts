import { z } from 'zod';
import { Instant } from './common/instant.ts';
import { queryInteger } from './common/parameters.ts';

/** Seed 1's words. */
export const STATUSES = ['running', 'completed', 'failed', 'error', 'warning', 'unknown'] as const;
export const Status = z.enum(STATUSES);
export type Status = z.infer<typeof Status>;

/** UTF-8. */
export const MAX_MESSAGE_BYTES = 64 * 1024;
/** As JSON text, UTF-8. */
export const MAX_DATA_BYTES = 256 * 1024;
/** What lists show of it. */
export const LISTED_MESSAGE_LENGTH = 4_096;
export const LISTED_DATA_BYTES = 16 * 1024;

const encoder = new TextEncoder();

function fits(text: string, maxBytes: number): boolean {
  // No UTF-16 unit takes more than three bytes: short texts need not be encoded to be measured.
  return text.length * 3 <= maxBytes || encoder.encode(text).length <= maxBytes;
}

/** Whatever a script printed: control characters stay, halves of characters become U+FFFD, so that no report is refused for them. */
const Message = z
  .string()
  .refine((text) => fits(text, MAX_MESSAGE_BYTES), `must have at most ${MAX_MESSAGE_BYTES} bytes`)
  .overwrite((text) => text.toWellFormed())
  .meta({ maxLength: MAX_MESSAGE_BYTES, description: `At most ${MAX_MESSAGE_BYTES} bytes of UTF-8.` });

const Progress = z.number().min(0).max(100);

const Data = z
  .unknown()
  .refine((value) => value === null || value === undefined || fits(JSON.stringify(value), MAX_DATA_BYTES), {
    message: `must have at most ${MAX_DATA_BYTES} bytes as JSON`,
  })
  .meta({ description: `Any JSON, at most ${MAX_DATA_BYTES} bytes.` });

export const ReportStatus = z
  .strictObject({
    status: Status,
    message: Message.nullish(),
    progress: Progress.nullish().meta({ description: 'Percent.' }),
    data: Data.optional(),
  })
  .meta({
    id: 'ReportStatus',
    examples: [{ status: 'running', message: 'Backup in progress', progress: 45 }],
  });
export type ReportStatus = z.infer<typeof ReportStatus>;

const reported = {
  status: Status,
  message: z.string().nullable(),
  progress: z.number().nullable(),
  data: z.unknown().meta({ description: 'As it was sent; null for nothing.' }),
};

export const StatusRecord = z
  .strictObject({ id: z.int(), task_id: z.string(), ...reported, timestamp: Instant })
  .meta({ id: 'StatusRecord', description: 'One report of a task.' });
export type StatusRecord = z.infer<typeof StatusRecord>;

export const MONITORING_STATES = ['ok', 'running', 'overdue', 'stuck', 'failed', 'unknown'] as const;

export const Monitoring = z
  .strictObject({
    state: z.enum(MONITORING_STATES).meta({
      description:
        'stuck: a run is open for longer than max_duration_minutes. overdue: the expected schedule has come, grace_minutes have ' +
        'passed, and no run has begun since. running: a run is open. failed, ok: how the last run ended. unknown: no run is known.',
    }),
    since: Instant.nullable(),
    expected_at: Instant.nullable().meta({
      description: 'When the next run is expected to begin; in the past for a task that is late.',
    }),
    usual_duration_seconds: z.number().nullable().meta({
      description: 'Median of the last 30 successful runs with a known duration; null before there are 5.',
    }),
    warning: z.string().nullable(),
  })
  .meta({ id: 'Monitoring' });
export type Monitoring = z.infer<typeof Monitoring>;

export const CurrentStatusView = z
  .strictObject({ task_id: z.string(), ...reported, timestamp: Instant.nullable(), monitoring: Monitoring })
  .meta({
    id: 'CurrentStatus',
    description: 'The last report of a task; status unknown and no timestamp where there is none.',
  });
export type CurrentStatusView = z.infer<typeof CurrentStatusView>;

export const ListStatuses = z.strictObject({
  status: Status.optional(),
  limit: queryInteger(1, 1000).optional(),
  offset: queryInteger(0, Number.MAX_SAFE_INTEGER).optional(),
});
export type ListStatuses = z.infer<typeof ListStatuses>;

const historyPaging = {
  page: queryInteger(1, 1_000_000).default(1),
  limit: queryInteger(1, 500).default(100),
};

export const HistoryQuery = z.strictObject(historyPaging);
export type HistoryQuery = z.infer<typeof HistoryQuery>;

const Bound = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

export const HistoryRangeQuery = z.strictObject({
  start: Bound.optional().meta({ description: "Inclusive. A day alone is its beginning, by the service's time zone." }),
  end: Bound.optional().meta({ description: 'Exclusive; a day alone is included as a whole.' }),
  ...historyPaging,
});
export type HistoryRangeQuery = z.infer<typeof HistoryRangeQuery>;

const page = {
  task_id: z.string(),
  page: z.int(),
  limit: z.int(),
  total: z.int().meta({ description: 'How many there are on all pages.' }),
  history: z.array(StatusRecord).meta({ description: 'Newest first.' }),
};

export const HistoryPage = z.strictObject(page).meta({ id: 'HistoryPage' });
export const HistoryRangePage = z
  .strictObject({ ...page, start: Instant.nullable(), end: Instant.nullable() })
  .meta({ id: 'HistoryRangePage' });

/** Figures of finished runs. */
const figures = {
  total_runs: z.int().meta({ description: 'Runs that have finished, but for cancelled ones.' }),
  successful_runs: z.int().meta({ description: 'Those that completed, with or without warnings.' }),
  failed_runs: z.int().meta({ description: 'Those that ended with failed or error, or whose end was never reported.' }),
  avg_duration: z.number().nullable().meta({
    description:
      'Mean duration in seconds of the finished runs whose beginning and end are known; null where there is none.',
  }),
  uptime_percentage: z.number().nullable().meta({
    description: 'successful_runs / total_runs × 100, to two decimals; null where no run has finished.',
  }),
};

export const DailyMetrics = z.strictObject({ task_id: z.string(), date: z.iso.date(), ...figures }).meta({
  id: 'DailyMetrics',
  description: "A day of the service's time zone. A run counts on the day on which it ended.",
});
export type DailyMetrics = z.infer<typeof DailyMetrics>;

export const TaskFigures = z
  .strictObject({
    task_id: z.string(),
    ...figures,
    last_run_at: Instant.nullable().meta({ description: 'When its last run began.' }),
    last_status: Status.nullable(),
    last_seen: Instant.nullable(),
    usual_duration_seconds: z.number().nullable(),
  })
  .meta({ id: 'TaskFigures', description: 'Since the task was registered.' });

export const TodaySummary = z
  .strictObject({
    task_id: z.string(),
    date: z.iso.date(),
    time_zone: z.string(),
    ...figures,
    running: z.boolean().meta({ description: 'Whether a run is open now; it is not counted in total_runs.' }),
    status_updates: z.int().meta({ description: 'Reports that came today.' }),
    last_status: Status.nullable(),
    last_message: z.string().nullable(),
    last_update: Instant.nullable(),
  })
  .meta({
    id: 'TodaySummary',
    description: 'Of the runs that ended today, from midnight to midnight of the time zone.',
  });

export const SummaryQuery = z.strictObject({
  tz: z
    .string()
    .max(64)
    .optional()
    .meta({
      description: "A name of the IANA time zone database; the service's unless given.",
      examples: ['Europe/Berlin'],
    }),
});

/** Of a delivery that is tried again: the same key records a status once. */
export const IDEMPOTENCY_KEY_PATTERN = /^[\x21-\x7e]{1,200}$/;
