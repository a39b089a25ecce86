import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runService, type RunningService } from '../../support/running-service.ts';

let service: RunningService;
const sockets = new Set<Socket>();

beforeAll(async () => {
  service = await runService();
});
afterAll(() => service.stop());
beforeEach(() => void sockets.clear());
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  // Whatever a client did, the service still works and nothing surprised it.
  expect((await fetch(`${service.url}/health`)).status).toBe(200);
  expect(service.errors).toEqual([]);
});

/** A connection whose answers are collected as they come. */
class Line {
  readonly socket: Socket;
  text = '';
  closed = false;
  failure: NodeJS.ErrnoException | null = null;

  constructor() {
    this.socket = connect(service.port, '127.0.0.1');
    sockets.add(this.socket);
    this.socket.setEncoding('latin1');
    this.socket.on('data', (part) => void (this.text += String(part)));
    this.socket.on('error', (error) => void (this.failure = error));
    this.socket.on('close', () => void (this.closed = true));
  }

  send(text: string | Buffer): this {
    this.socket.write(text);
    return this;
  }

  /** Waits until the server has closed the connection. */
  async end(): Promise<string> {
    while (!this.closed) await wait(2);
    return this.text;
  }

  async answers(count: number): Promise<readonly number[]> {
    while (this.statuses.length < count && !this.closed) await wait(2);
    return this.statuses;
  }

