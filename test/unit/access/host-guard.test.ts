import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { createHostGuard } from '../../../main/api/middleware/host-guard.ts';

const guard = createHostGuard({
  names: ['localhost', '127.0.0.1', '[::1]', 'guardit.example'],
  origins: ['https://front.example'],
});

interface Sent {
  readonly url?: string;
  readonly host?: string | readonly string[];
  readonly origin?: string;
  readonly site?: string;
  readonly tls?: boolean;
}

/** The code that refuses it; null for none. */
function refusal({ url = '/api/tasks', host = 'localhost:3000', origin, site, tls = false }: Sent): unknown {
  const hosts = [host].flat();
  const request = {
    url,
    headers: {
      host: hosts[0],
      ...(origin !== undefined && { origin }),
      ...(site !== undefined && { 'sec-fetch-site': site }),
    },
    rawHeaders: hosts.flatMap((value) => ['Host', value]),
    socket: tls ? { encrypted: true } : {},
    // All that the guard looks at; a real request needs a real connection.
  } as unknown as IncomingMessage;
  try {
    guard(request);
    return null;
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}

describe('Host', () => {
  test.each([
    'localhost',
    'LOCALHOST:3000',
    'LocalHost',
    '127.0.0.1',
    '127.0.0.1:1',
    '[::1]',
    '[::1]:3000',
    'guardit.example:443',
  ])('%s is ours', (host) => expect(refusal({ host })).toBeNull());

  test.each([
    '',
    ' ',
    'localhost.',
    'localhost.evil.com',
    '127.0.0.1.nip.io',
    'evil.com',
    'evil.com:3000',
    'localhost@evil.com',
    'evil.com@localhost',
    'user:pass@localhost',
    'localhost:3000:3000',
    'localhost:',
    'localhost:x',
    'localhost:99999',
    'localhost/evil',
    'localhost, evil.com',
    'localhost\tevil',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '0.0.0.0:3000',
    '::1',
    '[::1',
    '[::1]evil.com',
    '[::ffff:127.0.0.1]',
    'ｌocalhost',
  ])('%j is not', (host) => expect(refusal({ host })).toBe('foreign_host'));

  test('two of them are one too many', () => {
    expect(refusal({ host: ['localhost', 'evil.com'] })).toBe('foreign_host');
    expect(refusal({ host: ['localhost', 'localhost'] })).toBe('foreign_host');
    expect(refusal({ host: [] })).toBe('foreign_host');
  });

  test.each(['http://localhost:3000/api', 'http://evil.com/', 'localhost:3000', '*', ''])(
    'a target of %j names a server of its own',
    (url) => expect(refusal({ url })).toBe('foreign_host'),
  );
});

describe('Origin', () => {
  test.each<Sent>([
    { origin: 'http://localhost:3000' },
    { origin: 'http://127.0.0.1:3000', host: '127.0.0.1:3000' },
    { origin: 'http://[::1]:3000', host: '[::1]:3000' },
    { origin: 'http://localhost', host: 'localhost' },
    { origin: 'http://localhost', host: 'localhost:80' },
    { origin: 'https://localhost', host: 'localhost:443', tls: true },
    // A proxy in front ends TLS.
    { origin: 'https://guardit.example', host: 'guardit.example' },
    { origin: 'https://front.example' },
  ])('$origin on $host is ours', (sent) => expect(refusal(sent)).toBeNull());

  test.each<Sent>([
    { origin: 'null' },
    { origin: '' },
    { origin: 'http://evil.com' },
    { origin: 'http://localhost' },
    { origin: 'http://localhost:3001' },
    { origin: 'http://127.0.0.1:3000' },
    { origin: 'http://localhost:3000.evil.com' },
    { origin: 'http://localhost:3000@evil.com' },
    { origin: 'http://evil.com#localhost:3000' },
    { origin: 'http://localhost:3000/' },
    { origin: 'http://LOCALHOST:3000' },
    { origin: 'ftp://localhost:3000' },
    { origin: 'file://' },
    { origin: 'chrome-extension://abc' },
    { origin: 'https://front.example.evil.com' },
    { origin: 'http://front.example' },
    { origin: 'http://localhost', host: 'localhost', tls: true },
    { origin: 'http://localhost:443', host: 'localhost:443', tls: true },
    { origin: 'http://localhost:3000, http://evil.com' },
  ])('$origin on $host is foreign', (sent) => expect(refusal(sent)).toBe('foreign_origin'));
});

describe('Sec-Fetch-Site', () => {
  test.each(['same-origin', 'none'])('%s passes', (site) => expect(refusal({ site })).toBeNull());
  test.each(['cross-site', 'same-site', 'Cross-Site', 'something-new', ''])('%j does not', (site) => {
    expect(refusal({ site })).toBe('foreign_origin');
  });

  test('says more than an Origin that is missing', () => {
    expect(refusal({ site: 'cross-site', url: '/' })).toBe('foreign_origin');
  });
});
