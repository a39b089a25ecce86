import { z } from 'zod';
import { secretReferenceSchema } from './actions/secret-reference.ts';
import { ALERT_SEVERITIES, AlertKind, AlertSeverity } from './alerts.ts';
import { Instant } from './common/instant.ts';
import { paging } from './common/parameters.ts';
import { line } from './common/text.ts';

const httpUrl = z
  .string()
  .max(4096)
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'not an http or https address');
/** An address that is as good as a password, as chat services give out; best kept as a secret. */
const SecretUrl = z.union([httpUrl, secretReferenceSchema]);
const Text = line(1000);
const SecretText = z.union([z.string().min(1).max(4096), secretReferenceSchema]);
// One line: an address list with a line break would add headers.
const Address = z
  .string()
  .max(320)
  .regex(/^[^\s@<>,;"]+@[^\s@<>,;"]+$/, 'not a mail address');

export const CHANNEL_KINDS = ['smtp', 'webhook', 'slack', 'teams', 'discord', 'ntfy'] as const;
export const ChannelKind = z.enum(CHANNEL_KINDS);
export type ChannelKind = z.infer<typeof ChannelKind>;

/** What each kind needs. Kept as sent; secrets by reference are read when a message is sent. */
export const CHANNEL_CONFIG_SCHEMAS = {
  smtp: z.strictObject({
    host: line(255),
    port: z.int().min(1).max(65_535).default(587),
    security: z.enum(['starttls', 'tls', 'none']).default('starttls').meta({
      description: 'starttls: refused where the server has none. none: only for a server on this machine or network.',
    }),
    user: Text.optional(),
    password: SecretText.optional(),
    from: Address,
    to: z.array(Address).min(1).max(50),
  }),
  webhook: z.strictObject({
    url: SecretUrl,
    headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,100}$/), SecretText).default({}),
    secret: SecretText.optional().meta({
      description: 'Signs the body: X-GuardIT-Signature is sha256= and the HMAC-SHA-256 in hex.',
    }),
  }),
  slack: z.strictObject({ url: SecretUrl }),
  teams: z.strictObject({ url: SecretUrl }),
  discord: z.strictObject({ url: SecretUrl }),
  ntfy: z.strictObject({
    server: httpUrl.default('https://ntfy.sh'),
    topic: z.string().regex(/^[-_A-Za-z0-9]{1,64}$/, 'letters, digits, "-" and "_", at most 64'),
    token: SecretText.optional(),
  }),
} as const satisfies Record<ChannelKind, z.ZodType>;

export type ChannelConfig<Kind extends ChannelKind> = z.infer<(typeof CHANNEL_CONFIG_SCHEMAS)[Kind]>;

const channelFields = {
  name: line(100),
  config: z.record(z.string(), z.unknown()).meta({ description: "By the channel's kind." }),
  enabled: z.boolean().default(true),
  min_severity: AlertSeverity.default('warning').meta({
    description: `This one and worse, of ${ALERT_SEVERITIES.join(', ')}.`,
  }),
  kinds: z.array(AlertKind).min(1).nullable().default(null).meta({ description: 'Only these; null: all.' }),
  notify_resolved: z.boolean().default(true),
};

export const CreateChannel = z.strictObject({ kind: ChannelKind, ...channelFields }).meta({
  id: 'CreateChannel',
  examples: [
    {
      name: 'Admins by mail',
      kind: 'smtp',
      config: { host: 'mail.example.com', from: 'guardit@example.com', to: ['admin@example.com'] },
    },
  ],
});
export type CreateChannel = z.infer<typeof CreateChannel>;

export const UpdateChannel = z
  .strictObject({
    name: channelFields.name.optional(),
    config: channelFields.config.optional(),
    enabled: z.boolean().optional(),
    min_severity: AlertSeverity.optional(),
    kinds: z.array(AlertKind).min(1).nullable().optional(),
    notify_resolved: z.boolean().optional(),
  })
  .meta({ id: 'UpdateChannel', description: 'Only what is to be changed.' });
export type UpdateChannel = z.infer<typeof UpdateChannel>;

export const ChannelView = z
  .strictObject({
    channel_id: z.int(),
    name: z.string(),
    kind: ChannelKind,
    config: z.record(z.string(), z.unknown()).meta({ description: 'Values that are secret are masked.' }),
    enabled: z.boolean(),
    min_severity: AlertSeverity,
    kinds: z.array(AlertKind).nullable(),
    notify_resolved: z.boolean(),
    last_sent_at: Instant.nullable(),
    problem: z.string().nullable().meta({ description: 'Why the last message could not be sent; null when it was.' }),
    failing_since: Instant.nullable(),
    created_at: Instant,
    updated_at: Instant,
  })
  .meta({ id: 'Channel' });
export type ChannelView = z.infer<typeof ChannelView>;

export const ChannelParams = z.object({ channelId: z.string().max(20) });
export const ChannelList = z.strictObject({ channels: z.array(ChannelView) });

export const ChannelTestResult = z
  .strictObject({ sent: z.boolean(), problem: z.string().nullable() })
  .meta({ id: 'ChannelTestResult' });

export const DeliveryView = z
  .strictObject({
    delivery_id: z.int(),
    channel_id: z.int(),
    alert_id: z.int(),
    what: z.enum(['opened', 'resolved']),
    state: z.enum(['pending', 'sent', 'failed']),
    attempts: z.int(),
    problem: z.string().nullable(),
    created_at: Instant,
    next_attempt_at: Instant.nullable(),
    sent_at: Instant.nullable(),
  })
  .meta({ id: 'Delivery', description: 'A message about an alert, to a channel.' });
export type DeliveryView = z.infer<typeof DeliveryView>;

export const ListDeliveries = z.strictObject({ state: DeliveryView.shape.state.optional(), ...paging() });
export const DeliveryList = z.strictObject({ deliveries: z.array(DeliveryView), total: z.int() });
