import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { Service } from '../../main/host/service.ts';
import { scratchFolder, StoppedClock } from './catalogs.ts';

export interface Sent {
  readonly as?: string;
  /** JSON unless it is a stream, a Buffer or text, which go as `text/plain`. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Received<Body> {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Body;
  readonly bytes: Buffer;
}

export type AnyBody = Record<string, unknown>;

/** Sends one request, and gives the answer with its body read. */
export async function ask<Body = AnyBody>(
  port: number,
  method: string,
  path: string,
  { as, body, headers = {} }: Sent = {},
  agent?: Agent,
): Promise<Received<Body>> {
  const response = await open(port, method, path, { ...(as !== undefined && { as }), body, headers }, agent);
  const bytes = await buffer(response);
  const isJson = (response.headers['content-type'] ?? '').startsWith('application/json') && bytes.length > 0;
  const { statusCode: status = 0 } = response;
  // What a test expects is the type that it names.
  return {
    status,
    headers: response.headers,
    bytes,
    body: (isJson ? JSON.parse(bytes.toString()) : undefined) as Body,
  };
}

/** As `ask`, with the answer's body still to be read. */
export function open(
  port: number,
  method: string,
  path: string,
  { as, body, headers = {} }: Sent,
  agent?: Agent,
): Promise<IncomingMessage> {
  return new Promise<IncomingMessage>((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, method, path, ...(agent && { agent }) }, resolve);
    request.on('error', reject);
    if (as !== undefined) request.setHeader('authorization', `Bearer ${as}`);
    const isRaw = typeof body === 'string' || Buffer.isBuffer(body) || isStream(body);
    if (body !== undefined) request.setHeader('content-type', isRaw ? 'text/plain' : 'application/json');
    for (const [name, value] of Object.entries(headers)) request.setHeader(name, value);
    if (isStream(body)) body.on('error', reject).pipe(request);
    else request.end(isRaw || body === undefined ? body : JSON.stringify(body));
  });
}

function isStream(body: unknown): body is Readable {
  return typeof body === 'object' && body !== null && 'pipe' in body;
}

export interface TestService {
  readonly port: number;
  readonly folder: string;
  readonly clock: StoppedClock;
  readonly adminToken: string;
  /** What the service wrote into its log, one object a line. */
  readonly logged: readonly AnyBody[];
  ask<Body = AnyBody>(method: string, path: string, sent?: Sent): Promise<Received<Body>>;
  stop(): Promise<void>;
}

/** The whole service in this process, on a folder of its own, its answers checked against their schemas. */
export async function startService({ folder = scratchFolder() }: { folder?: string } = {}): Promise<TestService> {
  const clock = new StoppedClock();
  const logged: AnyBody[] = [];
  const log = pino({ base: null }, { write: (line: string) => void logged.push(JSON.parse(line) as AnyBody) });
  const options = { dataFolder: folder, flags: { port: 0 }, env: {}, version: '0.0.0', clock, log, rotationGraceMs: 0 };
  const service = await Service.start({ ...options, checkReplies: true });
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const stop = async () => {
    agent.destroy();
    await service.stop();
  };
  onTestFinished(async () => {
    await stop();
    const unexpected = logged.filter(({ errorId }) => errorId !== undefined);
    if (unexpected.length > 0) throw new Error(`The API answered 500: ${JSON.stringify(unexpected)}`);
  });
  const adminToken = readFileSync(join(folder, 'tokens/admin.token'), 'utf8').trim();
  const { port } = service;
  return { port, folder, clock, adminToken, logged, stop, ask: (...request) => ask(port, ...request, agent) };
}

export interface EnrolledAgent {
  readonly id: string;
  readonly key: string;
}

/** What `enrol` and `post` need of a service, whether it runs in this process or another. */
export interface Reachable {
  readonly port: number;
  readonly adminToken: string;
}

/** Enrols an agent as the admin. */
export async function enrol(service: Reachable, more: AnyBody = {}): Promise<EnrolledAgent> {
  const body = { name: `agent ${randomUUID()}`, ...more };
  const answer = await ask(service.port, 'POST', '/agents', { as: service.adminToken, body });
  if (answer.status !== 201) throw new Error(`Enrolling answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return { id: String(answer.body['id']), key: String(answer.body['api_key']) };
}

/** A result as seed 3 has it, of a new execution. */
export function result(more: AnyBody = {}): AnyBody & { taskId: string } {
  const fields = { policyId: randomUUID(), taskType: 'backup', status: 'success', durationSeconds: 125.5 };
  return { taskId: randomUUID(), ...fields, ...more };
}

/** Posts a result as the agent, and gives the run's id. */
export async function post(service: Reachable, agent: EnrolledAgent, more: AnyBody = {}): Promise<string> {
  const body = result(more);
  const answer = await ask(service.port, 'POST', `/agents/${agent.id}/task-results`, { as: agent.key, body });
  if (answer.status !== 200) throw new Error(`Posting answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return String(body.taskId);
}
