import { describe, expect, test } from 'vitest';
import { addUser, logIn, PASSWORD, startAccessApi } from '../../support/access-api.ts';

const WRONG = { error: 'The user name or the password is wrong.', code: 'unauthenticated', details: {} };

describe('logging in', () => {
  test('gives a token that works until it ends', async () => {
    const api = await startAccessApi();
    const id = await addUser(api, 'Anna', { role: 'operator' });
    const answer = await api.request('POST', '/api/auth/login', { body: { username: 'anna', password: PASSWORD } });
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.body).toEqual({
      token: expect.any(String),
      expires_at: '2026-01-16T00:00:00.000Z',
      user: {
        id,
        username: 'Anna',
        role: 'operator',
        tenant_id: null,
        disabled: false,
        created_at: '2026-01-15T12:00:00.000Z',
        updated_at: '2026-01-15T12:00:00.000Z',
        last_login_at: '2026-01-15T12:00:00.000Z',
      },
    });
    const token = String(answer.body['token']);
    expect((await api.request('GET', '/api/auth/me', { as: token })).body).toEqual({
      kind: 'user',
      id,
      name: 'Anna',
      role: 'operator',
      tenant_id: null,
      agent_id: null,
      expires_at: '2026-01-16T00:00:00.000Z',
    });
    api.clock.set('2026-01-16T00:00:00.000Z');
    const late = await api.request('GET', '/api/auth/me', { as: token });
    expect(late.status).toBe(401);
    expect(late.headers['www-authenticate']).toContain('Bearer');
    expect(late.body).toMatchObject({ error: 'The login has expired: log in again.', code: 'unauthenticated' });
  });

  test('takes a name in any case and composition', async () => {
    const api = await startAccessApi();
    await addUser(api, 'Jürgen');
    for (const name of ['jürgen', 'JÜRGEN', 'Ju\u0308rgen']) {
      const answer = await api.request('POST', '/api/auth/login', { body: { username: name, password: PASSWORD } });
      expect(answer.status, name).toBe(200);
    }
  });

  test('refuses the wrong password, unknown and disabled users with the same words', async () => {
    const api = await startAccessApi();
    await addUser(api, 'anna');
    const gone = await addUser(api, 'gone');
    await api.request('PUT', `/api/auth/users/${gone}`, { as: api.adminToken, body: { disabled: true } });
    for (const body of [
      { username: 'anna', password: `${PASSWORD} ` },
      { username: 'nobody', password: PASSWORD },
      { username: 'gone', password: PASSWORD },
      { username: "anna'--", password: PASSWORD },
    ]) {
      const answer = await api.request('POST', '/api/auth/login', { body });
      expect(answer.status).toBe(401);
      expect(answer.body).toEqual(WRONG);
    }
  });

  test.each([
    [{}, 'username'],
    [{ username: 'anna' }, 'password'],
    [{ username: 'anna', password: '' }, 'password'],
    [{ username: ['anna'], password: PASSWORD }, 'username'],
    [{ username: 'anna', password: { $ne: null } }, 'password'],
    [{ username: 'anna', password: 'x'.repeat(1_025) }, 'password'],
    [{ username: 'anna', password: PASSWORD, remember: true }, 'remember'],
  ])('%j is a 400 that names %s', async (body, field) => {
    const api = await startAccessApi();
    const answer = await api.request('POST', '/api/auth/login', { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ details: { field } });
  });

  test('stops a guesser, by name and by address, but not the next name', async () => {
    const budgets = { login: { points: 3, windowMs: 600_000 }, loginAddress: { points: 6, windowMs: 600_000 } };
    const api = await startAccessApi({ budgets });
    await addUser(api, 'anna');
    await addUser(api, 'berta');
    const attempt = (username: string, password: string) =>
      api.request('POST', '/api/auth/login', { body: { username, password } });
    for (const name of ['anna', 'ANNA', 'anna']) expect((await attempt(name, 'wrong')).status).toBe(401);
    const refused = await attempt('anna', PASSWORD);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.body).toMatchObject({ code: 'rate_limited' });
    expect((await attempt('berta', PASSWORD)).status).toBe(200);
    expect((await attempt('carla', PASSWORD)).status).toBe(401);
    expect((await attempt('berta', PASSWORD)).status).toBe(429);
  });

  test('gives the attempts back to whoever knows the password', async () => {
    const api = await startAccessApi({ budgets: { login: { points: 2, windowMs: 600_000 } } });
    await addUser(api, 'anna');
    for (let round = 0; round < 3; round++) {
      await api.request('POST', '/api/auth/login', { body: { username: 'anna', password: 'wrong' } });
      await logIn(api, 'anna');
    }
  });
});

