import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { HttpExecutor } from '../../../main/infra/execution/http-executor.ts';
import type { HttpExecutorOptions } from '../../../main/infra/execution/http-executor.ts';
import { execution, memorySecrets } from '../../support/execution.ts';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(listener: RequestListener, host = '127.0.0.1'): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers as told and keeps what it was asked. */
async function recording(
  status = 200,
  headers: Record<string, string> = {},
  body = '',
): Promise<{ base: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const base = await listen((request, response) => {
    void text(request).then((received) => {
      seen.push({ method: request.method, url: request.url, headers: request.headers, body: received });
      response.writeHead(status, headers).end(body);
    });
  });
  return { base, seen };
}

function call(config: Record<string, unknown>, more: Parameters<typeof execution>[2] & HttpExecutorOptions = {}) {
  const type = 'type' in config ? 'webhook' : 'api_call';
  const { type: _, ...rest } = config;
  const test = execution(type, rest, more);
  return { ...test, outcome: new HttpExecutor(more).execute(test.job, test.context) };
}

const redirectTo = (location: string, status = 302) => recording(status, { location });

describe('requests', () => {
  test('an api_call: method, headers with secrets, JSON body; the answer is in log and result', async () => {
    const { base, seen } = await recording(201, { 'content-type': 'application/json' }, '{"id":7}');
    const { outcome, log } = call(
      {
        method: 'put',
        url: `${base}/things/1?q=a%20b&api_key=abc#part`,
        headers: { Authorization: { $secret: 'api', prefix: 'Bearer ' }, 'X-Plain': 'yes' },
        body: { name: 'ü', nested: [{ $secret: 'deep' }] },
      },
      { secrets: memorySecrets({ api: 'sesame-open\n', deep: 'deep-secret' }) },
    );
    expect(await outcome).toEqual({
      status: 'completed',
      httpStatus: 201,
      result: { http_status: 201, content_type: 'application/json', body_bytes: 8, body: { id: 7 } },
    });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: 'PUT', url: '/things/1?q=a%20b&api_key=abc' });
    expect(seen[0]?.headers).toMatchObject({
      authorization: 'Bearer sesame-open',
      'x-plain': 'yes',
      'content-type': 'application/json',
      'user-agent': 'GuardIT',
    });
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ name: 'ü', nested: ['deep-secret'] });
    expect(log.text).toContain('answered 201');
    expect(log.text).toContain('{"id":7}');
    expect(log.text).not.toMatch(/sesame|deep-secret|=abc/);
  });

  test('a webhook: POST and JSON, what run it is; its path is not shown', async () => {
    const { base, seen } = await recording(204);
    const { outcome, log, job } = call({ type: 'webhook', url: `${base}/hooks/secret-path` });
    expect(await outcome).toMatchObject({ status: 'completed', httpStatus: 204 });
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/hooks/secret-path' });
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ task_id: 'test-task', run_id: job.runId });
    expect(log.text).not.toContain('secret-path');
  });

  test('text goes as it is; a user in the address becomes a header and is not shown', async () => {
    const { base, seen } = await recording();
    const url = base.replace('http://', 'http://me:p%40ss@');
    const { outcome, log } = call({ method: 'POST', url, body: 'plain ü' });
    await outcome;
    expect(seen[0]?.body).toBe('plain ü');
    expect(seen[0]?.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
    expect(log.text).not.toMatch(/p@ss|p%40ss/);
  });

  test('what a server echoes of a secret is masked in log and result', async () => {
    const base = await listen((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ echo: request.headers.authorization }));
    });
    const secrets = memorySecrets({ api: 'sesame-open' });
    const { outcome, log } = call({ url: base, headers: { Authorization: { $secret: 'api' } } }, { secrets });
    expect(await outcome).toMatchObject({ result: { body: { echo: '********' } } });
    expect(log.text).not.toContain('sesame');
  });

  test('a secret that no header can carry, or that is not there, is told without its value', async () => {
    const { base, seen } = await recording();
    const secrets = memorySecrets({ bad: 'line\r\nX-Injected: 1' });
    const injected = call({ url: base, headers: { 'X-A': { $secret: 'bad' } } }, { secrets });
    expect(await injected.outcome).toMatchObject({ status: 'failed', code: 'invalid_config', retryable: false });
    expect(JSON.stringify(await injected.outcome)).not.toContain('Injected');
    const missing = call({ url: { $secret: 'none' } });
    expect(await missing.outcome).toMatchObject({ status: 'failed', code: 'secret_unavailable' });
    expect(seen).toHaveLength(0);
  });
});

