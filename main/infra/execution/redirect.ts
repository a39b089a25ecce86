import { isSecretHeader } from '../../../contracts/actions.ts';
import { ExecutionFailure } from './outcomes.ts';

/** A request as it goes out, every secret in its place. */
export interface OutgoingRequest {
  readonly method: string;
  /** Without user name and password: those are in the headers. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Headers whose value came from a secret, in lower case. */
  readonly secretHeaders: ReadonlySet<string>;
  readonly bodyHasSecret: boolean;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const BODY_HEADERS = /^content-/i;

export function isRedirect(status: number, location: string | undefined): location is string {
  return location !== undefined && REDIRECTS.has(status);
}

/**
 * The request that a redirect asks for, as browsers do it: 303 and a POST's 301 and 302 become a GET. Credentials stay
 * with the origin they were meant for, for good: no way back brings them along again. Throws `refused`.
 */
export function redirected(request: OutgoingRequest, status: number, location: string): OutgoingRequest {
  const url = URL.canParse(location, request.url.href) ? new URL(location, request.url) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) throw refused('is no http or https address');
  if (url.username !== '' || url.password !== '') throw refused('carries a user name or a password');
  if (request.url.protocol === 'https:' && url.protocol === 'http:') throw refused('leads from https to http');
  const becomesGet = status === 303 ? request.method !== 'HEAD' : status < 303 && request.method === 'POST';
  const foreign = url.origin !== request.url.origin;
  if (foreign && !becomesGet && request.bodyHasSecret)
    throw refused('would give a body with secrets to another server');
  // The part after # never leaves this machine.
  url.hash = '';
  const kept = Object.entries(request.headers).filter(([name]) => {
    if (becomesGet && BODY_HEADERS.test(name)) return false;
    return !foreign || !(isSecretHeader(name) || request.secretHeaders.has(name.toLowerCase()));
  });
  return {
    ...request,
    url,
    headers: Object.fromEntries(kept),
    ...(becomesGet ? { method: 'GET', body: null, bodyHasSecret: false } : {}),
  };
}

function refused(why: string): ExecutionFailure {
  return new ExecutionFailure('refused', `The server redirects to an address that ${why}.`, false);
}
