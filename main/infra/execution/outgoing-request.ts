import { isSecretLike, maskUrl } from '../../../contracts/actions.ts';
import type { ApiCallConfig, WebhookConfig } from '../../../contracts/actions.ts';
import { ExecutionFailure } from './outcomes.ts';
import type { OutgoingRequest } from './redirect.ts';
import type { SecretResolver } from './resolve-secrets.ts';

const USER_AGENT = 'GuardIT';

/** Builds what goes out from what is configured; `defaultBody` is for a webhook that has none. */
export async function outgoingRequest(
  config: ApiCallConfig | WebhookConfig,
  secrets: SecretResolver,
  defaultBody: unknown,
): Promise<OutgoingRequest> {
  const url = parseUrl(await secrets.text(config.url));
  const headers = await secrets.record(config.headers);
  for (const [name, value] of Object.entries(headers)) headers[name] = headerValue(name, value);
  const has = (name: string) => Object.keys(headers).some((other) => other.toLowerCase() === name);
  if (!has('user-agent')) headers['User-Agent'] = USER_AGENT;
  if ((url.username !== '' || url.password !== '') && !has('authorization')) headers['Authorization'] = basic(url);
  url.username = '';
  url.password = '';
  url.hash = '';
  const configured = config.body === undefined ? defaultBody : config.body;
  const carriesBody = configured !== undefined && config.method !== 'GET' && config.method !== 'HEAD';
  const body = carriesBody ? await secrets.deep(configured) : undefined;
  if (body !== undefined && !has('content-type')) {
    headers['Content-Type'] = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  }
  return {
    method: config.method,
    url,
    headers,
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    secretHeaders: new Set(secretNames(config.headers)),
    bodyHasSecret: hasSecret(configured),
  };
}

/** A webhook's path often is its password, and an address out of a secret is one: then only the server is named. */
export function shownUrl(url: URL, isSecret: boolean): string {
  return isSecret ? `${url.origin}/…` : maskUrl(url.href);
}

function parseUrl(text: string): URL {
  const trimmed = text.trim();
  const url = URL.canParse(trimmed) ? new URL(trimmed) : null;
  // The text may be a secret: it is not shown.
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw new ExecutionFailure('invalid_config', 'The url is no http or https address.', false);
}

/** A secret may come from a file that ends with a line break; inside of a header no control character may stand. */
function headerValue(name: string, value: string): string {
  const trimmed = value.trim();
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(trimmed)) return trimmed;
  throw new ExecutionFailure(
    'invalid_config',
    `The value of the header ${name} has characters that HTTP can't carry.`,
    false,
  );
}

function basic(url: URL): string {
  const credentials = `${percentDecoded(url.username)}:${percentDecoded(url.password)}`;
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone %: meant as it stands.
    return text;
  }
}

function secretNames(headers: ApiCallConfig['headers']): string[] {
  return Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [] : [name.toLowerCase()]));
}

function hasSecret(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return isSecretLike(value) || Object.values(value).some(hasSecret);
}