describe('statuses', () => {
  test.each([
    [404, false],
    [409, false],
    [408, true],
    [425, true],
    [500, true],
    [503, true],
  ])('%i fails, retryable: %s', async (status, retryable) => {
    const { base } = await recording(status);
    expect(await call({ url: base }).outcome).toMatchObject({
      status: 'failed',
      code: 'http_status',
      httpStatus: status,
      retryable,
    });
  });

  test('429 brings along how long to wait', async () => {
    const { base } = await recording(429, { 'retry-after': '7' });
    expect(await call({ url: base }).outcome).toMatchObject({ retryable: true, retryAfterMs: 7000 });
  });

  test('what is expected is a success, whatever it is; and 200 is none where it is not', async () => {
    const teapot = await recording(418);
    expect(await call({ url: teapot.base, expectedStatus: [418] }).outcome).toMatchObject({ status: 'completed' });
    const redirect = await redirectTo('/elsewhere');
    expect(await call({ url: redirect.base, expectedStatus: [302] }).outcome).toMatchObject({ httpStatus: 302 });
    const fine = await recording(200);
    expect(await call({ url: fine.base, expectedStatus: [204] }).outcome).toMatchObject({ status: 'failed' });
  });
});

describe('redirects', () => {
  test('are followed; credentials do not cross to another origin', async () => {
    const target = await recording(200, {}, 'arrived');
    const start = await redirectTo(`${target.base}/there`, 307);
    const { outcome, log } = call({
      method: 'POST',
      url: start.base,
      headers: { Authorization: 'Bearer x', Cookie: 'a=b', 'X-Api-Key': 'k', 'X-Plain': 'p' },
      body: { a: 1 },
    });
    expect(await outcome).toMatchObject({ status: 'completed' });
    expect(start.seen[0]?.headers).toMatchObject({ authorization: 'Bearer x', cookie: 'a=b', 'x-api-key': 'k' });
    expect(target.seen[0]).toMatchObject({ method: 'POST', url: '/there', body: '{"a":1}' });
    expect(Object.keys(target.seen[0]?.headers ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/authorization|cookie|x-api-key/)]),
    );
    expect(target.seen[0]?.headers['x-plain']).toBe('p');
    expect(log.text).toContain('arrived');
  });

  test('a loop ends at the limit, which may be 0', async () => {
    const loop = await redirectTo('/again');
    const { outcome } = call({ url: loop.base });
    expect(await outcome).toMatchObject({ status: 'failed', code: 'refused', httpStatus: 302, retryable: false });
    expect(loop.seen).toHaveLength(6);
    await call({ url: loop.base, maxRedirects: 0 }).outcome;
    expect(loop.seen).toHaveLength(7);
  });

  test('to another scheme is refused', async () => {
    const { base } = await redirectTo('file:///etc/passwd');
    expect(await call({ url: base }).outcome).toMatchObject({ status: 'failed', code: 'refused' });
  });

  test('to a link-local address is refused, also where private ones are allowed', async () => {
    for (const host of ['169.254.169.254', '[::ffff:a9fe:a9fe]', '0xa9fea9fe']) {
      const { base } = await redirectTo(`http://${host}/latest/meta-data/`);
      expect(await call({ url: base }).outcome).toMatchObject({ status: 'failed', code: 'refused', retryable: false });
    }
  });
});

