import { z } from 'zod';
import { BackupType } from '../backup-words.ts';

/** A target's, repository's or schedule's id: a slug. */
export const ObjectId = z
  .string()
  .max(100)
  .regex(/^[a-z0-9][a-z0-9._-]*$/, 'an id of small letters, digits, ".", "_" and "-"');

export const backupConfigSchema = z
  .strictObject({
    target_id: ObjectId,
    backup_type: BackupType.default('incremental'),
    schedule_id: ObjectId.optional().meta({ description: 'The schedule that it belongs to; decides the retention.' }),
  })
  .meta({ id: 'BackupConfig', description: 'Backs a target up.' });

export const verifyConfigSchema = z
  .strictObject({
    repository_id: ObjectId.optional().meta({ description: 'Checks the repository.' }),
    target_id: ObjectId.optional().meta({ description: "Re-reads all that the target's newest backup needs." }),
    cover_days: z.int().min(1).max(3650).optional().meta({
      description:
        'Of a repository: reads a part of the data each time, so that all of it is read every so many days. Without: all at once.',
    }),
    structure_only: z.boolean().optional().meta({ description: 'Of a repository: reads no file data.' }),
  })
  .refine(
    ({ repository_id, target_id }) => (repository_id === undefined) !== (target_id === undefined),
    'needs repository_id or target_id, one of them',
  )
  .meta({ id: 'VerifyConfig' });

export const pruneConfigSchema = z
  .strictObject({ repository_id: ObjectId })
  .meta({ id: 'PruneConfig', description: 'Frees what no backup needs any more.' });

export const restoreDrillConfigSchema = z
  .strictObject({
    target_id: ObjectId,
    sample_percent: z.number().gt(0).max(100).default(10).meta({ description: 'Of the files, chosen anew each time.' }),
  })
  .meta({
    id: 'RestoreDrillConfig',
    description: 'Restores to scratch space, compares, and measures the time it takes.',
  });

/** Of `key_rotation` and `settings_backup`, which GuardIT makes by itself. */
export const repositoryTaskConfigSchema = z.strictObject({ repository_id: ObjectId });

export type BackupConfig = z.infer<typeof backupConfigSchema>;
export type VerifyConfig = z.infer<typeof verifyConfigSchema>;
export type PruneConfig = z.infer<typeof pruneConfigSchema>;
export type RestoreDrillConfig = z.infer<typeof restoreDrillConfigSchema>;
