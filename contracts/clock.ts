import { z } from 'zod';
import { Instant } from './common/instant.ts';

export const ClockView = z
  .object({
    trusted: Instant.meta({
      description: 'By which immutable backups become removable: it can not be set ahead by setting the clock.',
    }),
    wall: Instant.meta({ description: "This machine's clock." }),
    difference_seconds: z.number().meta({ description: 'The wall clock minus the trusted one.' }),
    differs: z.boolean().meta({ description: 'By more than five minutes: look whether the wall clock is right.' }),
  })
  .meta({ id: 'Clock' });
export type ClockView = z.infer<typeof ClockView>;

export const ConfirmClock = z.strictObject({}).meta({ id: 'ConfirmClock' });
