import { z } from 'zod';

const Count = z.int().min(0).max(100_000);
/** restic's: `1y6m7d12h`. */
const Duration = z.string().regex(/^(?=.)(?:\d{1,4}y)?(?:\d{1,4}m)?(?:\d{1,5}d)?(?:\d{1,6}h)?$/, 'like 1y6m7d12h');

/** What is kept of a target's backups: all that one of the rules wants. restic's `forget`, and `days` (seed 5). */
export const RetentionPolicy = z
  .strictObject({
    days: z
      .int()
      .min(1)
      .max(36_500)
      .optional()
      .meta({ description: 'Everything that is not older than so many days.' }),
    last: Count.optional().meta({ description: 'The newest ones.' }),
    hourly: Count.optional().meta({ description: 'The newest of each of the last so many hours that have one.' }),
    daily: Count.optional(),
    weekly: Count.optional(),
    monthly: Count.optional(),
    yearly: Count.optional(),
    within: Duration.optional().meta({ description: 'Everything not older than this, counted from the newest.' }),
  })
  .refine(
    (policy) => Object.values(policy).some((rule) => rule !== undefined && rule !== 0),
    'keeps nothing: give at least one rule above zero',
  )
  .meta({ id: 'RetentionPolicy', examples: [{ daily: 7, weekly: 5, monthly: 12 }] });
export type RetentionPolicy = z.infer<typeof RetentionPolicy>;

/** As people send it: a number is days (seed 5). */
export const RetentionWish = z
  .union([z.int().min(1).max(36_500), RetentionPolicy])
  .meta({ description: 'Rules, or a number of days.', examples: [7, { daily: 7, weekly: 5 }] });
export type RetentionWish = z.infer<typeof RetentionWish>;

export function retentionOf(wish: RetentionWish): RetentionPolicy {
  return typeof wish === 'number' ? { days: wish } : wish;
}

/** Null: everything. */
export function keptBy(wish: RetentionWish | null | undefined): RetentionPolicy | null {
  return wish === undefined || wish === null ? null : retentionOf(wish);
}