  get statuses(): readonly number[] {
    return [...this.text.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map(([, status]) => Number(status));
  }
}

const HOST = 'Host: 127.0.0.1\r\n';
const JSON_TYPE = 'Content-Type: application/json\r\n';

const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\n${HOST}${more}\r\n`;
const post = (path: string, body: string, more = '') =>
  `POST ${path} HTTP/1.1\r\n${HOST}${JSON_TYPE}Content-Length: ${Buffer.byteLength(body)}\r\n${more}\r\n${body}`;

async function statusOf(request: string): Promise<number | undefined> {
  return (await new Line().send(request).answers(1))[0];
}

describe('request lines', () => {
  it.each([
    ['a NUL in the path', 'GET /api/tasks/a\0b HTTP/1.1'],
    ['a NUL in the method', 'G\0T / HTTP/1.1'],
    ['a space in the path', 'GET /api/tasks/a b HTTP/1.1'],
    ['no path', 'GET  HTTP/1.1'],
    ['a version that does not exist', 'GET / HTTP/7.3'],
    ['HTTP/2 without its handshake', 'PRI * HTTP/2.0'],
    ['no HTTP at all', 'hello, are you there?'],
    ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ])('%s is 400, and the connection is closed', async (_name, line) => {
    const text = await new Line().send(Buffer.from(`${line}\r\n${HOST}\r\n`, 'latin1')).end();
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).not.toMatch(/<html|at .*\.(?:js|ts):/i);
  });

  it.each([
    ['http://127.0.0.1/api/tasks', 403],
    ['http://evil.example/api/tasks', 403],
    ['*', 403],
    ['//evil.example/api/tasks', 404],
    ['/api//tasks', 404],
    ['/api/tasks/', 404],
    ['/API/TASKS', 404],
    ['/api/./tasks', 404],
    ['/api/status/../tasks', 404],
    ['/..%2f..%2fetc/passwd', 404],
    ['/api/tasks/%', 400],
    ['/api/tasks/%zz', 400],
    ['/api/tasks/%c3%28', 400],
    ['/api/tasks/%c0%ae%c0%ae', 400],
    ['/api/tasks/%00', 404],
    ['/api/tasks/..%2f..%2f..%2fetc%2fpasswd', 404],
    ['/api/tasks/%2e%2e', 404],
    ['/api/tasks/%252e%252e', 404],
    ["/api/tasks/'%20OR%201=1--", 404],
    ['/api/tasks/__proto__', 404],
    ['/api/tasks/constructor', 404],
    ['/api/tasks?limit=1&limit=2', 400],
    ['/api/tasks?__proto__[x]=1', 400],
    ['/api/tasks?q=%', 200],
    ['/api/tasks?q=%00', 400],
    [`/api/tasks/${'a'.repeat(4_000)}`, 404],
    [`/api/tasks/${'a/'.repeat(1_000)}`, 404],
    [`/api/tasks/${'%F0%9F%98%80'.repeat(255)}`, 404],
  ])('GET %s is %i, as JSON', async (path, status) => {
    const line = new Line().send(get(path, 'Connection: close\r\n'));
    const text = await line.end();
    expect(line.statuses).toEqual([status]);
    expect(text).toMatch(/content-type: application\/json/i);
  });

  it('a path longer than all headers may be is 431 or 400, without an answer of the API', async () => {
    const text = await new Line().send(get(`/${'a'.repeat(200_000)}`)).end();
    expect(text).toMatch(/^HTTP\/1\.1 4(?:31|00|14) /);
  });
});

describe('methods', () => {
  it.each(['OPTIONS', 'PATCH', 'PROPFIND', 'MKCOL', 'QUERY'])('%s is 405 with what is possible', async (method) => {
    const text = await new Line().send(get('/api/tasks', 'Connection: close\r\n').replace('GET', method)).end();
    expect(text).toMatch(/^HTTP\/1\.1 405 /);
    expect(text).toMatch(/allow: GET, POST\r\n/i);
  });

  it('TRACE does not echo what was sent', async () => {
    const line = new Line().send(get('/api/tasks', 'X-Secret: hush\r\nConnection: close\r\n').replace('GET', 'TRACE'));
    const text = await line.end();
    expect(line.statuses).toEqual([405]);
    expect(text).not.toContain('hush');
  });

  it('CONNECT opens no tunnel', async () => {
    const text = await new Line().send('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n').end();
    expect(text).not.toMatch(/HTTP\/1\.1 2/);
  });

  it('a request for another protocol is answered as if it had not asked', async () => {
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';
    expect(await statusOf(get('/api/tasks', upgrade))).toBe(200);
  });

  it('HEAD has the headers of GET and no body', async () => {
    const text = await new Line().send(get('/api/tasks', 'Connection: close\r\n').replace('GET', 'HEAD')).end();
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(text).toMatch(/etag: "/i);
    expect(text.split('\r\n\r\n')[1]).toBe('');
  });
});

describe('headers', () => {
  it.each([
    ['HTTP/1.0 without Host', 'GET /api/tasks HTTP/1.0\r\n\r\n', 403],
    ['HTTP/1.1 without Host', 'GET /api/tasks HTTP/1.1\r\n\r\n', 400],
    ['two hosts', `GET /api/tasks HTTP/1.1\r\n${HOST}Host: evil.example\r\n\r\n`, 403],
    ['another host', 'GET /api/tasks HTTP/1.1\r\nHost: evil.example\r\n\r\n', 403],
    ['a host with a path', 'GET /api/tasks HTTP/1.1\r\nHost: 127.0.0.1/evil\r\n\r\n', 403],
    ['a host with a user', 'GET /api/tasks HTTP/1.1\r\nHost: 127.0.0.1@evil.example\r\n\r\n', 403],
    ['a folded header', get('/api/tasks', 'X-A: 1\r\n 2\r\n'), 400],
    ['a header without a colon', get('/api/tasks', 'nonsense\r\n'), 400],
    ['a space before the colon', get('/api/tasks', 'X-A : 1\r\n'), 400],
    ['a NUL in a value', get('/api/tasks', 'X-A: a\0b\r\n'), 400],
    ['a bare carriage return', get('/api/tasks', 'X-A: a\rHost: evil\r\n'), 400],
    ['headers of 200 KB', get('/api/tasks', `X-A: ${'a'.repeat(200_000)}\r\n`), 431],
    ['two thousand headers', get('/api/tasks', 'X-A: 1\r\n'.repeat(2_001)), 431],
  ])('%s', async (_name, request, status) => {
    const line = new Line().send(request);
    const [given] = await line.answers(1);
    // Node refuses some of these before it looks at the Host, all the same.
    expect([status, 400]).toContain(given);
  });

  it('a thousand authorizations are not tried one after the other', async () => {
    const status = await statusOf(get('/api/tasks', 'Authorization: Bearer x\r\n'.repeat(500)));
    expect([400, 401, 431]).toContain(status);
  });
});

describe('request smuggling', () => {
  const inner = get('/api/auth/users');

  it.each([
    ['both lengths', `Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`],
    ['two different lengths', `Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}${inner}`],
    ['a length with a sign', `Content-Length: +2\r\n\r\n{}${inner}`],
    ['a negative length', `Content-Length: -1\r\n\r\n{}${inner}`],
    ['a list of lengths', `Content-Length: 2, 2\r\n\r\n{}${inner}`],
    ['a hexadecimal length', `Content-Length: 0x2\r\n\r\n{}${inner}`],
    ['an encoding that is not the last', `Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${inner}`],
    ['an unknown encoding', `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${inner}`],
    ['a tab before chunked', `Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n${inner}`],
    ['a chunk size that is no number', `Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n${inner}`],
    ['a chunk that is longer than it says', `Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n${inner}`],
    ['a huge chunk size', `Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}\r\n0\r\n\r\n${inner}`],
    ['a chunk size that ends in a bare line feed', `Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n${inner}`],
  ])('%s: refused, and what follows is no request', async (_name, rest) => {
    const line = new Line().send(`POST /api/tasks/register HTTP/1.1\r\n${HOST}${JSON_TYPE}${rest}`);
    await line.end();
    expect(line.statuses).toHaveLength(1);
    expect(line.statuses[0]).toBe(400);
  });

  it('a body on a route that wants none is read as a body', async () => {
    const line = new Line().send(
      `GET /api/tasks HTTP/1.1\r\n${HOST}${JSON_TYPE}Content-Length: ${inner.length}\r\n\r\n${inner}${get('/health')}`,
    );
    expect(await line.answers(2)).toEqual([400, 200]);
  });
});

describe('bodies', () => {
  const register = '/api/tasks/register';

  it('10 MB to a route that takes 1 MiB is 413, which the client gets to see, also when it sends everything first', async () => {
    const body = JSON.stringify({ taskId: 'big', message: 'x'.repeat(10_000_000) });
    const answer = await fetch(`${service.url}${register}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ code: 'payload_too_large' });
    const line = new Line().send(post(register, body)).send(get('/health', 'Connection: close\r\n'));
    const text = await line.end();
    expect(line.failure).toBeNull();
    // What was not read as a body is not taken for a request either: the next one is the next one.
    expect(line.statuses).toEqual([413, 200]);
    expect(text).toMatch(/^HTTP\/1\.1 413 [\s\S]*"payload_too_large"/);
  });

  it('10 MB in chunks, without a length, is 413 as well', async () => {
    const line = new Line().send(`POST ${register} HTTP/1.1\r\n${HOST}${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\n`);
    for (let n = 0; n < 10; n++) line.send(`f4240\r\n${'x'.repeat(1_000_000)}\r\n`);
    line.send('0\r\n\r\n').send(get('/health', 'Connection: close\r\n'));
    const text = await line.end();
    expect(line.failure).toBeNull();
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('a client that waits for 100 hears 413 instead of sending', async () => {
    const line = new Line().send(
      `POST ${register} HTTP/1.1\r\n${HOST}${JSON_TYPE}Content-Length: 10000000\r\nExpect: 100-continue\r\n\r\n`,
    );
    const statuses = await line.answers(1);
    expect([100, 413]).toContain(statuses[0]);
  });

  it.each([
    ['cut off in a string', '{"taskId": "a'],
    ['nested a million times', '['.repeat(500_000)],
    ['not UTF-8', '{"taskId": "\xff\xfe"}'],
    ['a byte order mark only', '\xef\xbb\xbf'],
    ['two values', '{} {}'],
    ['NaN', '{"taskId": NaN}'],
    ['a number beyond numbers', '{"taskId": 1e999999}'],
    ['a prototype', '{"__proto__": {"isActive": true}, "taskId": "x", "displayName": "x", "taskType": "x"}'],
    ['null', 'null'],
    ['a list', '[]'],
  ])('JSON that is %s is 400', async (_name, body) => {
    const bytes = Buffer.from(body, 'latin1');
    const head = `POST ${register} HTTP/1.1\r\n${HOST}${JSON_TYPE}Content-Length: ${bytes.length}\r\n\r\n`;
    const line = new Line().send(Buffer.concat([Buffer.from(head), bytes]));
    expect(await line.answers(1)).toEqual([400]);
    expect(line.text).not.toMatch(/\bat .*[jt]s:\d/);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    '',
  ])('a body of the type "%s" is 415', async (type) => {
    expect(await statusOf(post(register, '{}').replace('application/json', type))).toBe(415);
  });

  it('a compressed body is 415: it could be a bomb', async () => {
    expect(await statusOf(post(register, '{}', 'Content-Encoding: gzip\r\n'))).toBe(415);
  });

  it('a client that goes away in the middle of its body harms nobody', async () => {
    for (let n = 0; n < 50; n++) {
      const line = new Line().send(post(register, 'x'.repeat(1000)).slice(0, 300));
      await wait(1);
      line.socket.resetAndDestroy();
    }
    expect(await statusOf(get('/api/tasks'))).toBe(200);
  });
});

