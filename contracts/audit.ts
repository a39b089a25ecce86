import { z } from 'zod';
import { Instant } from './common/instant.ts';
import { paging, queryInstant } from './common/parameters.ts';

export const AuditEntry = z
  .object({
    id: z.int(),
    at: Instant,
    actor: z.object({
      kind: z.enum(['user', 'key', 'run', 'loopback', 'system', 'nobody']),
      id: z.string(),
      name: z.string(),
      address: z.string(),
    }),
    action: z.string().meta({ examples: ['task.created'] }),
    object: z.string().meta({ examples: ['task:prod-01-db'] }),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEntry' });

export const AuditQuery = z.strictObject({
  actor: z.string().min(1).max(255).optional().meta({ description: "The actor's id or name." }),
  action: z.string().min(1).max(100).optional(),
  object: z.string().min(1).max(400).optional(),
  from: queryInstant.optional().meta({ description: 'Inclusive.' }),
  to: queryInstant.optional().meta({ description: 'Exclusive.' }),
  ...paging(),
});

export const AuditList = z.object({ entries: z.array(AuditEntry), total: z.int() });
