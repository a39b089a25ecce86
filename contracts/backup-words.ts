import { z } from 'zod';
import { RUN_STATES } from './run-states.ts';

/**
 * full: every file is read again. incremental: what changed since the newest backup. differential: what changed since the
 * chain's full. Each of them is complete in itself: any can be restored alone.
 */
export const BACKUP_TYPES = ['full', 'incremental', 'differential'] as const;
export const BackupType = z.enum(BACKUP_TYPES).meta({
  description:
    'full: every file is read again. incremental: what changed since the newest backup is read. differential: what changed ' +
    'since the full that the chain began with. Each is complete in itself.',
});
export type BackupType = z.infer<typeof BackupType>;

export const BackupState = z.enum(RUN_STATES);
export type BackupState = z.infer<typeof BackupState>;
