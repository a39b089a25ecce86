import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import Koa from 'koa';
import { LONGEST_QUERY } from '../../contracts/browse.ts';
import { Dispatcher, type DispatcherParts } from './dispatcher.ts';

export interface ServerParts extends DispatcherParts {
  /** Given: speaks TLS only, 1.3 unless `minVersion` says otherwise. */
  readonly tls?: Pick<SecureContextOptions, 'cert' | 'key' | 'passphrase' | 'minVersion'>;
}

/** And room for the rest. */
const MAX_HEADER_BYTES = LONGEST_QUERY + 16_384;
/** A client that takes its time over the headers (slow loris) is cut off after this. */
const HEADERS_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_TIMEOUT_MS = 15_000;
const MAX_CONNECTIONS = 4_000;

/** The HTTP server, not yet listening. */
export function createServer(parts: ServerParts): Server {
  const dispatcher = new Dispatcher(parts);
  const app = new Koa();
  app.use(async (context) => {
    setSecurityHeaders(context);
    await dispatcher.dispatch(context);
  });
  // Only errors of the connection itself come here: a client that went away while it was answered.
  app.on('error', () => undefined);
  const handle = app.callback();
  const listener: Parameters<typeof createHttpServer>[1] = (request, response) => void handle(request, response);
  const server: Server = parts.tls
    ? createHttpsServer({ minVersion: 'TLSv1.3', ...parts.tls, maxHeaderSize: MAX_HEADER_BYTES }, listener)
    : createHttpServer({ maxHeaderSize: MAX_HEADER_BYTES }, listener);
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  // Bodies have timers of their own: a log of a gigabyte over a slow line takes its time.
  server.requestTimeout = 0;
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  server.maxConnections = MAX_CONNECTIONS;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
    socket.end(refusal(error.code));
  });
  return server;
}

/** The whole answer to what is no HTTP: it never becomes a request, so no route answers it. */
function refusal(code: string | undefined): string {
  const [status, reason, message] =
    code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? ['408 Request Timeout', 'request_timeout', 'The headers did not arrive in time.']
      : code === 'HPE_HEADER_OVERFLOW'
        ? ['431 Request Header Fields Too Large', 'invalid_request', 'The headers are too large.']
        : ['400 Bad Request', 'invalid_request', 'This is not valid HTTP.'];
  const body = JSON.stringify({ error: reason, message, details: {} });
  const headers = [
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${body.length}`,
  ];
  return `HTTP/1.1 ${status}\r\n${headers.join('\r\n')}\r\n\r\n${body}`;
}

function setSecurityHeaders(context: Koa.Context): void {
  context.set('x-content-type-options', 'nosniff');
  context.set('x-frame-options', 'DENY');
  context.set('referrer-policy', 'no-referrer');
  context.set('cross-origin-resource-policy', 'same-origin');
}
