import { z } from 'zod';
import { ObjectId } from './actions/own-action-configs.ts';
import { Instant } from './common/instant.ts';
import { RetentionPolicy } from './retention.ts';

const Age = z
  .string()
  .regex(/^[1-9]\d{0,4}d$/, 'a number of days, like 30d')
  .meta({ examples: ['30d'] });

export const CleanupRequest = z
  .strictObject({
    older_than: Age,
    target: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .meta({ description: "A target's id or name; all targets unless given." }),
    dry_run: z.boolean().optional().meta({ description: 'Only says what would be removed and freed.' }),
    confirm: z
      .boolean()
      .optional()
      .meta({ description: 'Really removes. Without it, and without dry_run, the request is refused.' }),
  })
  .meta({ id: 'CleanupRequest', examples: [{ older_than: '30d', dry_run: true }] });
export type CleanupRequest = z.infer<typeof CleanupRequest>;

const Doomed = z.strictObject({
  backup_id: z.string(),
  target_id: z.string(),
  created_at: Instant,
  total_bytes: z.int().nullable(),
});
const Kept = z.strictObject({ backup_id: z.string(), target_id: z.string(), reasons: z.array(z.string()) });

export const RemovalPlanView = z
  .strictObject({
    keep: z.array(Kept),
    remove: z.array(Doomed),
    freed_bytes: z
      .int()
      .nullable()
      .meta({ description: 'What a prune would free afterwards; null where it could not be counted.' }),
  })
  .meta({ id: 'RemovalPlan' });
export type RemovalPlanView = z.infer<typeof RemovalPlanView>;

export const CleanupPlan = z
  .strictObject({ status: z.literal('planned'), ...RemovalPlanView.shape })
  .meta({ id: 'CleanupPlan' });

export const CleanupStarted = z
  .strictObject({
    status: z.literal('pending'),
    run_ids: z.array(z.uuid()).meta({ description: 'One for each repository that has something to remove.' }),
    remove: z.array(Doomed),
  })
  .meta({ id: 'CleanupStarted' });
export type CleanupStarted = z.infer<typeof CleanupStarted>;

export const SimulateRetention = z
  .strictObject({
    target_id: z.string().min(1).max(100),
    schedule_id: ObjectId.optional().meta({
      description: 'The policy is meant for this schedule, which rules what it makes.',
    }),
    retention: RetentionPolicy,
    with_sizes: z.boolean().default(true).meta({ description: 'Counts what would be freed, which takes a while.' }),
  })
  .meta({ id: 'SimulateRetention', examples: [{ target_id: 'documents', retention: { daily: 7, weekly: 5 } }] });
export type SimulateRetention = z.infer<typeof SimulateRetention>;

export const RunStarted = z.strictObject({ run_id: z.uuid(), status: z.literal('pending') }).meta({ id: 'RunStarted' });
