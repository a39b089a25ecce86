import { createHmac } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { ServiceMachine } from '../../support/service-machine.ts';

vi.setConfig({ testTimeout: 60_000 });

interface Seen {
  readonly path: string;
  readonly authorization: string | undefined;
}

/** What answers where GuardIT should be: somebody else who took the port. */
describe('a server that is not ours', () => {
  const machine = new ServiceMachine();
  const token = `gk_${'0'.repeat(24)}_${'s'.repeat(43)}`;
  const seen: Seen[] = [];
  let answer: (request: IncomingMessage, body: string) => { status: number; body: string };
  let server: Server;
  let port = 0;

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (piece: Buffer) => (body += piece.toString()));
      request.on('end', () => {
        seen.push({ path: request.url ?? '', authorization: request.headers.authorization });
        const reply = answer(request, body);
        response.writeHead(reply.status, { 'content-type': 'application/json' }).end(reply.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await machine.remove();
  });
  beforeEach(() => {
    seen.length = 0;
    announce();
    for (const name of ['admin', 'reporter']) place(`tokens/${name}.token`, token);
  });

  function place(name: string, content: string): void {
    const path = join(machine.dataFolder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }

  function announce(): void {
    const content = {
      url: `http://127.0.0.1:${port}`,
      port,
      pid: 1,
      instanceId: '6f1ed002-ab59-4a3e-9f3b-0d6c1f4f9f10',
      startedAt: '2026-01-15T12:00:00.000Z',
      version: '0.1.0',
    };
    place('run/api.json', JSON.stringify(content));
  }

  const proofOf = (key: string, body: string, atPort = port) => {
    const { nonce } = JSON.parse(body) as { nonce: string };
    return {
      status: 200,
      body: JSON.stringify({ proof: createHmac('sha256', key).update(`${nonce}:${atPort}`).digest('hex') }),
    };
  };

  test.each<[string, (body: string) => { status: number; body: string }]>([
    ['knows another token', (body) => proofOf('another', body)],
    ['passes the question on to the real one on another port', (body) => proofOf(token, body, port + 1)],
    ['answers with nothing', () => ({ status: 200, body: '{"proof": ""}' })],
    ['answers with something else', () => ({ status: 200, body: '[]' })],
    ['has no such route', () => ({ status: 404, body: '{"error": "There is no such route", "code": "not_found"}' })],
    ['is a page', () => ({ status: 200, body: '<html>' })],
  ])('that %s never sees the token', async (_what, prove) => {
    answer = (_request, body) => prove(body);
    for (const args of [['status'], ['whoami'], ['tasks', 'list'], ['keys', 'list']]) {
      const { code, stdout, stderr } = await machine.guardit(args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/does not know the token in .*admin[.]token, so the token was not sent/);
    }
    expect(seen.map(({ path }) => path)).toEqual(Array(4).fill('/api/auth/proof'));
    expect(seen.every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  test('never sees it either when the file is named, or a password', async () => {
    answer = (_request, body) => proofOf('another', body);
    const named = await machine.guardit(['whoami', '--token-file', join(machine.dataFolder, 'tokens/reporter.token')]);
    expect(named.stderr).toMatch(/reporter[.]token, so the token was not sent/);
    const login = await machine.guardit(['login', 'anna', '-p', '-'], { input: 'correct horse battery' });
    expect(login.code).toBe(1);
    expect(seen.map(({ path }) => path)).toEqual(['/api/auth/proof', '/api/auth/proof']);
  });

  test('asks a new question each time', async () => {
    const nonces = new Set<string>();
    answer = (_request, body) => {
      nonces.add((JSON.parse(body) as { nonce: string }).nonce);
      return proofOf('another', body);
    };
    await machine.guardit(['whoami']);
    await machine.guardit(['whoami']);
    expect(nonces.size).toBe(2);
  });

  test('sees it once it has proved itself; answers that make no sense are said to be that', async () => {
    answer = (request, body) =>
      request.url === '/api/auth/proof' ? proofOf(token, body) : { status: 200, body: '{"something": "else"}' };
    const { code, stderr } = await machine.guardit(['whoami']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/not what this version of GuardIT understands/);
    expect(seen.at(-1)?.authorization).toBe(`Bearer ${token}`);
    expect(stderr).not.toContain(token);
  });

  test('is not followed elsewhere', async () => {
    answer = (request, body) =>
      request.url === '/api/auth/proof'
        ? proofOf(token, body)
        : { status: 307, body: '{"error": "moved", "code": "moved"}' };
    expect((await machine.guardit(['whoami'])).code).toBe(1);
    expect(seen).toHaveLength(2);
  });

  test('a token file that holds no token is not sent', async () => {
    answer = () => ({ status: 200, body: '{}' });
    writeFileSync(join(machine.work, 'letter'), 'Dear reader,\nthis is no token');
    const { stderr } = await machine.guardit(['whoami', '--token-file', 'letter']);
    expect(stderr).toMatch(/holds no token/);
    expect(seen).toEqual([]);
  });
});

describe('where the service is', () => {
  const machine = new ServiceMachine();
  let url = '';
  beforeAll(async () => {
    ({ url } = await machine.serve());
  });
  afterAll(() => machine.remove());

  test('is said by its data folder, or by an address; flags win over the environment', async () => {
    const elsewhere = { GUARDIT_DATA_DIR: join(machine.root, 'elsewhere'), GUARDIT_URL: 'http://127.0.0.1:9' };
    expect((await machine.guardit(['whoami'])).stdout).toContain('admin');
    expect((await machine.guardit(['whoami', '--data-dir', machine.dataFolder], { env: elsewhere })).stdout).toContain(
      'admin',
    );
    expect((await machine.guardit(['whoami', '--url', `${url}/`])).stdout).toContain('admin');
    // Its token file does not lie in this folder: a stranger there.
    expect((await machine.guardit(['whoami', '--url', url], { env: elsewhere })).stdout).toContain('Nobody');
  });

  test('is not guessed at when it does not run', async () => {
    const gone = { GUARDIT_DATA_DIR: join(machine.root, 'gone') };
    const missing = await machine.guardit(['status'], { env: gone });
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toMatch(/does not run on .*gone.*guardit serve --data-dir/);
    const refused = await machine.guardit(['status', '--url', 'http://127.0.0.1:9', '--json']);
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stderr)).toMatchObject({ message_type: 'exit_error', code: 1 });
    expect(refused.stderr).toContain('nothing listens there');
  });

  test.each([
    ['http://guardit.example.org:3000', /use its https address/],
    ['http://127.0.0.1.example.org:3000', /use its https address/],
    ['http://anna:secret@127.0.0.1:3000', /has a password in it/],
    ['ftp://127.0.0.1', /is not an address/],
    ['somewhere', /is not an address/],
  ])('%s is refused before anything is sent', async (address, reason) => {
    const { code, stderr } = await machine.guardit(['status', '--url', address]);
    expect(code).toBe(1);
    expect(stderr).toMatch(reason);
    expect(stderr).not.toContain('secret');
  });

  test('a service that was killed is told from one that never ran', async () => {
    const other = new ServiceMachine();
    try {
      const { process: service } = await other.serve();
      service.child.kill('SIGKILL');
      await service.result;
      const { code, stderr } = await other.guardit(['status']);
      expect(code).toBe(1);
      expect(stderr).toMatch(/nothing listens there.*api[.]json says that it should be there/);
      rmSync(join(other.dataFolder, 'run/api.json'));
      expect((await other.guardit(['status'])).stderr).toMatch(/does not run on/);
    } finally {
      await other.remove();
    }
  });
});
