import { describe, expect, test } from 'vitest';
import { addKey, addUser, logIn, PASSWORD, startAccessApi, type AccessApi } from '../../support/access-api.ts';

interface Entry {
  readonly id: number;
  readonly at: string;
  readonly actor: Record<string, unknown>;
  readonly action: string;
  readonly object: string;
  readonly details: Record<string, unknown>;
}

async function audit(api: AccessApi, query = ''): Promise<{ entries: Entry[]; total: number }> {
  const answer = await api.request<{ entries: Entry[]; total: number }>('GET', `/api/v1/audit${query}`, {
    as: api.adminToken,
  });
  expect(answer.status).toBe(200);
  return answer.body;
}

describe('the audit', () => {
  test('names every change, who made it, from where, and what', async () => {
    const api = await startAccessApi();
    const as = api.adminToken;
    const anna = await addUser(api, 'anna', { role: 'operator' });
    await api.request('PUT', `/api/auth/users/${anna}`, { as, body: { role: 'viewer', password: 'another password' } });
    await api.request('POST', '/api/auth/login', { body: { username: 'anna', password: 'wrong password' } });
    const token = await logIn(api, 'anna', 'another password');
    const body = { currentPassword: 'another password', newPassword: 'a third password' };
    const fresh = await api.request('PUT', '/api/auth/me/password', { as: token, body });
    await api.request('POST', '/api/auth/logout', { as: String(fresh.body['token']) });
    const { id: key } = await addKey(api, { role: 'reporter' });
    await api.request('DELETE', `/api/auth/keys/${key}`, { as });
    await api.request('POST', '/api/auth/tenants', { as, body: { id: 'north', name: 'North' } });
    await api.request('DELETE', `/api/auth/users/${anna}`, { as });
    const { entries, total } = await audit(api);
    const admin = { kind: 'key', id: 'admin.token', name: 'admin.token', address: '127.0.0.1' };
    const user = { kind: 'user', id: anna, name: 'anna', address: '127.0.0.1' };
    const nobody = { kind: 'nobody', id: '-', name: '-', address: '127.0.0.1' };
    const object = `user:${anna}`;
    const keyDetails = { name: 'a key', role: 'reporter', agent_id: null };
    expect(entries.map(({ id: _id, at: _at, ...entry }) => entry).reverse()).toEqual([
      {
        actor: admin,
        action: 'user.created',
        object,
        details: { username: 'anna', role: 'operator', tenant_id: null },
      },
      {
        actor: admin,
        action: 'user.updated',
        object,
        details: { username: 'anna', role: { from: 'operator', to: 'viewer' }, password_changed: true },
      },
      { actor: nobody, action: 'session.refused', object, details: { username: 'anna', disabled: false } },
      { actor: user, action: 'session.started', object, details: {} },
      { actor: user, action: 'user.password_changed', object, details: {} },
      { actor: user, action: 'session.ended', object, details: {} },
      {
        actor: admin,
        action: 'key.created',
        object: `key:${key}`,
        details: { ...keyDetails, tenant_id: null, expires_at: null },
      },
      { actor: admin, action: 'key.deleted', object: `key:${key}`, details: keyDetails },
      { actor: admin, action: 'tenant.created', object: 'tenant:north', details: { name: 'North' } },
      { actor: admin, action: 'user.deleted', object, details: { username: 'anna', role: 'viewer', tenant_id: null } },
    ]);
    expect(total).toBe(10);
  });

  test('keeps what an unknown name was to itself: it may be a password', async () => {
    const api = await startAccessApi();
    await api.request('POST', '/api/auth/login', { body: { username: 'My$ecretPassw0rd', password: 'x' } });
    const { entries } = await audit(api);
    expect(entries).toMatchObject([{ action: 'session.refused', object: 'user:-', details: {} }]);
  });

  test('has nothing of what was refused', async () => {
    const api = await startAccessApi();
    await addUser(api, 'anna');
    const before = (await audit(api)).total;
    const body = { username: 'ANNA', password: PASSWORD, role: 'viewer' };
    expect((await api.request('POST', '/api/auth/users', { as: api.adminToken, body })).status).toBe(409);
    expect((await api.request('DELETE', '/api/auth/keys/x', { as: api.adminToken })).status).toBe(404);
    expect((await audit(api)).total).toBe(before);
  });

  test('is filtered and paged, newest first', async () => {
    const api = await startAccessApi();
    const ids: string[] = [];
    for (const name of ['anna', 'berta', 'carla']) {
      ids.push(await addUser(api, name));
      api.clock.advanceMs(60_000);
    }
    await logIn(api, 'berta');
    const objects = async (query: string) => (await audit(api, query)).entries.map(({ object }) => object.slice(5));
    const [anna, berta, carla] = ids;
    expect(await objects('?action=user.created')).toEqual([carla, berta, anna]);
    expect(await objects('?action=user.created&limit=1&offset=1')).toEqual([berta]);
    expect((await audit(api, '?limit=1')).total).toBe(4);
    expect(await objects('?actor=berta')).toEqual([berta]);
    expect(await objects(`?actor=${berta}`)).toEqual([berta]);
    expect(await objects(`?object=user:${carla}`)).toEqual([carla]);
    expect(await objects('?from=2026-01-15T12:01:00Z&to=2026-01-15T12:02:00Z')).toEqual([berta]);
    expect(await objects(`?action=${encodeURIComponent("' OR 1=1 --")}`)).toEqual([]);
    expect(await objects('?actor=%25')).toEqual([]);
    for (const query of ['?limit=0', '?limit=1001', '?from=yesterday', '?role=admin', '?limit=1&limit=2']) {
      expect((await api.request('GET', `/api/v1/audit${query}`, { as: api.adminToken })).status, query).toBe(400);
    }
  });

  test('loses its oldest entries only', async () => {
    const api = await startAccessApi();
    for (const name of ['anna', 'berta', 'carla']) {
      await addUser(api, name);
      api.clock.advanceMs(60_000);
    }
    const removed = await api.catalog.write((stores) => stores.audit.removeBefore(new Date('2026-01-15T12:02:00Z'), 1));
    expect(removed).toBe(1);
    expect((await audit(api)).entries.map(({ details }) => details['username'])).toEqual(['carla', 'berta']);
    expect(await api.catalog.write((stores) => stores.audit.removeBefore(new Date('2026-01-15T12:02:00Z'), 10))).toBe(
      1,
    );
    const newest = (await audit(api)).entries[0]?.id ?? 0;
    await api.catalog.write((stores) => stores.audit.removeBefore(api.clock.now(), 10));
    await addUser(api, 'dora');
    expect((await audit(api)).entries[0]?.id).toBeGreaterThan(newest);
  });
});

