import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningService } from '../running-service.ts';
import { queryWithKnownIds, withKnownValues, type KnownValues } from './known-values.ts';
import { ProtectedWorld } from './protected-world.ts';
import type { FuzzRequest, KnownId } from './requests.ts';

export interface FuzzAnswer {
  readonly path: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const MAX_KNOWN_IDS = 40;
/** Each has a budget of its own: thousands of requests in a few seconds are more than one may send. */
const ADMIN_KEYS = 12;

/** Of what an `id` is that an operation gives. */
function kindOf(path: string): string {
  const kinds: readonly [RegExp, string][] = [
    [/\/backup-runs/, 'backupRunId'],
    [/\/runs\b|\/(?:execute|cancel|restart)$/, 'runId'],
    [/^\/agents/, 'agentId'],
    [/\/users/, 'userId'],
    [/\/keys/, 'keyId'],
    [/\/tasks/, 'taskId'],
  ];
  return kinds.find(([pattern]) => pattern.test(path))?.[1] ?? 'id';
}

/** Sends what a fuzzer made, as callers of every role, and remembers the ids that it is told. */
export class FuzzClient {
  readonly #service: RunningService;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });
  readonly #tokens = new Map<string, readonly string[]>();
  /** Of our own keys and users: they are not for the fuzzer to delete. */
  readonly #ownIds = new Set<string>();
  readonly #known = new Map<string, string[]>();
  readonly #folder = mkdtempSync(join(tmpdir(), 'guardit-fuzz-'));
  readonly #world: ProtectedWorld;
  #turn = 0;
  #furnished = 0;

