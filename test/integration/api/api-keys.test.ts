import { describe, expect, test } from 'vitest';
import { addAgent, addKey, startAccessApi } from '../../support/access-api.ts';

describe('API keys', () => {
  test('are shown once, listed without their secret, and work', async () => {
    const api = await startAccessApi();
    const as = api.adminToken;
    const agentId = await addAgent(api);
    const body = {
      name: 'Werk Nord',
      role: 'agent',
      agent_id: agentId,
      tenant_id: 'default',
      expires_at: '2027-01-01T00:00:00+01:00',
    };
    const made = await api.request('POST', '/api/auth/keys', { as, body });
    expect(made.status).toBe(201);
    const { key, ...shown } = made.body;
    expect(key).toMatch(/^gk_[0-9a-f]{24}_[A-Za-z0-9_-]{43}$/);
    expect(shown).toEqual({
      id: expect.any(String),
      name: 'Werk Nord',
      role: 'agent',
      agent_id: agentId,
      tenant_id: 'default',
      created_by: 'admin.token',
      created_at: '2026-01-15T12:00:00.000Z',
      expires_at: '2026-12-31T23:00:00.000Z',
      last_used_at: null,
    });
    expect((await api.request('GET', '/api/auth/keys', { as })).body).toEqual({ keys: [shown], total: 1 });
    expect((await api.request('GET', '/api/auth/me', { as: String(key) })).body).toMatchObject({
      kind: 'key',
      id: shown['id'],
      role: 'agent',
      agent_id: agentId,
      tenant_id: 'default',
    });
  });

  test('end at their time, or when they are removed', async () => {
    const api = await startAccessApi();
    const limited = await addKey(api, { expiresAt: '2026-01-15T13:00:00Z' });
    const unlimited = await addKey(api);
    const statusOf = async (key: string) => (await api.request('GET', '/api/auth/me', { as: key })).status;
    expect(await statusOf(limited.key)).toBe(200);
    api.clock.set('2026-01-15T13:00:00.000Z');
    expect(await statusOf(limited.key)).toBe(401);
    expect(await statusOf(unlimited.key)).toBe(200);
    const remove = () => api.request('DELETE', `/api/auth/keys/${unlimited.id}`, { as: api.adminToken });
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
    expect(await statusOf(unlimited.key)).toBe(401);
  });

  test('with another secret, another id or a piece missing are worth nothing', async () => {
    const api = await startAccessApi();
    const [first, second] = [await addKey(api), await addKey(api)];
    const [, , secret = ''] = /^gk_([0-9a-f]+)_(.*)$/.exec(second.key) ?? [];
    for (const key of [
      `gk_${first.id}_${secret}`,
      `${first.key.slice(0, -1)}${first.key.endsWith('A') ? 'E' : 'A'}`,
      first.key.slice(0, -1),
      `${first.key}A`,
      first.key.toUpperCase(),
      `gk_${first.id}_`,
      `gk_${'0'.repeat(24)}_${secret}`,
    ]) {
      expect((await api.request('GET', '/api/auth/me', { as: key })).status, key).toBe(401);
    }
  });

  test('say when they were used, after the next upkeep', async () => {
    const api = await startAccessApi();
    const { id, key } = await addKey(api);
    const removed = await addKey(api);
    await api.request('GET', '/api/auth/me', { as: key });
    api.clock.set('2026-01-15T12:00:30.000Z');
    await api.request('GET', '/api/auth/me', { as: key });
    await api.request('GET', '/api/auth/me', { as: removed.key });
    await api.request('DELETE', `/api/auth/keys/${removed.id}`, { as: api.adminToken });
    await api.access.upkeep();
    const { body } = await api.request('GET', '/api/auth/keys', { as: api.adminToken });
    expect(body).toMatchObject({ keys: [{ id, last_used_at: '2026-01-15T12:00:30.000Z' }], total: 1 });
  });

  test.each([
    [{ role: 'agent' }, 'agentId'],
    [{ role: 'viewer', agentId: 'agent-7' }, 'agentId'],
    [{ role: 'admin', tenantId: 'default' }, 'tenantId'],
    [{ role: 'viewer', tenantId: 'nowhere' }, 'tenantId'],
    [{ expiresAt: '2026-01-15T12:00:00Z' }, 'expiresAt'],
    [{ expiresAt: 'tomorrow' }, 'expiresAt'],
    [{ name: '' }, 'name'],
    [{ name: 'a\nb' }, 'name'],
    [{ key: 'gk_mine' }, 'key'],
    [{ secretHash: 'x' }, 'secretHash'],
  ])('%j is refused', async (more, field) => {
    const api = await startAccessApi();
    const body = { name: 'a key', role: 'viewer', ...more };
    const answer = await api.request('POST', '/api/auth/keys', { as: api.adminToken, body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ details: { field } });
  });
});
