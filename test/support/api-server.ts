import { Agent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { Role } from '../../contracts/access.ts';
import type { Operation } from '../../main/api/operation.ts';
import { createServer, type ServerParts } from '../../main/api/server.ts';
import type { Caller } from '../../main/app/access/caller.ts';
import { AuditLog } from '../../main/app/audit/audit-log.ts';
import { AppError } from '../../main/app/errors/app-error.ts';
import { EventBus, type ServiceEvent } from '../../main/app/events/event-bus.ts';
import type { OpenCatalog } from '../../main/infra/store/open-catalog.ts';
import { openTestCatalog, StoppedClock } from './catalogs.ts';

/** What operations are made from. */
export interface ApiParts {
  readonly catalog: OpenCatalog;
  readonly clock: StoppedClock;
  readonly events: EventBus;
  readonly audit: AuditLog;
}

export interface ApiOptions {
  /** More callers by their token, beside CALLERS. */
  readonly callers?: Readonly<Record<string, Caller>>;
  /** Who comes without a token. Default: a local program; null for nobody. */
  readonly tokenless?: Caller | null;
  /** Instead of those of the test; a function is called when the operations have been made. */
  readonly server?: Partial<ServerParts> | (() => Partial<ServerParts>);
}

export interface RequestOptions {
  /** One of CALLERS' names, or of the test's own. None: without a token. */
  readonly as?: string;
  /** Sent as JSON; a string or Buffer as it is, still as application/json unless a header says otherwise. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer<Body> {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Parsed where it is JSON, else undefined. */
  readonly body: Body;
  readonly bytes: Buffer;
}

export interface TestApi extends ApiParts {
  readonly port: number;
  /** Everything published since the start. */
  readonly published: readonly ServiceEvent[];
  /** What became a 500. A test that leaves something here fails. */
  readonly unexpected: unknown[];
  /** `path` is sent exactly as it is: no `..` is resolved, nothing is encoded. */
  request<Body = Record<string, unknown>>(
    method: string,
    path: string,
    options?: RequestOptions,
  ): Promise<Answer<Body>>;
}

export function testCaller(name: string, role: Role, more: Partial<Caller> = {}): Caller {
  return { kind: 'key', id: name, name, role, tenantId: null, address: '127.0.0.1', ...more };
}

/** Their names are their tokens. */
export const CALLERS: Readonly<Record<string, Caller>> = {
  admin: testCaller('admin', 'admin'),
  operator: testCaller('operator', 'operator'),
  viewer: testCaller('viewer', 'viewer'),
  reporter: testCaller('reporter', 'reporter'),
  agent: testCaller('agent', 'agent', { agentId: 'agent-1' }),
  run: testCaller('run', 'reporter', { kind: 'run', taskId: 'some-task', runId: 'some-run' }),
};

const LOOPBACK = testCaller('loopback', 'reporter', { kind: 'loopback' });

/**
 * A server in this process with a catalog of its own, both gone when the test has finished. Every answer is checked against
 * its operation's schema.
 */
export async function startApi(
  makeOperations: (parts: ApiParts) => readonly Operation[] | Promise<readonly Operation[]>,
  { callers = {}, tokenless = LOOPBACK, server: serverParts = {} }: ApiOptions = {},
): Promise<TestApi> {
  const clock = new StoppedClock();
  const catalog = await openTestCatalog({ clock });
  const parts: ApiParts = { catalog, clock, events: new EventBus(), audit: new AuditLog(clock) };
  const published: ServiceEvent[] = [];
  parts.events.subscribe((event) => void published.push(event));
  const unexpected: unknown[] = [];
  const operations = await makeOperations(parts);
  const server = createServer({
    operations,
    guard: () => undefined,
    authenticate: async (request) => callerOf(request, { ...CALLERS, ...callers }, tokenless),
    limitRate: async () => undefined,
    reportUnexpected: (_id, error) => void unexpected.push(error),
    observe: () => undefined,
    checkReplies: true,
    ...(typeof serverParts === 'function' ? serverParts() : serverParts),
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  onTestFinished(async () => {
    agent.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    if (unexpected.length > 0) throw new AggregateError(unexpected, 'The API answered 500.');
  });
  return {
    ...parts,
    port,
    published,
    unexpected,
    request: (method, path, options = {}) => send({ agent, port, method, path, ...options }),
  };
}

function callerOf(
  { headers }: IncomingMessage,
  callers: Readonly<Record<string, Caller>>,
  tokenless: Caller | null,
): Caller | null {
  if (headers.authorization === undefined) return tokenless;
  const caller = callers[headers.authorization.replace(/^Bearer /, '')];
  if (!caller) throw new AppError('unauthenticated', 'Nobody has this token.');
  return caller;
}

interface Sending extends RequestOptions {
  readonly agent: Agent;
  readonly port: number;
  readonly method: string;
  readonly path: string;
}

async function send<Body>({ agent, port, method, path, as, body, headers = {} }: Sending): Promise<Answer<Body>> {
  const bytes = bytesOf(body);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = httpRequest({ agent, host: '127.0.0.1', port, method, path }, resolve);
    request.on('error', reject);
    if (as !== undefined) request.setHeader('authorization', `Bearer ${as}`);
    if (bytes) request.setHeader('content-type', 'application/json');
    for (const [name, value] of Object.entries(headers)) request.setHeader(name, value);
    request.end(bytes);
  });
  const received = await buffer(response);
  const isJson = (response.headers['content-type'] ?? '').startsWith('application/json');
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    // What a test expects is the type that it names; the server's own check has looked at it.
    body: (isJson ? JSON.parse(received.toString()) : undefined) as Body,
    bytes: received,
  };
}

function bytesOf(body: unknown): string | Buffer | undefined {
  return typeof body === 'string' || Buffer.isBuffer(body) || body === undefined ? body : JSON.stringify(body);
}