  private constructor(service: RunningService) {
    this.#service = service;
    this.#world = new ProtectedWorld(this.#folder, async (method, path, body) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
      const answer = await this.#request(method, path, headers, text, 'admin');
      if (answer.status < 300) this.#remember(method, path, answer.text);
      return { status: answer.status, body: JSON.parse(answer.text || '{}') as Record<string, unknown> };
    });
  }

  static async create(service: RunningService): Promise<FuzzClient> {
    const client = new FuzzClient(service);
    client.#tokens.set('admin', [service.adminToken]);
    await client.#setUp('POST', '/api/auth/tenants', { id: 'fuzzed', name: 'Fuzzed' });
    const admins = [];
    for (let n = 0; n < ADMIN_KEYS; n++) admins.push(await client.#key(`admin ${n}`, { role: 'admin' }));
    for (const role of ['operator', 'viewer', 'reporter'])
      client.#tokens.set(role, [await client.#key(role, { role })]);
    const agent = await client.#setUp('POST', '/agents', { name: 'Fuzzed' });
    client.#tokens.set('agent', [await client.#key('agent', { role: 'agent', agentId: agent['id'] })]);
    client.#tokens.set('tenant', [await client.#key('tenant', { role: 'operator', tenantId: 'fuzzed' })]);
    client.#tokens.set('nobody', []);
    client.#tokens.set('admin', admins);
    return client;
  }

  async #key(name: string, more: Record<string, unknown>): Promise<string> {
    const made = await this.#setUp('POST', '/api/auth/keys', { name, ...more });
    this.#ownIds.add(String(made['id']));
    return String(made['key']);
  }

  async #setUp(method: string, path: string, body: unknown): Promise<Record<string, unknown>> {
    const headers = { 'content-type': 'application/json' };
    const answer = await this.#request(method, path, headers, JSON.stringify(body), 'admin');
    if (answer.status > 299) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
    this.#remember(method, path, answer.text);
    return JSON.parse(answer.text) as Record<string, unknown>;
  }

  /** One of everything, so that there is something to find; what was known before is forgotten. */
  async furnish(path: string): Promise<void> {
    this.#known.clear();
    const name = `fuzz-${++this.#furnished}`;
    await this.#setUp('POST', '/api/tasks/register', { taskId: name, displayName: name, taskType: 'database' });
    await this.#setUp('POST', `/api/status/${name}`, { status: 'running', progress: 5 });
    // A run to be cancelled must not have ended by then.
    const config = path.endsWith('/cancel') ? { command: 'sleep', args: ['60'] } : { command: 'true' };
    const action = { taskId: `${name}-action`, name, type: 'script', config, schedule: 'every 5 hours' };
    await this.#setUp('POST', '/api/tasks', action);
    await this.#setUp('POST', `/api/tasks/${name}-action/execute`, {});
    const agent = await this.#setUp('POST', '/agents', { name });
    const runId = randomUUID();
    const result = {
      taskId: runId,
      policyId: runId,
      taskType: 'backup',
      status: 'success',
      durationSeconds: 1,
      log: 'x',
    };
    await this.#setUp('POST', `/agents/${String(agent['id'])}/task-results`, result);
    // A password takes its time to be hashed: only where a user is needed.
    const user = { username: name, password: 'correct horse battery', role: 'viewer' };
    if (path.includes('{userId}')) await this.#setUp('POST', '/api/auth/users', user);
    if (path.includes('{keyId}')) await this.#setUp('POST', '/api/auth/keys', { name, role: 'viewer' });
    if (path.startsWith('/api/v1/')) await this.#world.ensure();
    this.#known.set('taskId', [name, `${name}-action`]).set('backupRunId', [runId]);
  }

  async send({ method, path, query, headers, body, caller }: FuzzRequest): Promise<FuzzAnswer> {
    const filled = path.map((part) => (typeof part === 'string' ? part : this.#knownId(part))).join('');
    const isAboutKnown = this.#turn % 2 === 0;
    const asked = isAboutKnown ? queryWithKnownIds(query, this.#values) : query;
    const sent = isAboutKnown ? withKnownValues(body, this.#values) : body;
    const answer = await this.#request(method, asked === '' ? filled : `${filled}?${asked}`, headers, sent, caller);
    if (answer.status < 300) this.#remember(method, filled, answer.text);
    return { ...answer, path: filled };
  }

  close(): void {
    this.#agent.destroy();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #values(): KnownValues {
    return {
      idOf: (kind) => this.#known.get(kind)?.[0],
      freshFolder: () => this.#world.freshFolder(),
      source: this.#world.source,
      file: this.#world.file,
    };
  }

  /** Half of the time one of those that were there first: operations meet at them. */
  #knownId({ kind, known }: KnownId): string {
    const ids = this.#known.get(kind) ?? [];
    const number = known % 4 < 2 ? known % 2 : known % Math.max(1, ids.length);
    return encodeURIComponent(ids[number] ?? ids[0] ?? 'nothing');
  }

  #remember(method: string, path: string, text: string): void {
    if (method === 'DELETE') {
      const gone = decodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
      for (const ids of this.#known.values()) if (ids.includes(gone)) ids.splice(ids.indexOf(gone), 1);
    }
    for (const [, name = '', quoted, plain] of text.matchAll(/"((?:\w+_)?id)":(?:("(?:[^"\\]|\\.)*")|(\d+))/g)) {
      const id = quoted === undefined ? (plain ?? '') : String(JSON.parse(quoted));
      if (id === '' || !id.isWellFormed() || this.#ownIds.has(id)) continue;
      const kind = name === 'id' ? kindOf(path) : name.replace('_id', 'Id');
      const ids = this.#known.get(kind) ?? [];
      this.#known.set(kind, ids);
      if (!ids.includes(id) && ids.length < MAX_KNOWN_IDS) ids.push(id);
    }
  }

  #request(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string | undefined,
    caller: string,
  ): Promise<FuzzAnswer> {
    const tokens = this.#tokens.get(caller) ?? [];
    const token = tokens[this.#turn++ % Math.max(1, tokens.length)];
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const { port } = this.#service;
    return new Promise((resolve, reject) => {
      const options = {
        agent: this.#agent,
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: { ...headers, ...length, ...authorization },
      };
      const request = httpRequest(options, (response) => {
        const parts: Buffer[] = [];
        const done = () => {
          const { statusCode: status = 0, headers: received } = response;
          resolve({ path, status, headers: received, text: Buffer.concat(parts).toString() });
        };
        response.on('data', (part: Buffer) => {
          parts.push(part);
          // Has no end.
          if (response.headers['content-type']?.startsWith('text/event-stream')) {
            done();
            request.destroy();
          }
        });
        response.on('end', done);
        response.on('error', reject);
      });
      request.on('error', reject);
      request.end(body);
    });
  }
}
