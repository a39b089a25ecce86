import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROLES } from '../../../contracts/access.ts';
import { operation } from '../../../main/api/operation.ts';
import { addAgent, addKey, addUser, logIn, startAccessApi, type AccessApi } from '../../support/access-api.ts';

/** A route like section 1's: also for local programs and for runs. */
const report = operation({
  id: 'report',
  method: 'POST',
  path: '/test/report',
  summary: 'report',
  tag: 'test',
  family: 'tasks',
  access: { roles: ['admin', 'operator', 'reporter'], loopback: true, run: true },
  responses: { 200: { description: 'who asked' } },
  handle: async ({ caller }) => ({ status: 200, body: { ...caller } }),
});

/** The statuses of every route of access, for one caller. */
async function statusesFor(api: AccessApi, headers: Record<string, string>): Promise<Record<string, number>> {
  const routes = [
    ['GET', '/api/auth/users'],
    ['POST', '/api/auth/users'],
    ['GET', '/api/auth/users/x'],
    ['PUT', '/api/auth/users/x'],
    ['DELETE', '/api/auth/users/x'],
    ['GET', '/api/auth/keys'],
    ['POST', '/api/auth/keys'],
    ['DELETE', '/api/auth/keys/x'],
    ['GET', '/api/auth/tenants'],
    ['POST', '/api/auth/tenants'],
    ['GET', '/api/v1/audit'],
    ['GET', '/api/auth/me'],
    ['POST', '/test/report'],
  ] as const;
  const statuses: Record<string, number> = {};
  for (const [method, path] of routes) {
    const body = method === 'POST' || method === 'PUT' ? { body: {} } : {};
    statuses[`${method} ${path}`] = (await api.request(method, path, { headers, ...body })).status;
  }
  return statuses;
}

const ADMIN_ROUTES = {
  'GET /api/auth/users': 200,
  'POST /api/auth/users': 400,
  'GET /api/auth/users/x': 404,
  'PUT /api/auth/users/x': 400,
  'DELETE /api/auth/users/x': 404,
  'GET /api/auth/keys': 200,
  'POST /api/auth/keys': 400,
  'DELETE /api/auth/keys/x': 404,
  'GET /api/auth/tenants': 200,
  'POST /api/auth/tenants': 400,
  'GET /api/v1/audit': 200,
};

function allOf(status: number): Record<string, number> {
  return Object.fromEntries(Object.keys(ADMIN_ROUTES).map((route) => [route, status]));
}

describe('who may do what', () => {
  test.each(ROLES)('a key of the role %s', async (role) => {
    const api = await startAccessApi({}, [report]);
    const { key } = await addKey(api, { role, ...(role === 'agent' && { agentId: await addAgent(api) }) });
    expect(await statusesFor(api, { authorization: `Bearer ${key}` })).toEqual({
      ...(role === 'admin' ? ADMIN_ROUTES : allOf(403)),
      'GET /api/auth/me': 200,
      'POST /test/report': role === 'viewer' || role === 'agent' ? 403 : 200,
    });
  });

  test.each(['admin', 'operator', 'viewer', 'reporter'])('a user of the role %s', async (role) => {
    const api = await startAccessApi({}, [report]);
    await addUser(api, 'anna', { role });
    expect(await statusesFor(api, { authorization: `Bearer ${await logIn(api, 'anna')}` })).toEqual({
      ...(role === 'admin' ? ADMIN_ROUTES : allOf(403)),
      'GET /api/auth/me': 200,
      'POST /test/report': role === 'viewer' ? 403 : 200,
    });
  });

  test('a program of this machine without a token', async () => {
    const api = await startAccessApi({}, [report]);
    expect(await statusesFor(api, {})).toEqual({ ...allOf(401), 'GET /api/auth/me': 401, 'POST /test/report': 200 });
  });

  test('the same, where reporting needs a token', async () => {
    const api = await startAccessApi({ loopbackReporting: 'token' }, [report]);
    expect(await statusesFor(api, {})).toEqual({ ...allOf(401), 'GET /api/auth/me': 401, 'POST /test/report': 401 });
  });

  test('a script that GuardIT runs', async () => {
    const api = await startAccessApi({}, [report]);
    const token = api.access.runTokens.issue('prod-01-db', 'run-1');
    const headers = { authorization: `Bearer ${token}` };
    expect(await statusesFor(api, headers)).toEqual({
      ...allOf(403),
      'GET /api/auth/me': 403,
      'POST /test/report': 200,
    });
    expect((await api.request('POST', '/test/report', { as: token })).body).toMatchObject({
      kind: 'run',
      id: 'run-1',
      role: 'reporter',
      taskId: 'prod-01-db',
      runId: 'run-1',
    });
    api.access.runTokens.revoke('run-1');
    expect((await api.request('POST', '/test/report', { as: token })).status).toBe(401);
  });

  test('the token files', async () => {
    const api = await startAccessApi({}, [report]);
    const read = (name: string) => readFileSync(join(api.folder, 'tokens', name), 'utf8');
    expect(await statusesFor(api, { authorization: `Bearer ${read('admin.token')}` })).toMatchObject(ADMIN_ROUTES);
    expect(await statusesFor(api, { authorization: `Bearer ${read('reporter.token')}` })).toEqual({
      ...allOf(403),
      'GET /api/auth/me': 200,
      'POST /test/report': 200,
    });
  });
});

