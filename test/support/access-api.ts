import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { openAccess, type AccessOptions, type OpenAccess } from '../../main/host/access.ts';
import type { Operation } from '../../main/api/operation.ts';
import { ScryptHasher } from '../../main/infra/access/scrypt-hasher.ts';
import { startApi, type TestApi } from './api-server.ts';
import { scratchFolder } from './catalogs.ts';

export interface AccessApi extends TestApi {
  readonly access: OpenAccess;
  readonly folder: string;
  /** What the admin's and the reporter's token files hold. */
  readonly adminToken: string;
  readonly reporterToken: string;
  /** Sends bytes as they are, and gives what came back until the server closed the connection. */
  raw(request: string): Promise<string>;
}

/** Quick to compute; as strong as the real one in nothing else. */
export const quickHasher = () => new ScryptHasher({ N: 1024, r: 8, p: 1 });

/** The real gates before the routes of access, and before those of the test. */
export async function startAccessApi(
  options: Partial<AccessOptions> = {},
  more: readonly Operation[] = [],
): Promise<AccessApi> {
  const folder = scratchFolder();
  let access: OpenAccess | undefined;
  const opened = () => access ?? fail();
  const api: TestApi = await startApi(
    async ({ catalog, clock }) => {
      access = await openAccess({
        tokensFolder: join(folder, 'tokens'),
        secretsFolder: join(folder, 'secrets'),
        catalog,
        clock,
        host: '127.0.0.1',
        allowedHosts: [],
        loopbackReporting: 'open',
        port: () => api.port,
        hasher: quickHasher(),
        ...options,
      });
      return [...access.operations, ...more];
    },
    { server: () => opened().gates },
  );
  const { admin: adminToken, reporter: reporterToken } = opened().tokens;
  return { ...api, access: opened(), folder, adminToken, reporterToken, raw: (request) => sendRaw(api.port, request) };
}

function fail(): never {
  throw new Error('The operations were not made yet.');
}

async function sendRaw(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(request);
  return text(socket);
}

export const PASSWORD = 'correct horse battery';

/** Makes a user with the admin's token; gives the user's id. */
export async function addUser(api: AccessApi, username: string, more: Record<string, unknown> = {}): Promise<string> {
  const body = { username, password: PASSWORD, role: 'viewer', ...more };
  const answer = await api.request('POST', '/api/auth/users', { as: api.adminToken, body });
  if (answer.status !== 201) throw new Error(`Making a user answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return String(answer.body['id']);
}

/** Gives the token. */
export async function logIn(api: AccessApi, username: string, password = PASSWORD): Promise<string> {
  const answer = await api.request('POST', '/api/auth/login', { body: { username, password } });
  if (answer.status !== 200) throw new Error(`Logging in answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return String(answer.body['token']);
}

/** Gives the key's id and the key itself. */
export async function addKey(api: AccessApi, more: Record<string, unknown> = {}): Promise<{ id: string; key: string }> {
  const body = { name: 'a key', role: 'viewer', ...more };
  const answer = await api.request('POST', '/api/auth/keys', { as: api.adminToken, body });
  if (answer.status !== 201) throw new Error(`Making a key answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return { id: String(answer.body['id']), key: String(answer.body['key']) };
}

/** Puts an agent into the catalog, for keys of the role agent; gives its id. */
export async function addAgent({ catalog, clock }: Pick<AccessApi, 'catalog' | 'clock'>): Promise<string> {
  const id = randomUUID();
  const nothing = { hostname: null, version: null, lastHeartbeatAt: null };
  await catalog.write(({ agents }) =>
    agents.insert({ id, tenantId: 'default', name: id, createdAt: clock.now(), ...nothing }),
  );
  return id;
}
