import { describe, expect, test } from 'vitest';
import { isRedirect, redirected } from '../../../main/infra/execution/redirect.ts';
import type { OutgoingRequest } from '../../../main/infra/execution/redirect.ts';
import { isRetryableStatus, retryAfterMs } from '../../../main/infra/execution/retry-after.ts';

const POST: OutgoingRequest = {
  method: 'POST',
  url: new URL('https://a.example/path'),
  headers: { Authorization: 'x', 'X-Custom': 'from a secret', Accept: '*/*', 'Content-Type': 'application/json' },
  body: '{}',
  secretHeaders: new Set(['x-custom']),
  bodyHasSecret: false,
};

describe('redirects', () => {
  test('303, and a POST’s 301 and 302, become a GET without the body', () => {
    for (const status of [301, 302, 303]) {
      const next = redirected(POST, status, '/other');
      expect(next).toMatchObject({ method: 'GET', body: null });
      expect(next.url.href).toBe('https://a.example/other');
      expect(Object.keys(next.headers)).toEqual(['Authorization', 'X-Custom', 'Accept']);
    }
  });

  test('307 and 308 keep it, 301 of a PUT too, and HEAD stays HEAD', () => {
    for (const status of [307, 308])
      expect(redirected(POST, status, '/')).toMatchObject({ method: 'POST', body: '{}' });
    expect(redirected({ ...POST, method: 'PUT' }, 301, '/')).toMatchObject({ method: 'PUT', body: '{}' });
    expect(redirected({ ...POST, method: 'HEAD', body: null }, 303, '/').method).toBe('HEAD');
  });

  test('credentials stay with their origin, for good', () => {
    for (const elsewhere of ['https://b.example/', 'https://a.example:8443/']) {
      const away = redirected(POST, 307, elsewhere);
      expect(Object.keys(away.headers)).toEqual(['Accept', 'Content-Type']);
      expect(Object.keys(redirected(away, 307, 'https://a.example/').headers)).toEqual(['Accept', 'Content-Type']);
    }
  });

  test.each([
    'http://a.example/',
    'ftp://a/',
    'file:///etc/passwd',
    'javascript:1',
    'https://u:p@a.example/',
    'http://[',
  ])('refuses %s', (location) => {
    expect(() => redirected(POST, 302, location)).toThrow(/redirects/);
  });

  test('a body with secrets goes to nobody else', () => {
    const secret = { ...POST, bodyHasSecret: true };
    expect(() => redirected(secret, 307, 'https://b.example/')).toThrow(/body with secrets/);
    expect(redirected(secret, 303, 'https://b.example/')).toMatchObject({ body: null, bodyHasSecret: false });
    expect(redirected(secret, 307, '/same').body).toBe('{}');
  });

  test('only with a location, and only these statuses', () => {
    expect([301, 302, 303, 307, 308].every((status) => isRedirect(status, '/'))).toBe(true);
    expect([200, 300, 304, 305, 400].some((status) => isRedirect(status, '/'))).toBe(false);
    expect(isRedirect(302, undefined)).toBe(false);
  });
});

describe('retrying', () => {
  test('which statuses', () => {
    expect([408, 425, 429, 500, 502, 503, 504, 599].every(isRetryableStatus)).toBe(true);
    expect([200, 301, 400, 401, 403, 404, 409, 410, 422].some(isRetryableStatus)).toBe(false);
  });

  test('Retry-After as seconds, as a date, and as nonsense', () => {
    const now = Date.parse('2026-11-09T10:00:00Z');
    expect(retryAfterMs('120', now)).toBe(120_000);
    expect(retryAfterMs('9999999999', now)).toBe(86_400_000);
    expect(retryAfterMs('Mon, 09 Nov 2026 10:00:30 GMT', now)).toBe(30_000);
    expect(retryAfterMs('Mon, 09 Nov 2026 09:00:00 GMT', now)).toBe(0);
    for (const text of [undefined, '', 'soon', '-1', '1.5', '2026-11-09', '99999999999']) {
      expect(retryAfterMs(text, now)).toBeUndefined();
    }
  });
});
