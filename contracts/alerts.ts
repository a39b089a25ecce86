import { z } from 'zod';
import { Instant } from './common/instant.ts';
import { paging, queryInteger } from './common/parameters.ts';
import { line } from './common/text.ts';

/** What can be amiss (seed 5's alerts, and api.md's). One of a kind is open for an object at a time. */
export const ALERT_KINDS = [
  'failed',
  'overdue',
  'stuck',
  'long_running',
  'unusual_duration',
  'missed_schedule',
  'storage_capacity',
  'verification_failed',
  'repository_unreachable',
  'recovery_kit',
  'key_rotation',
  'anomaly',
  'channel_failing',
  'catalog',
] as const;
export const AlertKind = z.enum(ALERT_KINDS);
export type AlertKind = z.infer<typeof AlertKind>;

export const ALERT_SEVERITIES = ['info', 'warning', 'critical'] as const;
export const AlertSeverity = z.enum(ALERT_SEVERITIES);
export type AlertSeverity = z.infer<typeof AlertSeverity>;

export const AlertView = z
  .strictObject({
    alert_id: z.int(),
    kind: AlertKind,
    severity: AlertSeverity,
    object: z.string().meta({
      description: 'What it is about: task:ID, target:ID, repository:ID, channel:ID.',
      examples: ['task:prod-01-db'],
    }),
    task_id: z.string().nullable(),
    message: z.string(),
    details: z.record(z.string(), z.unknown()),
    opened_at: Instant,
    resolved_at: Instant.nullable().meta({ description: 'When what was amiss had gone; null while it is open.' }),
    acknowledged_at: Instant.nullable(),
    acknowledged_by: z.string().nullable(),
    acknowledged_note: z.string().nullable(),
  })
  .meta({
    id: 'Alert',
    description: 'Opened once, resolved by itself when its cause is gone; acknowledged by people.',
  });
export type AlertView = z.infer<typeof AlertView>;

export const ListAlerts = z.strictObject({
  status: z.enum(['open', 'resolved', 'all']).default('open'),
  kind: AlertKind.optional(),
  severity: AlertSeverity.optional().meta({ description: 'This one and worse.' }),
  object: z.string().min(1).max(400).optional(),
  ...paging(),
});
export type ListAlerts = z.infer<typeof ListAlerts>;

export const AlertList = z.strictObject({
  alerts: z.array(AlertView),
  total: z.int(),
  limit: z.int(),
  offset: z.int(),
});

export const AlertParams = z.object({ alertId: queryInteger(1, Number.MAX_SAFE_INTEGER) });

export const AcknowledgeAlert = z
  .strictObject({ note: line(500).optional() })
  .meta({ id: 'AcknowledgeAlert', examples: [{ note: 'The disk is ordered.' }] });