describe('a login ends', () => {
  test('by logging out, for this token only', async () => {
    const api = await startAccessApi();
    await addUser(api, 'anna');
    const [first, second] = [await logIn(api, 'anna'), await logIn(api, 'anna')];
    expect((await api.request('POST', '/api/auth/logout', { as: first })).status).toBe(204);
    const after = await api.request('GET', '/api/auth/me', { as: first });
    expect(after.status).toBe(401);
    expect(after.body).toMatchObject({ error: 'The login has ended: log in again.' });
    expect((await api.request('GET', '/api/auth/me', { as: second })).status).toBe(200);
  });

  test.each([{ role: 'operator' }, { disabled: true }, { password: 'another password' }, { tenantId: 'default' }])(
    'when an admin sets %j',
    async (body) => {
      const api = await startAccessApi();
      const id = await addUser(api, 'anna');
      const token = await logIn(api, 'anna');
      expect((await api.request('PUT', `/api/auth/users/${id}`, { as: api.adminToken, body })).status).toBe(200);
      expect((await api.request('GET', '/api/auth/me', { as: token })).status).toBe(401);
    },
  );

  test('when the user is removed', async () => {
    const api = await startAccessApi();
    const id = await addUser(api, 'anna');
    const token = await logIn(api, 'anna');
    expect((await api.request('DELETE', `/api/auth/users/${id}`, { as: api.adminToken })).status).toBe(204);
    expect((await api.request('GET', '/api/auth/me', { as: token })).status).toBe(401);
    await addUser(api, 'anna');
    expect((await api.request('GET', '/api/auth/me', { as: token })).status).toBe(401);
  });

  test('and is forgotten when it would have ended by itself', async () => {
    const api = await startAccessApi();
    await addUser(api, 'anna');
    await api.request('POST', '/api/auth/logout', { as: await logIn(api, 'anna') });
    const hasExpired = () => api.catalog.read(({ revokedTokens }) => revokedTokens.hasExpired(api.clock.now()));
    await api.access.upkeep();
    api.clock.set('2026-01-16T00:00:00.000Z');
    expect(await hasExpired()).toBe(true);
    await api.access.upkeep();
    expect(await hasExpired()).toBe(false);
  });
});

describe("one's own password", () => {
  test('is changed by whoever knows it, which ends all other logins', async () => {
    const api = await startAccessApi();
    await addUser(api, 'anna');
    const [token, other] = [await logIn(api, 'anna'), await logIn(api, 'anna')];
    const change = (body: unknown) => api.request('PUT', '/api/auth/me/password', { as: token, body });
    const wrong = await change({ currentPassword: 'wrong', newPassword: 'another password' });
    expect(wrong.status).toBe(403);
    for (const newPassword of ['short', 'aaaaaaaaaaaaaa', 'x'.repeat(2_000)]) {
      expect((await change({ currentPassword: PASSWORD, newPassword })).status, newPassword).toBe(400);
    }
    const changed = await change({ current_password: PASSWORD, new_password: 'another password' });
    expect(changed.status).toBe(200);
    for (const old of [token, other]) expect((await api.request('GET', '/api/auth/me', { as: old })).status).toBe(401);
    const fresh = String(changed.body['token']);
    expect((await api.request('GET', '/api/auth/me', { as: fresh })).status).toBe(200);
    await logIn(api, 'anna', 'another password');
  });

  test('is not guessed with a stolen token', async () => {
    const api = await startAccessApi({ budgets: { login: { points: 3, windowMs: 600_000 } } });
    await addUser(api, 'anna');
    const token = await logIn(api, 'anna');
    const guess = (currentPassword: string) =>
      api.request('PUT', '/api/auth/me/password', {
        as: token,
        body: { currentPassword, newPassword: 'another password' },
      });
    for (let attempt = 0; attempt < 3; attempt++) expect((await guess('wrong')).status).toBe(403);
    expect((await guess(PASSWORD)).status).toBe(429);
  });

  test('is nothing that a key has', async () => {
    const api = await startAccessApi();
    const body = { currentPassword: 'x', newPassword: 'another password' };
    expect((await api.request('PUT', '/api/auth/me/password', { as: api.adminToken, body })).status).toBe(422);
    expect((await api.request('POST', '/api/auth/logout', { as: api.adminToken })).status).toBe(422);
  });
});
