import { describe, expect, test } from 'vitest';
import { addUser, logIn, PASSWORD, startAccessApi } from '../../support/access-api.ts';

describe('users', () => {
  test('are made, listed by name, shown, changed and removed', async () => {
    const api = await startAccessApi();
    const as = api.adminToken;
    const berta = await addUser(api, 'berta', { tenant_id: 'default' });
    const anna = await addUser(api, 'Anna', { role: 'admin' });
    const list = await api.request('GET', '/api/auth/users?limit=1&offset=1', { as });
    expect(list.body).toMatchObject({ total: 2, users: [{ id: berta, username: 'berta', tenant_id: 'default' }] });
    const changed = await api.request('PUT', `/api/auth/users/${berta}`, {
      as,
      body: { role: 'reporter', tenantId: null },
    });
    expect(changed.body).toMatchObject({ id: berta, role: 'reporter', tenant_id: null });
    expect((await api.request('GET', `/api/auth/users/${berta}`, { as })).body).toEqual(changed.body);
    expect((await api.request('DELETE', `/api/auth/users/${anna}`, { as })).status).toBe(204);
    for (const method of ['GET', 'DELETE']) {
      expect((await api.request(method, `/api/auth/users/${anna}`, { as })).status).toBe(404);
    }
    expect((await api.request('PUT', `/api/auth/users/${anna}`, { as, body: { disabled: true } })).status).toBe(404);
  });

  test('have names of their own, also when fifty come at once', async () => {
    const api = await startAccessApi({ budgets: { caller: { points: 1_000, windowMs: 1_000 } } });
    const names = Array.from({ length: 25 }, (_, index) => (index % 2 ? 'Änne' : 'änne'));
    const answers = await Promise.all(
      names.map((username) =>
        api.request('POST', '/api/auth/users', {
          as: api.adminToken,
          body: { username, password: PASSWORD, role: 'viewer' },
        }),
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array<number>(24).fill(409)]);
    expect((await api.request('GET', '/api/auth/users', { as: api.adminToken })).body).toMatchObject({ total: 1 });
  });

  test.each([
    [{ username: '' }, 'username'],
    [{ username: 'a b' }, 'username'],
    [{ username: '../etc' }, 'username'],
    [{ username: 'a\u0000b' }, 'username'],
    [{ username: 'a\u202eb' }, 'username'],
    [{ username: '<script>' }, 'username'],
    [{ username: 'x'.repeat(65) }, 'username'],
    [{ password: 'short' }, 'password'],
    [{ password: 'aaaaaaaaaaaaaaaa' }, 'password'],
    [{ password: 'CARLA.MEIER', username: 'carla.meier' }, 'password'],
    [{ password: undefined }, 'password'],
    [{ role: 'agent' }, 'role'],
    [{ role: 'root' }, 'role'],
    [{ role: undefined }, 'role'],
    [{ tenantId: 'nowhere' }, 'tenantId'],
    [{ tenantId: 'Ä' }, 'tenantId'],
    [{ tenantId: 'default', role: 'admin' }, 'tenantId'],
    [{ tenantId: 'default', tenant_id: 'default' }, 'tenant_id'],
    [{ id: 'mine' }, 'id'],
    [{ tokenVersion: 7 }, 'tokenVersion'],
    [{ passwordHash: 'x' }, 'passwordHash'],
  ])('%j is refused', async (more, field) => {
    const api = await startAccessApi();
    const body = { username: 'carla', password: PASSWORD, role: 'viewer', ...more };
    const answer = await api.request('POST', '/api/auth/users', { as: api.adminToken, body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ details: { field } });
    expect((await api.request('GET', '/api/auth/users', { as: api.adminToken })).body).toMatchObject({ total: 0 });
  });

  test('of one tenant never become admins', async () => {
    const api = await startAccessApi();
    const id = await addUser(api, 'anna', { tenantId: 'default' });
    const update = (body: unknown) => api.request('PUT', `/api/auth/users/${id}`, { as: api.adminToken, body });
    expect((await update({ role: 'admin' })).status).toBe(400);
    expect((await update({ role: 'admin', tenantId: null })).status).toBe(200);
    expect((await update({ tenantId: 'default' })).status).toBe(400);
    expect((await update({})).status).toBe(400);
  });

  test('with the role admin manage others, by their login', async () => {
    const api = await startAccessApi();
    await addUser(api, 'anna', { role: 'admin' });
    const as = await logIn(api, 'anna');
    const body = { username: 'berta', password: PASSWORD, role: 'viewer' };
    expect((await api.request('POST', '/api/auth/users', { as, body })).status).toBe(201);
  });
});

test('tenants are listed and added', async () => {
  const api = await startAccessApi();
  const as = api.adminToken;
  const body = { id: 'north', name: 'Werk Nord' };
  expect((await api.request('POST', '/api/auth/tenants', { as, body })).status).toBe(201);
  expect((await api.request('POST', '/api/auth/tenants', { as, body })).status).toBe(409);
  const other = { id: 'north-2', name: 'Werk Nord' };
  expect((await api.request('POST', '/api/auth/tenants', { as, body: other })).status).toBe(409);
  expect((await api.request('GET', '/api/auth/tenants', { as })).body).toMatchObject({
    tenants: [{ id: 'default' }, { id: 'north', name: 'Werk Nord' }],
  });
  await addUser(api, 'anna', { tenantId: 'north' });
  expect((await api.request('GET', '/api/auth/me', { as: await logIn(api, 'anna') })).body).toMatchObject({
    tenant_id: 'north',
  });
});
