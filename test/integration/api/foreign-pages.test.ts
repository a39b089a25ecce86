import { describe, expect, test } from 'vitest';
import { PASSWORD, startAccessApi } from '../../support/access-api.ts';

const LOGIN = { username: 'anna', password: PASSWORD };

describe('a page in a browser', () => {
  test.each([
    [{ host: 'localhost.evil.com' }, 'foreign_host'],
    [{ host: '127.0.0.1.nip.io' }, 'foreign_host'],
    [{ host: 'user:pass@localhost' }, 'foreign_host'],
    [{ host: 'localhost.' }, 'foreign_host'],
    [{ origin: 'http://evil.com' }, 'foreign_origin'],
    [{ origin: 'null' }, 'foreign_origin'],
    [{ 'sec-fetch-site': 'cross-site' }, 'foreign_origin'],
    [{ 'sec-fetch-site': 'same-site' }, 'foreign_origin'],
  ])('with %j is refused everywhere', async (headers, code) => {
    const api = await startAccessApi();
    for (const [method, path] of [
      ['GET', '/api/auth/me'],
      ['OPTIONS', '/api/auth/login'],
      ['POST', '/api/auth/login'],
      ['GET', '/nowhere'],
      ['GET', '/'],
    ] as const) {
      // A good token does not help: the page would have stolen it, or be handed it by the browser.
      const options = { as: api.adminToken, headers, ...(method === 'POST' && { body: LOGIN }) };
      const answer = await api.request(method, path, options);
      expect(answer.status, `${method} ${path}`).toBe(403);
      expect([answer.body['code'], answer.body['error']]).toContain(code);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  test.each(['LOCALHOST', 'localhost', '127.0.0.1', '[::1]'])('of our own at %s is let in', async (name) => {
    const api = await startAccessApi();
    const host = `${name}:${api.port}`;
    const headers = { host, origin: `http://${host.toLowerCase()}`, 'sec-fetch-site': 'same-origin' };
    const answer = await api.request('GET', '/api/auth/me', { as: api.adminToken, headers });
    expect(answer.status).toBe(200);
  });

  test('of a name from the settings is let in', async () => {
    const api = await startAccessApi({ allowedHosts: ['guardit.example'] });
    const headers = { host: 'guardit.example', origin: 'https://guardit.example' };
    expect((await api.request('GET', '/api/auth/me', { as: api.adminToken, headers })).status).toBe(200);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'that posts %j is refused, as forms can be sent to anybody',
    async (type) => {
      const api = await startAccessApi();
      const options = { body: JSON.stringify(LOGIN), headers: { 'content-type': type } };
      expect((await api.request('POST', '/api/auth/login', options)).status).toBe(415);
    },
  );
});

describe('bytes on the wire', () => {
  const REFUSED = /^HTTP\/1\.1 403 /;

  test.each([
    ['no Host in HTTP/1.0', 'GET /api/auth/me HTTP/1.0\r\n\r\n'],
    ['a foreign Host in HTTP/1.0', 'GET /api/auth/me HTTP/1.0\r\nHost: evil.com\r\n\r\n'],
    ['two Hosts', 'GET /api/auth/me HTTP/1.1\r\nHost: localhost\r\nHost: evil.com\r\nConnection: close\r\n\r\n'],
    ['an absolute target', 'GET http://evil.com/api/auth/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
    ['user info in Host', 'GET /api/auth/me HTTP/1.1\r\nHost: localhost@evil.com\r\nConnection: close\r\n\r\n'],
  ])('%s', async (_name, request) => {
    const api = await startAccessApi();
    const answer = await api.raw(request);
    expect(answer).toMatch(REFUSED);
    expect(answer).toContain('foreign_host');
  });

  test('no Host in HTTP/1.1 is not even HTTP', async () => {
    const api = await startAccessApi();
    expect(await api.raw('GET /api/auth/me HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('our own Host is let through to the question who asks', async () => {
    const api = await startAccessApi();
    expect(await api.raw('GET /api/auth/me HTTP/1.0\r\nHost: localhost\r\n\r\n')).toMatch(/^HTTP\/1\.1 401 /);
  });

  test('the first of two tokens is the one that counts', async () => {
    const api = await startAccessApi();
    const lines = ['GET /api/auth/me HTTP/1.1', 'Host: localhost', 'Authorization: Bearer x'];
    const request = [...lines, `Authorization: Bearer ${api.adminToken}`, 'Connection: close', '', ''].join('\r\n');
    expect(await api.raw(request)).toMatch(/^HTTP\/1\.1 401 /);
  });
});
