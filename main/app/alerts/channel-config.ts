import { isSecretLike, MASK, maskSecrets, maskUrl } from '../../../contracts/actions.ts';
import type { ChannelKind } from '../../../contracts/channels.ts';
import { invalid } from '../tasks/task-fields.ts';

type Config = Readonly<Record<string, unknown>>;

/** Fields that hold a secret as it is, where they hold no reference. Chat services' addresses are as good as passwords. */
const SECRET_FIELDS: Readonly<Record<ChannelKind, readonly string[]>> = {
  smtp: ['password'],
  webhook: ['secret'],
  slack: ['url'],
  teams: ['url'],
  discord: ['url'],
  ntfy: ['token'],
};

/** A channel's configuration as answers show it. */
export function shownConfig(kind: ChannelKind, config: Config): Record<string, unknown> {
  const shown = { ...(maskSecrets(config) as Record<string, unknown>) };
  for (const field of SECRET_FIELDS[kind]) {
    if (Object.hasOwn(shown, field) && !isSecretLike(shown[field])) shown[field] = MASK;
  }
  return shown;
}

/** For a client that sends back what it was shown: masks take their stored values, as long as they go to the same place. */
export function restoreMaskedConfig(kind: ChannelKind, sent: Config, stored: Config): Config {
  if (!JSON.stringify(sent).includes(MASK)) return sent;
  const restored: Record<string, unknown> = { ...sent };
  const isSamePlace = placeOf(sent, stored) === placeOf(stored, stored);
  for (const field of [...SECRET_FIELDS[kind], 'headers', 'url']) {
    if (!JSON.stringify(sent[field] ?? null).includes(MASK)) continue;
    if (!isSamePlace || !Object.hasOwn(stored, field)) {
      throw invalid(`config.${field}`, 'masked', 'holds a mask in place of a value; send the value again');
    }
    restored[field] = field === 'headers' ? restoredHeaders(sent[field], stored[field]) : stored[field];
  }
  return restored;
}

/** What gets to see the secrets. A masked address is the one that is stored. */
function placeOf({ url, host, port, server }: Config, stored: Config): string {
  const isMasked = url === MASK || (typeof stored['url'] === 'string' && url === maskUrl(stored['url']));
  return JSON.stringify([isMasked ? stored['url'] : url, host, port, server]);
}

function restoredHeaders(sent: unknown, stored: unknown): unknown {
  if (typeof sent !== 'object' || sent === null || typeof stored !== 'object' || stored === null) return sent;
  const known = new Map(Object.entries(stored));
  return Object.fromEntries(
    Object.entries(sent).map(([name, value]) => [name, value === MASK ? known.get(name) : value]),
  );
}
