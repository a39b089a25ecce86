import { Readable } from 'node:stream';
import { ServiceError, type ForwardedAnswer, type ServiceClient } from '../../host/attach/index.ts';
import { COMMON_HEADERS, DATA_POLICY } from './content-policy.ts';

/** What of a page's request reaches the core. Not among them: Origin, cookies, and any token of the page's own. */
const REQUEST_HEADERS = [
  'accept',
  'accept-language',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'last-event-id',
  'range',
];

/** Of the connection to the core, or nothing that pages should have. */
const DROPPED_HEADERS = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'set-cookie',
  'content-length',
  'date',
  'strict-transport-security',
]);

const BODYLESS_STATUSES = new Set([101, 204, 205, 304]);
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** The paths of the core's API; everything else is a file of the interface. */
export function isCorePath(pathname: string): boolean {
  return /^\/(?:api|agents|health|metrics|openapi\.json|docs)(?:\/|$)/.test(pathname);
}

/**
 * Passes a page's request on to the core, whose client adds the token, and the answer back as it comes. The address is the
 * client's: nothing in the request can name another host.
 */
export async function forwardToCore(request: Request, client: ServiceClient | null): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  // Their answers have a token in them, which would come to the page. /api/auth/session is the pages' way (session-route.ts).
  if (/^\/api\/auth\/(?:login|logout|me\/password)\/?$/i.test(decoded(pathname))) {
    return refusal(
      pathname,
      403,
      'forbidden',
      'The desktop app keeps logins to itself. Use a browser, or the command line.',
    );
  }
  if (!METHODS.has(request.method)) return refusal(pathname, 405, 'method_not_allowed', 'This method is not possible.');
  if (client === null) return unreachable(pathname, 'GuardIT is not connected right now; it is being looked for.');
  try {
    return responseOf(
      await client.forward({
        method: request.method,
        path: pathname + search,
        headers: Object.fromEntries(REQUEST_HEADERS.flatMap((name) => headerOf(request, name))),
        body: request.body ? Readable.fromWeb(request.body) : undefined,
        signal: request.signal,
      }),
    );
  } catch (error) {
    const reason = error instanceof ServiceError ? error.message : 'The connection to GuardIT was lost.';
    return unreachable(pathname, reason);
  }
}

function headerOf({ headers }: Request, name: string): [string, string][] {
  const value = headers.get(name);
  return value === null ? [] : [[name, value]];
}

function responseOf({ status, headers, body }: ForwardedAnswer): Response {
  const given = Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    if (value === undefined || DROPPED_HEADERS.has(name.toLowerCase())) return [];
    return [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]];
  });
  // A page of the core's own (its reference) brings a policy that is stricter still.
  const answered = { ...Object.fromEntries(given), ...COMMON_HEADERS };
  const policy = answered['content-security-policy' as keyof typeof answered] ?? DATA_POLICY;
  const isBodyless = BODYLESS_STATUSES.has(status);
  if (isBodyless) body.resume();
  return new Response(isBodyless ? null : (Readable.toWeb(body) as globalThis.ReadableStream), {
    status,
    headers: { ...answered, 'content-security-policy': policy },
  });
}

function unreachable(pathname: string, reason: string): Response {
  return refusal(pathname, 503, 'unavailable', reason);
}

/** In the words of the family of errors that the path belongs to (contracts/errors.ts). */
export function refusal(pathname: string, status: number, code: string, message: string): Response {
  const isTasksFamily = pathname.startsWith('/api/') && !pathname.startsWith('/api/v1/');
  const body = isTasksFamily ? { error: message, code } : { error: code, message, details: {} };
  const headers = { ...COMMON_HEADERS, 'content-security-policy': DATA_POLICY };
  return Response.json(body, { status, headers });
}

/** As the core's router would read it, so that no way of writing a path slips past the check. */
function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname).replaceAll(/\/+/g, '/');
  } catch {
    return pathname;
  }
}
