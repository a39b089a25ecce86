import { describe, expect, test } from 'vitest';
import { addUser, PASSWORD, startAccessApi, type AccessApi } from '../../support/access-api.ts';

const OWN_PAGE = { 'sec-fetch-site': 'same-origin' };

/** What a browser would send back: name and value of the cookie that an answer set. */
function cookieOf(headers: Readonly<Record<string, unknown>>): string {
  const [cookie] = headers['set-cookie'] as string[];
  return String(cookie?.split(';', 1)[0]);
}

async function begin(api: AccessApi): Promise<string> {
  await addUser(api, 'anna', { role: 'admin' });
  const answer = await api.request('POST', '/api/auth/session', { body: { username: 'anna', password: PASSWORD } });
  expect(answer.status).toBe(200);
  return cookieOf(answer.headers);
}

describe('a login in a browser', () => {
  test('is a cookie that no script reads and no other site sends; its token stands nowhere else', async () => {
    const api = await startAccessApi();
    await addUser(api, 'anna');
    const answer = await api.request('POST', '/api/auth/session', { body: { username: 'anna', password: PASSWORD } });
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(JSON.stringify(answer.body)).not.toContain(cookieOf(answer.headers).split('=', 2)[1]);
  });

  test('over TLS it travels over TLS only', async () => {
    const api = await startAccessApi({ isTls: true });
    await addUser(api, 'anna');
    const answer = await api.request('POST', '/api/auth/session', { body: { username: 'anna', password: PASSWORD } });
    expect(answer.headers['set-cookie']?.[0]).toMatch(/^__Host-guardit-.*; Secure$/);
  });

  test.each([
    ['Sec-Fetch-Site', (_api: AccessApi): Record<string, string> => OWN_PAGE],
    ['Origin', (api: AccessApi): Record<string, string> => ({ origin: `http://127.0.0.1:${api.port}` })],
  ])('counts for pages of our own, known by %s', async (_name, from) => {
    const api = await startAccessApi();
    const headers = { cookie: await begin(api), ...from(api) };
    const answer = await api.request('GET', '/api/auth/me', { headers });
    expect([answer.status, answer.body['name']]).toEqual([200, 'anna']);
  });

  test.each([[{}], [{ 'sec-fetch-site': 'none' }]])('counts for nothing else: %j', async (headers) => {
    const api = await startAccessApi();
    const cookie = await begin(api);
    for (const [method, path, body] of [
      ['GET', '/api/auth/users', undefined],
      ['POST', '/api/auth/keys', { name: 'mine', role: 'admin' }],
      ['DELETE', '/api/auth/session', undefined],
    ] as const) {
      const answer = await api.request(method, path, { headers: { ...headers, cookie }, body });
      expect(answer.status, path).toBe(401);
    }
  });

  test.each([['http://evil.example'], ['null'], ['http://127.0.0.1:1']])(
    'a page of %s can use it for nothing',
    async (origin) => {
      const api = await startAccessApi();
      const headers = { cookie: await begin(api), origin, 'sec-fetch-site': 'same-origin' };
      expect((await api.request('GET', '/api/auth/me', { headers })).status).toBe(403);
    },
  );

  test('a form can not carry it: bodies are JSON', async () => {
    const api = await startAccessApi();
    const headers = { cookie: await begin(api), ...OWN_PAGE, 'content-type': 'text/plain' };
    const body = JSON.stringify({ name: 'mine', role: 'admin' });
    expect((await api.request('POST', '/api/auth/keys', { headers, body })).status).toBe(415);
  });

  test('ends at a logout, also where somebody kept the cookie', async () => {
    const api = await startAccessApi();
    const headers = { cookie: await begin(api), ...OWN_PAGE };
    const answer = await api.request('DELETE', '/api/auth/session', { headers });
    expect([answer.status, answer.headers['set-cookie']?.[0]]).toEqual([204, expect.stringContaining('Max-Age=0')]);
    expect((await api.request('GET', '/api/auth/me', { headers })).status).toBe(401);
  });

  test('the port is part of its name, as cookies know none; no other cookie is taken for it', async () => {
    const api = await startAccessApi();
    const cookie = await begin(api);
    const renamed = cookie.replace(`guardit-${api.port}=`, 'guardit-1=');
    const headers = { cookie: `theme=dark; ${renamed}`, ...OWN_PAGE };
    expect((await api.request('GET', '/api/auth/me', { headers })).status).toBe(401);
  });

  test('only logins: a key in the cookie is nothing', async () => {
    const api = await startAccessApi();
    const headers = { cookie: `guardit-${api.port}=${api.adminToken}`, ...OWN_PAGE };
    expect((await api.request('GET', '/api/auth/users', { headers })).status).toBe(401);
  });
});
