import { z } from 'zod';
import { OVERWRITE_RULES, type CreateRestore } from '../../../contracts/restores.ts';
import type { OverwriteRule } from '../engine-jobs/ports/job-facts.ts';
import { AppError } from '../errors/app-error.ts';

/** What a run of a restore is to do: its params, complete in itself, so that it can be restarted. */
export const RestoreParamsSchema = z.strictObject({
  backup_id: z.string(),
  /** Absolute; `/` for where it came from. */
  target_path: z.string(),
  original: z.boolean(),
  subfolder: z.string().nullable(),
  include: z.array(z.string()),
  exclude: z.array(z.string()),
  overwrite: z.enum(OVERWRITE_RULES),
  /** Null: nobody said what happens to what is there, so nothing may be there. */
  overwrite_stated: z.boolean(),
  verify_before: z.boolean(),
  verify: z.boolean(),
});
export type RestoreParams = z.infer<typeof RestoreParamsSchema>;

/** Refuses with `invalid_request` what contradicts itself. */
export function checkRequest(request: CreateRestore): void {
  const { backup_id, backup_job_id, targets, at, include, exclude, destination, subfolder } = request;
  if (backup_id !== undefined && backup_job_id !== undefined) {
    throw invalid('backup_job_id', 'contradiction', 'send backup_id or backup_job_id, not both');
  }
  const namesBackup = backup_id !== undefined || backup_job_id !== undefined;
  if (!namesBackup && targets === undefined) {
    throw invalid('backup_id', 'required', 'say what to restore: backup_id, backup_job_id, or targets (with at)');
  }
  if (namesBackup && at !== undefined) {
    throw invalid('at', 'contradiction', 'goes together with targets, not with a backup, which has its own time');
  }
  if (include?.length && exclude?.length) {
    throw invalid('exclude', 'contradiction', 'include and exclude can not be combined, send one of them');
  }
  if (subfolder !== undefined && destination && 'original' in destination) {
    throw invalid('subfolder', 'contradiction', 'what goes back to where it came from has its whole path; use include');
  }
}

/** `true` and `false` are the short words for always and never. Undefined: not stated. */
export function overwriteRule(overwrite: CreateRestore['overwrite']): OverwriteRule | undefined {
  if (typeof overwrite !== 'boolean') return overwrite;
  return overwrite ? 'always' : 'never';
}

export function invalid(field: string, code: string, problem: string): AppError {
  return new AppError('invalid_request', `${field}: ${problem}`, { field, code });
}
