import { z } from 'zod';
import { Instant } from './common/instant.ts';
import { paging } from './common/parameters.ts';
import { RUN_STATES } from './run-states.ts';

/** `verify`: one backup, every byte. `check`: a repository, or a part of it. `drill`: a restore to scratch space. */
export const VERIFICATION_KINDS = ['verify', 'check', 'drill'] as const;
export const VerificationKind = z.enum(VERIFICATION_KINDS);
export type VerificationKind = z.infer<typeof VerificationKind>;

export const StartedVerification = z
  .object({
    verification_id: z.uuid().meta({ description: 'Of its run, too: `/api/runs/{id}` has the progress and the log.' }),
    run_id: z.uuid(),
    status: z.enum(RUN_STATES),
    backup_id: z.string().nullable(),
    target_id: z.string(),
  })
  .meta({ id: 'StartedVerification' });

export const VerificationParams = z.object({ verificationId: z.string().max(64) });

const Reference = z.string().min(1).max(255);

export const VerificationListQuery = z.strictObject({
  ...paging(),
  kind: VerificationKind.optional(),
  repository_id: Reference.optional(),
  target_id: Reference.optional(),
  backup_id: Reference.optional(),
});

export const DrillListQuery = z.strictObject({ ...paging(), target_id: Reference.optional() });

export const VerificationView = z
  .object({
    verification_id: z.string(),
    kind: VerificationKind,
    status: z
      .enum(['running', 'verified', 'damaged', 'failed', 'cancelled'])
      .meta({ description: 'verified and damaged: it looked at everything. failed: it could not.' }),
    repository_id: z.string(),
    target_id: z.string().nullable(),
    backup_id: z.string().nullable(),
    started_at: Instant.nullable(),
    finished_at: Instant.nullable(),
    read_bytes: z.int(),
    error_count: z.int(),
    errors: z.array(z.string()).meta({ description: 'The first ones.' }),
    report: z.record(z.string(), z.unknown()).meta({ description: 'Figures, by kind.' }),
  })
  .meta({ id: 'Verification' });
export type VerificationView = z.infer<typeof VerificationView>;

export const VerificationList = z
  .object({ verifications: z.array(VerificationView), total: z.int(), limit: z.int(), offset: z.int() })
  .meta({ id: 'VerificationList' });

export const DrillList = z
  .object({ drills: z.array(VerificationView), total: z.int(), limit: z.int(), offset: z.int() })
  .meta({ id: 'DrillList' });

export const StartDrill = z
  .strictObject({
    sample_percent: z.number().gt(0).max(100).optional().meta({
      description: 'Of the files, chosen anew each time; 10 unless given.',
    }),
  })
  .meta({ id: 'StartDrill' });