describe('connections', () => {
  it('answers pipelined requests in their order', async () => {
    const paths = ['/api/tasks', '/nothing', '/health', '/api/auth/me', '/api/tasks/stats'];
    const line = new Line().send(paths.map((path) => get(path)).join(''));
    expect(await line.answers(paths.length)).toEqual([200, 404, 200, 401, 200]);
  });

  it('stays open after an error whose request was read in full', async () => {
    const line = new Line().send(post('/api/tasks/register', '{"taskId": 1}'));
    expect(await line.answers(1)).toEqual([400]);
    line.send(get('/api/tasks'));
    expect(await line.answers(2)).toEqual([400, 200]);
  });

  it('serves others while hundreds of clients send their headers a byte at a time', async () => {
    const slow = Array.from({ length: 300 }, () => new Line().send('GET /api/tasks HTTP/1.1\r\nHo'));
    await wait(20);
    for (const line of slow) line.send('s');
    expect(await statusOf(get('/api/tasks'))).toBe(200);
    expect(slow.every(({ statuses }) => statuses.length === 0)).toBe(true);
  });

  it('serves others while hundreds of clients owe the rest of their bodies', async () => {
    const slow = Array.from({ length: 300 }, () =>
      new Line().send(post('/api/tasks/register', 'x'.repeat(5000)).slice(0, -4000)),
    );
    await wait(20);
    expect(await statusOf(post('/api/tasks/register', '{}'))).toBe(400);
    expect(slow.every(({ statuses }) => statuses.length === 0)).toBe(true);
  });

  it('answers a thousand connections at once', async () => {
    const lines = Array.from({ length: 1_000 }, () => new Line().send(get('/api/tasks', 'Connection: close\r\n')));
    const statuses = await Promise.all(lines.map((line) => line.answers(1)));
    expect(new Set(statuses.flat())).toEqual(new Set([200]));
  });
});
