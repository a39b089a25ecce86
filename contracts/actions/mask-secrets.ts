import { isSecretLike } from './secret-reference.ts';

/** Stands for a literal secret in an answer. In a request it means: leave as it is (restoreMasked). */
export const MASK = '********';

const SECRET_HEADER = /^(?:proxy-)?authorization$|cookie|token|key|secret|password|signature|credential/i;
const SECRET_VARIABLE =
  /pass(?:word|wd|phrase)?(?:_|$)|pwd|secret|token|(?:^|_)key(?:_|$)|apikey|credential|(?:^|_)auth(?:_|$)/i;

export function isSecretHeader(name: string): boolean {
  return SECRET_HEADER.test(name);
}

export function isSecretVariable(name: string): boolean {
  // PGPASSWORD has no underscore before its password, camelCase names have no underscores at all.
  return SECRET_VARIABLE.test(name.replace(/([a-z])([A-Z])/g, '$1_$2'));
}

/** An address to show: without user name and password, and without the values of parameters that look secret. */
export function maskUrl(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  const secretNames = [...url.searchParams.keys()].filter((name) => isSecretVariable(name) || isSecretHeader(name));
  if (url.username === '' && url.password === '' && secretNames.length === 0) return text;
  if (url.username !== '') url.username = MASK;
  if (url.password !== '') url.password = MASK;
  for (const name of secretNames) url.searchParams.set(name, MASK);
  return url.href;
}

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function maskEntries(entries: unknown, isSecret: (name: string) => boolean): unknown {
  if (!isObject(entries)) return entries;
  return Object.fromEntries(
    Object.entries(entries).map(([name, value]) => [name, !isSecretLike(value) && isSecret(name) ? MASK : value]),
  );
}

/**
 * An action's config as an answer may show it: literal headers and environment variables that look secret are masked, and
 * so are credentials in addresses. References to secrets stay, they name only.
 */
export function maskSecrets(config: unknown): unknown {
  if (!isObject(config)) return config;
  const masked: Record<string, unknown> = { ...config };
  if (Object.hasOwn(config, 'headers')) masked['headers'] = maskEntries(config['headers'], isSecretHeader);
  if (Object.hasOwn(config, 'env')) masked['env'] = maskEntries(config['env'], isSecretVariable);
  if (typeof config['url'] === 'string') masked['url'] = maskUrl(config['url']);
  return masked;
}

/**
 * The other way, for a client that reads a config, edits it and sends it back: what is still masked takes its stored value.
 * The address is taken over only where it is masked and unchanged.
 */
export function restoreMasked(sent: unknown, stored: unknown): unknown {
  if (!isObject(sent) || !isObject(stored)) return sent;
  const restored: Record<string, unknown> = { ...sent };
  for (const field of ['headers', 'env']) {
    const [newer, older] = [sent[field], stored[field]];
    if (!isObject(newer) || !isObject(older)) continue;
    restored[field] = Object.fromEntries(
      Object.entries(newer).map(([name, value]) => [
        name,
        value === MASK && Object.hasOwn(older, name) ? older[name] : value,
      ]),
    );
  }
  const { url } = stored;
  if (typeof url === 'string' && sent['url'] === maskUrl(url)) restored['url'] = url;
  return restored;
}
