import { describe, expect, test } from 'vitest';
import { operation } from '../../../main/api/operation.ts';
import { addKey, startAccessApi, type AccessApi } from '../../support/access-api.ts';

const WINDOW_MS = 600_000;
const small = (points: number) => ({ points, windowMs: WINDOW_MS });

const ping = operation({
  id: 'ping',
  method: 'GET',
  path: '/test/ping',
  summary: 'ping',
  tag: 'test',
  family: 'tasks',
  access: { roles: ['admin', 'viewer', 'reporter'], loopback: true },
  responses: { 204: { description: 'pong' } },
  handle: async () => ({ status: 204 }),
});

async function statuses(api: AccessApi, count: number, as?: string): Promise<number[]> {
  const found: number[] = [];
  for (let sent = 0; sent < count; sent++) {
    found.push((await api.request('GET', '/test/ping', as === undefined ? {} : { as })).status);
  }
  return found;
}

describe('rates', () => {
  test("are each token's own", async () => {
    const api = await startAccessApi({ budgets: { caller: small(3) } }, [ping]);
    expect(await statuses(api, 4, api.reporterToken)).toEqual([204, 204, 204, 429]);
    const { key } = await addKey(api);
    expect(await statuses(api, 4, key)).toEqual([204, 204, 204, 429]);
    expect(await statuses(api, 1)).toEqual([204]);
    const answer = await api.request('GET', '/test/ping', { as: key });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(WINDOW_MS / 2000);
    expect(answer.body).toMatchObject({ code: 'rate_limited', error: 'Too many requests. Wait a while.' });
  });

  test('are shared by local programs without a token', async () => {
    const api = await startAccessApi({ budgets: { loopback: small(2) } }, [ping]);
    expect(await statuses(api, 3)).toEqual([204, 204, 429]);
    expect(await statuses(api, 1, api.reporterToken)).toEqual([204]);
  });

  test('hold where nobody is known', async () => {
    const api = await startAccessApi({ budgets: { anonymous: small(2) } });
    const body = { nonce: 'a-nonce-of-a-client', token: 'admin' };
    const found = [];
    for (let sent = 0; sent < 3; sent++) found.push((await api.request('POST', '/api/auth/proof', { body })).status);
    expect(found).toEqual([200, 200, 429]);
  });
});

describe('bad tokens', () => {
  test('are refused unseen after too many, but not those that were right lately', async () => {
    const api = await startAccessApi({ budgets: { failedAuth: small(3) } }, [ping]);
    const { id, key } = await addKey(api);
    const later = await addKey(api);
    expect(await statuses(api, 1, key)).toEqual([204]);
    expect(await statuses(api, 5, 'nonsense')).toEqual([401, 401, 401, 429, 429]);
    expect(await statuses(api, 2, key)).toEqual([204, 204]);
    expect(await statuses(api, 1, later.key)).toEqual([429]);
    expect(await statuses(api, 1)).toEqual([204]);
    // Remembered is not believed.
    await api.request('DELETE', `/api/auth/keys/${id}`, { as: api.adminToken });
    expect(await statuses(api, 2, key)).toEqual([401, 429]);
  });
});
