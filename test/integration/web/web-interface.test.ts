import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { WebInterface } from '../../../main/api/web/web-interface.ts';
import { startApi, type TestApi } from '../../support/api-server.ts';
import { scratchFolder } from '../../support/catalogs.ts';

const SCRIPT = `console.log('hello');\n`.repeat(200);
const HTML = { accept: 'text/html,application/xhtml+xml' };

async function start(): Promise<TestApi> {
  const folder = scratchFolder();
  const web = join(folder, 'renderer');
  mkdirSync(join(web, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(web, 'index.html'), '<meta name="csp-nonce" content="__CSP_NONCE__" /> GuardIT');
  writeFileSync(join(web, 'icon.svg'), '<svg/>');
  writeFileSync(join(web, 'notes.exe'), 'no type of ours');
  writeFileSync(join(web, 'assets/index-abc.js'), SCRIPT);
  const pages = new WebInterface(web);
  return startApi(async () => [], { server: { pages: (request, path) => pages.find(request, path) } });
}

test('/ is the page, never kept, with a policy that lets in only its own styles', async () => {
  const api = await start();
  const nonces = new Set<string>();
  for (let count = 0; count < 2; count++) {
    const { status, headers, bytes } = await api.request('GET', '/');
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-store',
    ]);
    const policy = String(headers['content-security-policy']);
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    expect(bytes.toString()).toContain(`content="${nonce}"`);
    expect(policy).toMatch(/^default-src 'self'; script-src 'self';/);
    expect(policy).toContain(`frame-ancestors 'none'`);
    expect(policy).not.toContain('unsafe');
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(2);
});

test('assets are kept for ever, compressed for who can read it', async () => {
  const api = await start();
  const plain = await api.request('GET', '/assets/index-abc.js');
  expect(plain.bytes.toString()).toBe(SCRIPT);
  expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(plain.headers['content-type']).toBe('text/javascript; charset=utf-8');
  const small = await api.request('GET', '/assets/index-abc.js', {
    headers: { 'accept-encoding': 'gzip, deflate, br' },
  });
  expect(small.headers['content-encoding']).toBe('br');
  expect(brotliDecompressSync(small.bytes).toString()).toBe(SCRIPT);
});

test('a file that the browser has is not sent again', async () => {
  const api = await start();
  const { headers } = await api.request('GET', '/icon.svg');
  expect(headers['cache-control']).toBe('no-cache');
  const again = await api.request('GET', '/icon.svg', { headers: { 'if-none-match': String(headers.etag) } });
  expect([again.status, again.bytes.length]).toEqual([304, 0]);
});

test('a path of the router is the page for a browser, and a 404 for a program', async () => {
  const api = await start();
  expect((await api.request('GET', '/tasks/detail?id=a', { headers: HTML })).headers['content-type']).toContain(
    'text/html',
  );
  const program = await api.request('GET', '/tasks/detail');
  expect([program.status, program.headers['content-type']]).toEqual([404, 'application/json; charset=utf-8']);
});

test.each([
  ['GET', '/api/nothing'],
  ['GET', '/api'],
  ['GET', '/agents/nothing'],
  ['GET', '/docs/nothing'],
  ['GET', '/metrics/nothing'],
  ['GET', '/assets/gone.js'],
  ['GET', '/nothing.html'],
  ['GET', '/notes.exe'],
  ['POST', '/tasks'],
  ['GET', '/../secret.txt'],
  ['GET', '/..%2fsecret.txt'],
  ['GET', '/assets/..%2f..%2fsecret.txt'],
  ['GET', '/assets/..\\..\\secret.txt'],
  ['GET', '//secret.txt'],
])('%s %s is a JSON error, also for a browser', async (method, path) => {
  const api = await start();
  const answer = await api.request(method, path, { headers: HTML, ...(method === 'POST' && { body: {} }) });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(answer.bytes.toString()).not.toContain('secret"');
});

test('a checkout that was never built has no pages', async () => {
  const pages = new WebInterface(join(scratchFolder(), 'nowhere'));
  const api = await startApi(async () => [], { server: { pages: (request, path) => pages.find(request, path) } });
  expect((await api.request('GET', '/', { headers: HTML })).status).toBe(404);
});
