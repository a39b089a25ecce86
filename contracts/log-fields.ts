import { z } from 'zod';

const Count = z.int().min(0);
const Seconds = z.number().min(0);

/** What restic says at the end of a backup; names as in its own JSON. */
export const ResticFields = z.strictObject({
  tool: z.literal('restic'),
  files_new: Count.optional(),
  files_changed: Count.optional(),
  files_unmodified: Count.optional(),
  dirs_new: Count.optional(),
  dirs_changed: Count.optional(),
  dirs_unmodified: Count.optional(),
  data_added: Count.optional().meta({ description: 'Bytes.' }),
  data_added_packed: Count.optional().meta({ description: 'Bytes, compressed.' }),
  total_files_processed: Count.optional(),
  total_bytes_processed: Count.optional(),
  duration_seconds: Seconds.optional(),
  snapshot_id: z.string().optional(),
});
export type ResticFields = z.infer<typeof ResticFields>;

const RobocopyRow = z.strictObject({
  total: Count,
  copied: Count,
  skipped: Count,
  mismatch: Count,
  failed: Count,
  extras: Count,
});
export type RobocopyRow = z.infer<typeof RobocopyRow>;

/** Robocopy's summary table. */
export const RobocopyFields = z.strictObject({
  tool: z.literal('robocopy'),
  dirs: RobocopyRow.optional(),
  files: RobocopyRow.optional(),
  bytes: RobocopyRow.optional().meta({ description: 'Rounded as in the log, unless robocopy ran with /BYTES.' }),
  exit_code: Count.max(15).meta({
    description: 'What the table means as an exit code: 1 copied, 2 extras, 4 mismatches, 8 failures, added up.',
  }),
  outcome: z.enum(['unchanged', 'copied', 'mismatch', 'failed']),
});
export type RobocopyFields = z.infer<typeof RobocopyFields>;

/** What SQL Server says while it backs up or restores. */
export const SqlServerFields = z.strictObject({
  tool: z.literal('sql_server'),
  statements: Count.meta({ description: 'BACKUP and RESTORE statements that succeeded.' }),
  pages_processed: Count,
  duration_seconds: Seconds,
  megabytes_per_second: z.number().min(0).nullable().meta({ description: 'Of the last statement.' }),
  error_count: Count,
  errors: z.array(z.strictObject({ number: Count, level: Count })).meta({ description: 'The first twenty.' }),
});
export type SqlServerFields = z.infer<typeof SqlServerFields>;

/** Figures read from the log of a program that GuardIT knows. They are claims of that log, no more. */
export const LogFields = z
  .discriminatedUnion('tool', [ResticFields, RobocopyFields, SqlServerFields])
  .meta({ id: 'LogFields' });
export type LogFields = z.infer<typeof LogFields>;
