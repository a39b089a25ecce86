import { MASK } from '../../../contracts/actions.ts';
import {
  CHANNEL_CONFIG_SCHEMAS,
  CreateChannel,
  type ChannelKind,
  type ChannelView,
} from '../../../contracts/channels.ts';
import type { AlertKind, AlertView } from '../../../contracts/alerts.ts';
import type { Problems } from '../../ui/form/problems.ts';

/** The fields of a kind's configuration, in the order of the form. */
export const CHANNEL_FIELDS = {
  smtp: ['host', 'port', 'security', 'user', 'password', 'from', 'to'],
  webhook: ['url', 'headers', 'secret'],
  slack: ['url'],
  teams: ['url'],
  discord: ['url'],
  ntfy: ['server', 'topic', 'token'],
} as const satisfies Record<ChannelKind, readonly string[]>;

export type ChannelField = (typeof CHANNEL_FIELDS)[ChannelKind][number];

/** What is written once and never shown. Addresses that chat services give out are as good as passwords. */
export function isSecretField(kind: ChannelKind, field: ChannelField): boolean {
  return ['password', 'secret', 'token'].includes(field) || (field === 'url' && kind !== 'webhook');
}

/** A channel as the form's fields hold it: text, until it is sent. */
export interface ChannelDraft {
  readonly kind: ChannelKind;
  readonly name: string;
  readonly enabled: boolean;
  readonly minSeverity: AlertView['severity'];
  /** Null: all, also those that are not known yet. */
  readonly alertKinds: readonly AlertKind[] | null;
  readonly notifyResolved: boolean;
  readonly fields: Readonly<Partial<Record<ChannelField, string>>>;
  /** Secrets that are stored: an empty field keeps them. */
  readonly stored: readonly ChannelField[];
}

export const EMPTY_CHANNEL: ChannelDraft = {
  kind: 'smtp',
  name: '',
  enabled: true,
  minSeverity: 'warning',
  alertKinds: null,
  notifyResolved: true,
  fields: { port: '587', security: 'starttls', server: 'https://ntfy.sh' },
  stored: [],
};

export function channelDraftOf(channel: ChannelView): ChannelDraft {
  const { kind, name, enabled, kinds: alertKinds, config } = channel;
  const { min_severity: minSeverity, notify_resolved: notifyResolved } = channel;
  const names: readonly ChannelField[] = CHANNEL_FIELDS[kind];
  const stored = names.filter((field) => isSecretField(kind, field) && config[field] === MASK);
  const shown = names.filter((field) => !stored.includes(field));
  const fields = Object.fromEntries(shown.map((field) => [field, fieldText(config[field])]));
  return {
    ...{ kind, name, enabled, minSeverity, alertKinds, notifyResolved, stored },
    fields: { ...EMPTY_CHANNEL.fields, ...fields },
  };
}

/** As the API takes it, and what it would refuse. */
export function channelBody(draft: ChannelDraft): {
  readonly body: Readonly<Record<string, unknown>>;
  readonly problems: Problems;
} {
  const { kind, name, enabled, minSeverity, alertKinds, notifyResolved } = draft;
  const body = {
    name: name.trim(),
    kind,
    config: configOf(draft),
    enabled,
    min_severity: minSeverity,
    kinds: alertKinds,
    notify_resolved: notifyResolved,
  };
  const problems: Record<string, string> = {};
  for (const issue of CreateChannel.safeParse(body).error?.issues ?? [])
    problems[issue.path.join('.')] ??= issue.message;
  for (const issue of CHANNEL_CONFIG_SCHEMAS[kind].safeParse(checkable(draft, body.config)).error?.issues ?? [])
    problems[['config', ...issue.path].join('.')] ??= issue.message;
  return { body, problems };
}

function configOf({ kind, fields, stored }: ChannelDraft): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  for (const field of CHANNEL_FIELDS[kind]) {
    const text = (fields[field] ?? '').trim();
    if (text === '') {
      if (stored.includes(field)) config[field] = MASK;
      continue;
    }
    config[field] = valueOf(field, text);
  }
  return config;
}

function valueOf(field: ChannelField, text: string): unknown {
  if (field === 'port') return Number(text);
  if (field === 'to') return linesOf(text);
  if (field !== 'headers') return reference(text);
  const entries = linesOf(text).map((line) => {
    const at = line.indexOf(':');
    return at < 0 ? [line, ''] : [line.slice(0, at).trim(), reference(line.slice(at + 1).trim())];
  });
  return Object.fromEntries(entries) as unknown;
}

/** A mask stands for an address that was good when it was stored. */
function checkable({ stored }: ChannelDraft, config: Readonly<Record<string, unknown>>): unknown {
  return stored.includes('url') && config['url'] === MASK ? { ...config, url: 'https://stored.invalid' } : config;
}

/** `{"$secret": "name"}` is a reference, everything else is text. */
function reference(text: string): unknown {
  if (!/^\{\s*"\$secret"/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function fieldText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.join('\n');
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Object.hasOwn(value, '$secret')) return JSON.stringify(value);
  return Object.entries(value)
    .map(([name, entry]) => `${name}: ${fieldText(entry)}`)
    .join('\n');
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
