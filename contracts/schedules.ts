import { z } from 'zod';
import { Instant } from './common/instant.ts';
import { queryInteger } from './common/parameters.ts';

export const SchedulePreviewQuery = z.strictObject({
  schedule: z
    .string()
    .max(500)
    .meta({ examples: ['daily at 2:00'] }),
  time_zone: z
    .string()
    .max(64)
    .optional()
    .meta({
      description: "A name of the IANA time zone database; the service's unless given.",
      examples: ['Europe/Berlin'],
    }),
  count: queryInteger(1, 50).default(5),
});
export type SchedulePreviewQuery = z.infer<typeof SchedulePreviewQuery>;

export const SchedulePreview = z
  .strictObject({
    schedule: z.string(),
    time_zone: z.string(),
    next: z
      .array(Instant)
      .meta({ description: 'When a task with it would start, counted from now; none for `manual`.' }),
  })
  .meta({ id: 'SchedulePreview' });
export type SchedulePreview = z.infer<typeof SchedulePreview>;