describe('a local program without a token', () => {
  test.each([
    'forwarded',
    'x-forwarded-for',
    'X-Forwarded-Host',
    'x-forwarded-proto',
    'x-forwarded-anything',
    'via',
    'x-real-ip',
    'x-client-ip',
    'true-client-ip',
    'cf-connecting-ip',
    'x-cluster-client-ip',
  ])('is none when %s says that a proxy stands between', async (name) => {
    const api = await startAccessApi({}, [report]);
    for (const value of ['127.0.0.1', 'for=127.0.0.1', '']) {
      const answer = await api.request('POST', '/test/report', { headers: { [name]: value } });
      expect(answer.status).toBe(401);
    }
    expect((await api.request('POST', '/test/report')).status).toBe(200);
  });

  test.each(['Bearer x', 'Bearer', '', 'Basic YTpi', 'Bearer gk_a_b', 'null', 'undefined'])(
    'is none with the token %j',
    async (authorization) => {
      const api = await startAccessApi({}, [report]);
      expect((await api.request('POST', '/test/report', { headers: { authorization } })).status).toBe(401);
    },
  );

  test('may be behind a token that speaks for itself, whatever a proxy adds', async () => {
    const api = await startAccessApi({}, [report]);
    const headers = { 'x-forwarded-for': '203.0.113.9' };
    const answer = await api.request('POST', '/test/report', { as: api.reporterToken, headers });
    // The address is the connection's: anybody can write the header.
    expect(answer.body).toMatchObject({ kind: 'key', id: 'reporter.token', address: '127.0.0.1' });
  });
});

describe("the server's proof", () => {
  const nonce = 'a-nonce-of-a-client';

  test('shows that it knows the token of this port', async () => {
    const api = await startAccessApi();
    for (const [token, key] of [
      ['admin', api.adminToken],
      ['reporter', api.reporterToken],
    ] as const) {
      const answer = await api.request('POST', '/api/auth/proof', { body: { nonce, token } });
      expect(answer.body).toEqual({ proof: createHmac('sha256', key).update(`${nonce}:${api.port}`).digest('hex') });
    }
  });

  test.each([
    { nonce: 'short', token: 'admin' },
    { nonce: 'x'.repeat(257), token: 'admin' },
    { nonce: 'with spaces in between', token: 'admin' },
    { nonce, token: 'other' },
    { nonce, token: '__proto__' },
    { nonce },
  ])('%j is refused', async (body) => {
    const api = await startAccessApi();
    expect((await api.request('POST', '/api/auth/proof', { body })).status).toBe(400);
  });
});
