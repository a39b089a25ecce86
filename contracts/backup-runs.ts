import { z } from 'zod';
import { AgentParams, Uuid } from './agents.ts';
import { Instant } from './common/instant.ts';
import { paging, queryInstant } from './common/parameters.ts';
import { line } from './common/text.ts';
import { LogFields } from './log-fields.ts';

/** Longest log within the JSON of a result, as UTF-8. */
export const MAX_LOG_IN_JSON_BYTES = 64 * 1024 * 1024;
/** Room for such a log with what JSON must escape in it, line ends above all. */
export const RESULT_BODY_LIMIT_BYTES = 2 * MAX_LOG_IN_JSON_BYTES;
export const MAX_BATCH = 1_000;
/** A hundred years: what is longer is a mistake in its unit. */
const MAX_DURATION_SECONDS = 3_155_760_000;

export const TaskResult = z
  .strictObject({
    taskId: Uuid.meta({ description: 'Of this execution. A result with the same id replaces the one before.' }),
    policyId: Uuid.meta({ description: 'The policy that was executed.' }),
    taskType: line(50).meta({ description: '`backup`, `check`, `prune`, …' }),
    status: line(50).meta({
      description:
        '`success`, `failed`, …; with `running` or `pending` the run has not ended yet, and its result is posted again.',
    }),
    durationSeconds: z.number().min(0).max(MAX_DURATION_SECONDS),
    log: z.string().nullish().meta({
      description: 'At most 64 MiB; PUT …/log takes more. Left out, null or empty: the log that is there stays.',
    }),
    snapshotId: line(255, 0).nullish().meta({ description: 'Left out, null or empty: none.' }),
    errorMessage: z.string().max(65_536).nullish().meta({ description: 'Left out, null or empty: none.' }),
  })
  .meta({
    id: 'TaskResult',
    examples: [
      {
        taskId: '6f1ed002-ab59-4a3e-9f3b-0d6c1f4f9f10',
        policyId: '0f8fad5b-d9cb-469f-a165-70867728950e',
        taskType: 'backup',
        status: 'success',
        durationSeconds: 125.5,
        log: 'Full task output',
        snapshotId: 'abc123',
      },
    ],
  });
export type TaskResult = z.infer<typeof TaskResult>;

export const TaskResultReply = z.object({ status: z.literal('ok') });

export const TaskResultBatch = z
  .strictObject({
    // Anything is let in: each item is judged by itself, and a bad one does not keep the others out.
    results: z
      .array(z.union([TaskResult, z.unknown()]))
      .min(1)
      .max(MAX_BATCH),
  })
  .meta({ id: 'TaskResultBatch', description: 'Of several results with the same taskId the last one stays.' });

export const TaskResultBatchReply = z
  .object({
    results: z
      .array(
        z.union([
          z.object({ taskId: z.string(), status: z.literal('ok') }),
          z.object({
            taskId: z.string().nullable().meta({ description: 'As it was sent, where it is text.' }),
            error: z.string(),
            message: z.string(),
            details: z.record(z.string(), z.unknown()),
          }),
        ]),
      )
      .meta({ description: 'One for each item, in their order.' }),
  })
  .meta({ id: 'TaskResultBatchReply' });
export type TaskResultOutcome = z.infer<typeof TaskResultBatchReply>['results'][number];

export const BackupRunParams = AgentParams.extend({ runId: Uuid });

export const BackupRunsQuery = z.strictObject({
  ...paging(),
  status: line(50).optional(),
  policy_id: Uuid.optional(),
  from: queryInstant
    .optional()
    .meta({ description: 'Started then or later. An instant, ISO 8601; a day means its beginning.' }),
  to: queryInstant.optional().meta({ description: 'Started before then.' }),
});

export const BackupRun = z
  .object({
    id: z.guid().meta({ description: 'The taskId of its result.' }),
    agent_id: z.guid(),
    policy_id: z.guid(),
    task_type: z.string(),
    start_time: Instant.meta({
      description: 'end_time less the duration; while it runs, the receipt of its result less the duration.',
    }),
    end_time: Instant.nullable().meta({
      description: 'When its first result with a final status was received; null before.',
    }),
    status: z.string(),
    duration_seconds: z.number(),
    snapshot_id: z.string().nullable(),
    error_message: z.string().nullable(),
    log_size: z
      .int()
      .nullable()
      .meta({ description: 'Bytes; null for none. Of a log that is being sent: when it last paused.' }),
    log_complete: z.boolean().nullable().meta({ description: 'False: a part is still to come.' }),
    fields: LogFields.nullable().meta({ description: 'What the log of a known program says.' }),
  })
  .meta({ id: 'BackupRun' });
export type BackupRun = z.infer<typeof BackupRun>;

export const BackupRunList = z
  .object({ runs: z.array(BackupRun), total: z.int(), limit: z.int(), offset: z.int() })
  .meta({ id: 'BackupRunList', description: 'By start_time, newest first.' });

export const BackupRunDetail = BackupRun.extend({
  log: z.string().nullable().meta({
    description: 'As text; bytes that are not UTF-8 show as U+FFFD. Null: there is none, or its file is lost.',
  }),
  log_truncated: z.boolean().meta({ description: 'True: these are the first 64 MiB, all of it is at log_url.' }),
  log_url: z.string().nullable(),
}).meta({ id: 'BackupRunDetail' });

/** A whole number of bytes in a query string. */
const queryBytes = z
  .string()
  .regex(/^\d{1,15}$/, 'must be a whole number of bytes')
  .transform(Number)
  .pipe(z.int().min(0));

export const PutLogQuery = z.strictObject({
  offset: queryBytes.optional().meta({
    description:
      'Where the body goes on: the size of what is there. Without offset and Content-Range the body is the whole log.',
  }),
  complete: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: 'Whether the log ends with this body; true unless Content-Range says otherwise.' }),
});

export const PutLogReply = z.object({
  status: z.literal('ok'),
  size: z.int().meta({ description: 'Bytes of the log that are stored: the next offset.' }),
  complete: z.boolean(),
});
