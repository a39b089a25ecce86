import { z } from 'zod';
import { queryInteger } from './common/parameters.ts';

export const HEALTH_STATES = ['ok', 'degraded', 'failing'] as const;
export const HealthState = z.enum(HEALTH_STATES);
export type HealthState = z.infer<typeof HealthState>;

export const Health = z
  .strictObject({
    status: HealthState.meta({ description: 'The worst of the checks.' }),
    version: z.string(),
    uptime_seconds: z.number().nonnegative(),
    checks: z.array(
      z.strictObject({
        name: z.string(),
        status: HealthState,
        problems: z.array(z.string()).meta({ description: 'What is wrong, and what to do about it.' }),
      }),
    ),
  })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof Health>;

export const EventsQuery = z.strictObject({
  types: z
    .string()
    .regex(/^[a-z_.*]+(?:,[a-z_.*]+)*$/, 'must be names separated by commas')
    .max(1000)
    .optional()
    .meta({
      description: 'Only events of these types, separated by commas; `run.*` means all that begin with `run.`.',
    }),
  last_event_id: queryInteger(0, Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({ description: 'As the header Last-Event-ID, for clients that can not set it.' }),
});