test('no answer, no row and no audit has a secret', async () => {
  const api = await startAccessApi();
  const as = api.adminToken;
  const secrets = [PASSWORD, 'another password', api.adminToken, api.reporterToken];
  const seen: string[] = [];
  const look = async (method: string, path: string, options: Parameters<AccessApi['request']>[2] = {}) => {
    const answer = await api.request(method, path, options);
    seen.push(answer.bytes.toString(), JSON.stringify(answer.headers));
    return answer.body;
  };
  const anna = String(
    (await look('POST', '/api/auth/users', { as, body: { username: 'anna', password: PASSWORD, role: 'viewer' } }))[
      'id'
    ],
  );
  await look('PUT', `/api/auth/users/${anna}`, { as, body: { password: 'another password' } });
  await look('POST', '/api/auth/login', { body: { username: 'anna', password: PASSWORD } });
  await look('POST', '/api/auth/login', { body: { username: PASSWORD, password: 7 } });
  await look('POST', '/api/auth/login', { body: `{"username": "anna", "password": "${PASSWORD}"` });
  await look('POST', '/api/auth/users', { as, body: { username: 'berta', password: PASSWORD, role: 'none' } });
  const { key } = await addKey(api);
  const token = await logIn(api, 'anna', 'another password');
  secrets.push(key, token);
  for (const given of [key, token, `${key}x`, `${token}x`, as]) await look('GET', '/api/auth/me', { as: given });
  await look('GET', '/api/auth/users', { as });
  await look('GET', '/api/auth/keys', { as });
  await look('GET', '/api/v1/audit', { as });
  await look('POST', '/api/auth/proof', { body: { nonce: 'a-nonce-of-a-client', token: 'admin' } });
  const rows = await api.catalog.read(async ({ users, apiKeys, audit: entries }) => [
    await users.list({ limit: 10, offset: 0 }),
    await apiKeys.list({ limit: 10, offset: 0 }),
    await entries.list({}, { limit: 100, offset: 0 }),
  ]);
  seen.push(JSON.stringify(rows));
  const all = seen.join('\n');
  for (const secret of secrets) expect(all).not.toContain(secret);
  expect(seen.slice(0, -1).join('\n')).not.toContain('scrypt');
});