describe('private addresses', () => {
  test('denied: by number, by name, in every spelling; nothing arrives', async () => {
    const { base, seen } = await recording();
    const { port } = new URL(base);
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '[::1]', '0x7f000001', '127.1', '0.0.0.0']) {
      const config = { url: `http://${host}:${port}/` };
      const refused = { status: 'failed', code: 'refused', retryable: false };
      expect(await call(config, { privateAddresses: 'deny' }).outcome).toMatchObject(refused);
      expect(await call({ ...config, privateAddresses: 'deny' }).outcome).toMatchObject(refused);
    }
    expect(seen).toHaveLength(0);
  });

  test('a config can be stricter than the installation, not laxer', async () => {
    const { base, seen } = await recording();
    const outcome = call({ url: base, privateAddresses: 'allow' }, { privateAddresses: 'deny' }).outcome;
    expect(await outcome).toMatchObject({ code: 'refused' });
    expect(seen).toHaveLength(0);
    expect(await call({ url: base }).outcome).toMatchObject({ status: 'completed' });
  });
});

describe('servers that behave badly', () => {
  test('slow: timed out, and cancelled when somebody asks', async () => {
    const base = await listen(() => undefined);
    expect(await call({ url: base, timeout: 200 }).outcome).toMatchObject({ status: 'timed_out', timeoutMs: 200 });
    expect(await call({ url: base }, { timeoutMs: 150 }).outcome).toMatchObject({
      status: 'timed_out',
      timeoutMs: 150,
    });
    const running = call({ url: base });
    setTimeout(running.cancel, 50);
    expect(await running.outcome).toMatchObject({ status: 'cancelled' });
  });

  test('an endless body: kept up to the limit, ended by the time limit, memory bounded', async () => {
    const piece = Buffer.alloc(64 * 1024, 'x');
    const base = await listen((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      const more = () => {
        while (!response.destroyed && response.write(piece));
      };
      response.on('drain', more);
      more();
    });
    const { outcome, log } = call({ url: base, timeout: 1000, maxResponseBytes: 100_000 });
    expect(await outcome).toMatchObject({ status: 'timed_out' });
    expect(log.totalBytes).toBeGreaterThan(100_000);
    expect(log.totalBytes).toBeLessThan(101_000);
  });

  test('a large body: the rest is counted', async () => {
    const { base } = await recording(200, { 'content-type': 'text/plain' }, 'y'.repeat(3_000_000));
    const { outcome, log } = call({ url: base });
    expect(await outcome).toMatchObject({ status: 'completed', result: { body_bytes: 3_000_000 } });
    expect(log.text).toMatch(/y\n\[GuardIT\] 1951424 more bytes of the answer are not kept/);
  });

  test('bytes that are no text are counted only', async () => {
    const { base } = await recording(200, { 'content-type': 'image/png' }, '\x89PNG');
    const { outcome, log } = call({ url: base });
    expect(await outcome).toMatchObject({ result: { body_bytes: 5, body: null } });
    expect(log.text).not.toContain('PNG');
  });

  test('none there, a broken answer, no HTTP at all: may be retried', async () => {
    const gone = await recording();
    servers.pop()?.close();
    expect(await call({ url: gone.base }).outcome).toMatchObject({ code: 'connect_failed', retryable: true });
    const cut = await listen((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('only this', () => response.destroy());
    });
    expect(await call({ url: cut }).outcome).toMatchObject({ code: 'connect_failed', retryable: true });
    const tcp = createTcpServer((socket) => socket.on('error', () => undefined).end('SSH-2.0-OpenSSH\r\n'));
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
    const { port } = tcp.address() as AddressInfo;
    expect(await call({ url: `http://127.0.0.1:${port}` }).outcome).toMatchObject({ code: 'connect_failed' });
    expect(await call({ url: `https://127.0.0.1:${port}` }).outcome).toMatchObject({ code: 'connect_failed' });
    tcp.close();
  });
});
