import { describe, expect, test } from 'vitest';
import { bindProblems, isLoopbackHost, serverNames, type BindSettings } from '../../../main/app/access/bind-rules.ts';

const TLS = { certFile: 'cert.pem', keyFile: 'key.pem' };

function problems(more: Partial<BindSettings>): string[] {
  return bindProblems({ host: '127.0.0.1', port: 3000, allowedHosts: [], ...more });
}

describe('where a server may listen', () => {
  test.each(['127.0.0.1', '127.8.0.1', '::1', '[::1]', 'localhost', 'LocalHost'])('%s without TLS', (host) => {
    expect(problems({ host })).toEqual([]);
    expect(isLoopbackHost(host)).toBe(true);
  });

  test.each([
    '0.0.0.0',
    '::',
    '*',
    '192.168.1.4',
    'backup.example',
    'localhost.example',
    '127.0.0.1.nip.io',
    'fe80::1',
  ])('%s only with TLS', (host) => {
    const allowedHosts = ['backup.example'];
    expect(problems({ host, allowedHosts }).join()).toContain('tls.certFile');
    expect(problems({ host, allowedHosts, tls: TLS })).toEqual([]);
  });

  test('every address needs to be told its names', () => {
    expect(problems({ host: '0.0.0.0', tls: TLS })).toEqual([expect.stringContaining('allowedHosts')]);
  });

  test.each(['', '  ', 'http://127.0.0.1', '127.0.0.1:3000', 'a b', '-x', 'a..b'])('%j is no host', (host) => {
    expect(problems({ host, tls: TLS })).toHaveLength(1);
  });

  test('names and ports are checked', () => {
    expect(problems({ port: 65_536 })).toHaveLength(1);
    expect(problems({ allowedHosts: ['https://guardit.example'] })).toHaveLength(1);
    expect(problems({ allowedHosts: ['guardit.example', '10.0.0.1', '2001:db8::1'] })).toEqual([]);
  });
});

test('the names of a server, as browsers write them', () => {
  const allowedHosts = ['Backup.Example', '2001:DB8:0::1', '[2001:db8::2]'];
  expect(serverNames({ host: '10.0.0.1', allowedHosts })).toEqual([
    'localhost',
    '127.0.0.1',
    '[::1]',
    '10.0.0.1',
    'backup.example',
    '[2001:db8::1]',
    '[2001:db8::2]',
  ]);
  expect(serverNames({ host: '0.0.0.0', allowedHosts: [] })).toEqual(['localhost', '127.0.0.1', '[::1]']);
});
