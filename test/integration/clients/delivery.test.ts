import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseSpooledStatus } from '../../../main/app/status/spooled-status.ts';
import { startRecordingServer, type RecordingServer } from '../../support/recording-server.ts';
import { CLIENT, ClientMachine } from './shell-client.ts';

let server: RecordingServer;
let machine: ClientMachine;

beforeEach(async () => {
  server = await startRecordingServer();
  machine = new ClientMachine();
});
afterEach(async () => {
  machine.remove();
  await server.close();
});

const STATUS = ['status', 'prod-01-db', 'running', 'Größe "ü"\n', '45'];
const BODY = { status: 'running', message: 'Größe "ü"\n', progress: 45 };
const REFUSAL = { status: 404, body: '{"error":"Task not registered","code":"task_not_registered"}' };

/** Nobody listens on the discard port of a machine that runs tests. */
const NOBODY = 'http://127.0.0.1:9';

const report = (...more: string[]) => machine.run([...STATUS, '--url', server.url, '--retry-delay=0', ...more]);

function spooled(folder = machine.outbox) {
  return machine.waiting(folder).map((name) => parseSpooledStatus(readFileSync(join(folder, name))));
}

describe('when GuardIT does not answer as hoped', () => {
  test.each([429, 500, 502, 503, 507])('%i is tried again, with the same attempt id', async (status) => {
    server.answers.push({ status }, { status });
    expect(await report('--strict')).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(server.requests).toHaveLength(3);
    expect(new Set(server.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(machine.waiting()).toEqual([]);
  });

  test('Retry-After is waited for', async () => {
    server.answers.push({ status: 429, headers: { 'Retry-After': '0' } });
    // Its own delay would outlast the test.
    const result = await machine.run([...STATUS, '--url', server.url, '--retry-delay=3600']);
    expect(result.code).toBe(0);
    expect(server.requests).toHaveLength(2);
  });

  test('a Retry-After that no script should wait for sends the status to the spool at once', async () => {
    server.answers.push({ status: 429, headers: { 'Retry-After': '11' } });
    expect((await report()).stderr).toContain('it answers 429');
    expect(server.requests).toHaveLength(1);
    expect(spooled()).toHaveLength(1);
  });

  test('a status that can’t be delivered waits, and the script goes on', async () => {
    const before = Date.now();
    const result = await machine.run([...STATUS, '--url', NOBODY, '--retries=0', '--data={"a":[1]}']);
    expect(result).toMatchObject({ code: 0, stdout: '' });
    expect(result.stderr).toContain(`GuardIT at ${NOBODY} is not available`);
    const [status] = spooled();
    expect(status).toMatchObject({ server: NOBODY, taskId: 'prod-01-db', body: { ...BODY, data: { a: [1] } } });
    expect(status?.recordedAtMs).toBeGreaterThanOrEqual(before);
    expect(status?.recordedAtMs).toBeLessThanOrEqual(Date.now());
    expect(statSync(machine.outbox).mode & 0o077).toBe(0);
  });

  test('--strict says so by exit code 75', async () => {
    server.answers.push({ status: 503 }, { status: 503 }, { status: 503 });
    expect((await report('--strict')).code).toBe(75);
    expect(spooled()).toHaveLength(1);
  });

  test('other actions are not kept', async () => {
    const result = await machine.run(['delete', 'prod-01-db', '--url', NOBODY, '--retries=0', '--strict']);
    expect(result).toMatchObject({ code: 75, stdout: '' });
    expect(machine.waiting()).toEqual([]);
  });

  test.each([
    [301, 65],
    [400, 65],
    [401, 77],
    [403, 77],
    [404, 66],
    [409, 65],
    [413, 65],
    [422, 65],
  ])('%i is a refusal, not tried again and not kept', async (status, strictCode) => {
    const answer = { status, headers: { location: server.url }, body: '{"error":"Because \\"so\\" \\\\","code":"x"}' };
    server.answers.push(answer, answer);
    expect(await report()).toMatchObject({
      code: 0,
      stderr: `guardit-client: warning: GuardIT refuses: Because "so" \\ (HTTP ${status})\n`,
    });
    expect((await report('--strict')).code).toBe(strictCode);
    expect(server.requests).toHaveLength(2);
    expect(machine.waiting()).toEqual([]);
  });

  test('what it says can’t steer a terminal', async () => {
    server.answers.push({ status: 400, body: '{"error":"a\u001b[2Jb"}' });
    expect((await report()).stderr).toBe('guardit-client: warning: GuardIT refuses: a[2Jb (HTTP 400)\n');
  });

  test('a status is kept where curl is missing', async () => {
    const tools = join(machine.folder, 'bin');
    mkdirSync(tools);
    for (const name of ['od', 'awk', 'sed', 'tr', 'date', 'mkdir', 'mv', 'id', 'uname', 'cat']) {
      writeFileSync(join(tools, name), `#!/bin/sh\nPATH=/usr/bin:/bin exec ${name} "$@"\n`);
      chmodSync(join(tools, name), 0o755);
    }
    const result = await machine.run([...STATUS, '--retries=0'], { shell: ['/bin/sh'], env: { PATH: tools } });
    expect(result).toMatchObject({ code: 0 });
    expect(result.stderr).toContain('curl is not installed');
    expect(spooled()).toMatchObject([{ body: BODY }]);
  });

  test('a status is said to be lost where nothing can be written', async () => {
    writeFileSync(join(machine.folder, 'state'), 'a file where the folder should be');
    const result = await machine.run([...STATUS, '--url', NOBODY, '--retries=0']);
    expect(result.code).toBe(0);
    expect(result.stderr).toContain('The status is lost');
  });
});

describe('what waits', () => {
  const keep = (...args: string[]) => machine.run([...args, '--url', server.url, '--retry-delay=0', '--retries=0']);

  test('is sent before the next status, oldest first, with its time and its attempt id', async () => {
    for (const progress of ['1', '2', '3']) {
      server.answers.push({ status: 429 });
      await keep('status', 'a/ü', 'running', 'x', progress);
    }
    const waiting = spooled();
    expect(waiting).toHaveLength(1 + 1 + 1);
    server.requests.length = 0;
    expect((await report()).stderr).toBe('');
    expect(server.requests.map(({ body }) => JSON.parse(body.toString()).progress)).toEqual([1, 2, 3, 45]);
    expect(server.requests.slice(0, 3).map(({ target, headers }) => [target, headers['idempotency-key']])).toEqual(
      waiting.map(({ attemptId }) => ['/api/status/a%2F%C3%BC', attemptId]),
    );
    const times = server.requests.map(({ headers }) => headers['x-guardit-recorded-at']);
    expect(times).toEqual([...waiting.map(({ recordedAtMs }) => new Date(recordedAtMs).toISOString()), undefined]);
    expect(machine.waiting()).toEqual([]);
  });

  test('is sent by the action flush', async () => {
    server.answers.push({ status: 503 });
    await keep(...STATUS);
    expect(await keep('flush')).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(server.requests.map(({ body }) => JSON.parse(body.toString()))).toEqual([BODY, BODY]);
    expect(machine.waiting()).toEqual([]);
  });

  test('goes to no other server', async () => {
    await machine.run([...STATUS, '--url', NOBODY, '--retries=0']);
    await keep('flush');
    expect(server.requests).toEqual([]);
    expect(machine.waiting()).toHaveLength(1);
  });

  test('is joined by a new status, without further attempts, while nobody answers', async () => {
    await machine.run([...STATUS, '--url', NOBODY, '--retries=0']);
    // A delay that would outlast the test shows that it does not try again.
    await machine.run([...STATUS, '--url', NOBODY, '--retries=2', '--retry-delay=3600']);
    expect(spooled()).toHaveLength(2);
  });

  test('is kept aside when it is refused, and does not hold up the others', async () => {
    for (const status of [429, 429]) {
      server.answers.push({ status });
      await keep(...STATUS);
    }
    // The first report of the two found the second in the queue: both wait by now.
    expect(machine.waiting()).toHaveLength(2);
    server.answers.push(REFUSAL);
    const result = await keep('flush', '--strict');
    expect(result.code).toBe(0);
    expect(result.stderr).toContain('Task not registered');
    expect(machine.waiting()).toEqual([expect.stringMatching(/[.]json[.]refused$/)]);
  });

  test('holds up nobody when the server fails over one of them', async () => {
    server.answers.push({ status: 500 });
    await keep(...STATUS);
    server.requests.length = 0;
    server.answers.push({ status: 500 });
    await keep('status', 'other', 'completed');
    expect(server.requests.map(({ target }) => target)).toEqual(['/api/status/prod-01-db', '/api/status/other']);
    expect(machine.waiting()).toHaveLength(1);
  });

  test.each([
    '',
    '{',
    '{"version":1}',
    '{"version":1,"attemptId":"x","server":"SERVER","method":"POST","path":"/api/status/a\\" b","body":{}}',
  ])('may be anything: %j is left alone', async (text) => {
    mkdirSync(machine.outbox, { recursive: true });
    writeFileSync(join(machine.outbox, '1.json'), text.replace('SERVER', server.url));
    await keep(...STATUS);
    expect(server.requests).toHaveLength(1);
    expect(machine.waiting()).toEqual(['1.json']);
  });

  test('never becomes more than a thousand files', async () => {
    await machine.run([...STATUS, '--url', NOBODY, '--retries=0']);
    const [first = ''] = machine.waiting();
    for (let n = 1; n < 1000; n++) copyFileSync(join(machine.outbox, first), join(machine.outbox, `${n}.json`));
    const result = await machine.run([...STATUS, '--url', NOBODY, '--retries=0']);
    expect(result).toMatchObject({ code: 0, stderr: expect.stringContaining('1000 statuses wait already') as string });
    expect(machine.waiting()).toHaveLength(1000);
  });
});

describe("the service's own spool", () => {
  const spool = () => join(machine.dataFolder, 'spool');

  test('takes what is meant for this machine’s service, and is not emptied by scripts', async () => {
    mkdirSync(spool(), { recursive: true });
    await machine.run([...STATUS, '--url', NOBODY, '--retries=0']);
    await machine.run(['flush', '--url', NOBODY]);
    expect(spooled(spool())).toMatchObject([{ body: BODY }]);
    expect(machine.waiting()).toEqual([]);
    // Named by its time, whole, and nothing left beside it.
    expect(readdirSync(spool())).toEqual([expect.stringMatching(/^\d{8}T\d{9}Z-\d{3}-[0-9a-f-]{36}[.]json$/)]);
  });

  test('does not take what is meant for another machine', async () => {
    mkdirSync(spool(), { recursive: true });
    await machine.run([...STATUS, '--url', 'http://guardit.invalid:3000', '--retries=0']);
    expect(machine.waiting(spool())).toEqual([]);
    expect(spooled()).toHaveLength(1);
  });

  test('--spool-folder names another one', async () => {
    mkdirSync(spool(), { recursive: true });
    const folder = join(machine.folder, 'my spool');
    await machine.run([...STATUS, '--url', NOBODY, '--retries=0', '--spool-folder', folder]);
    expect(spooled(folder)).toHaveLength(1);
  });
});

describe('the token', () => {
  const authorization = () => server.requests.at(-1)?.headers['authorization'];
  const writeToken = (path: string, text: string) => {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  const reporterToken = () => join(machine.dataFolder, 'tokens/reporter.token');

  test('of the data folder is found by itself on this machine', async () => {
    writeToken(reporterToken(), 'gdt_Ab-1.x~y+z/=\n');
    await report();
    expect(authorization()).toBe('Bearer gdt_Ab-1.x~y+z/=');
  });

  test('is not needed', async () => {
    await report();
    expect(authorization()).toBeUndefined();
  });

  test.each(['value', 'value\r\n', '  value \nsecond line\n'])('is the first line of its file: %j', async (text) => {
    await report('--token-file', writeToken(join(machine.folder, 'my token'), text));
    expect(authorization()).toBe('Bearer value');
  });

  test('of a file that is named wins over that of the data folder', async () => {
    writeToken(reporterToken(), 'other');
    const path = writeToken(join(machine.folder, 'mine'), 'mine');
    await machine.run([...STATUS, '--url', server.url], { env: { GUARDIT_TOKEN_FILE: path } });
    expect(authorization()).toBe('Bearer mine');
  });

  test('that GuardIT gives to its own scripts goes to its own address only', async () => {
    const own = { GUARDIT_URL: `${server.url}/`, GUARDIT_TOKEN: 'run-token', GUARDIT_TASK_ID: 'mine' };
    await machine.run(['status', '--status', 'running'], { env: own });
    expect([authorization(), server.requests[0]?.target]).toEqual(['Bearer run-token', '/api/status/mine']);
    await machine.run(STATUS, { env: { ...own, GUARDIT_URL: server.url.replace('127.0.0.1', 'localhost') } });
    await machine.run([...STATUS, '--url', server.url], { env: { ...own, GUARDIT_URL: NOBODY } });
    expect(authorization()).toBeUndefined();
  });

  test.each(['a"b', 'a b\u0001', 'a\\nheader = "X: y"', 'ü'])('that can be none is not sent: %j', async (text) => {
    const result = await report('--token-file', writeToken(join(machine.folder, 'bad'), text));
    expect(result.stderr).toContain('not sent');
    expect(result.stderr).not.toContain(text);
    expect(authorization()).toBeUndefined();
  });

  test('whose file can’t be read is a warning', async () => {
    const result = await report('--token-file', '/nonexistent/token');
    expect(result).toMatchObject({ code: 0, stderr: expect.stringContaining("can't be read") as string });
    expect(server.requests).toHaveLength(1);
  });

  test('is sent to another machine only over TLS', async () => {
    const path = writeToken(join(machine.folder, 'token'), 'value');
    for (const url of [
      'http://guardit.invalid',
      'http://127.0.0.1.guardit.invalid',
      'http://localhost.guardit.invalid',
    ]) {
      const result = await machine.run([...STATUS, '--url', url, '--retries=0', '--token-file', path]);
      expect(result.stderr).toContain('not sent over plain http');
    }
  });

  test('and the message are in no command line', async () => {
    const tools = join(machine.folder, 'bin');
    const log = join(machine.folder, 'arguments');
    mkdirSync(tools);
    writeFileSync(join(tools, 'curl'), `#!/bin/sh\nprintf '%s\\n' "$@" >'${log}'\nexec /usr/bin/curl "$@"\n`);
    chmodSync(join(tools, 'curl'), 0o755);
    const path = writeToken(join(machine.folder, 'token'), 'sesame');
    const env = { PATH: `${tools}:${process.env['PATH'] ?? ''}` };
    await machine.run([...STATUS, '--url', server.url, '--token-file', path], { env });
    expect(authorization()).toBe('Bearer sesame');
    expect(readFileSync(log, 'utf8')).not.toMatch(/sesame|running|prod-01/);
  });
});

describe('a wrong call', () => {
  test.each([
    [[]],
    [['launch', 'x']],
    [['status', 'x']],
    [['status', '', 'running']],
    [['register', 'x', 'X']],
    [['update', 'x']],
    [['get']],
    [['status', 'x', 'running', 'm', '1', 'more']],
    [['status', 'x', 'running', '--colour=red']],
    [['status', 'x', 'running', '-m']],
    [['status', 'x', 'running', '--message']],
    [['list', '--url', 'ftp://x']],
    [['list', '--url', 'http://user:secret@x']],
    [['list', '--url', 'http://x"\nheader = "y']],
    [['list', '--timeout', '0']],
    [['list', '--retries', '-1']],
    [['history', 'x', '--page', '1&limit=9']],
    [['update', 'x', '--is-active', 'perhaps']],
  ])('%j ends with 64, and nothing is sent', async (args) => {
    const result = await machine.run(args, { env: { GUARDIT_URL: server.url } });
    expect(result).toMatchObject({ code: 64, stdout: '' });
    expect(result.stderr).not.toBe('');
    expect(server.requests).toEqual([]);
  });

  test.each([
    ['--progress=45%', { status: 'running' }],
    ['--progress=', { status: 'running' }],
    ['--progress=045', { status: 'running' }],
    ['--progress=1e2', { status: 'running' }],
    ['--progress=--1', { status: 'running' }],
    ['--data=', { status: 'running' }],
    ['--data={"a":1}}', { status: 'running' }],
    ['--data={"a":01}', { status: 'running' }],
    ["--data={'a':1}", { status: 'running' }],
    ['--data=[1,]', { status: 'running' }],
    ['--data="a\nb"', { status: 'running' }],
    ['--data="\\x"', { status: 'running' }],
    ['--data="\\u12g4"', { status: 'running' }],
    ['--data="', { status: 'running' }],
    ['--data={"a":1},"status":"completed"', { status: 'running' }],
    [`--data=${'['.repeat(100)}${']'.repeat(100)}`, { status: 'running' }],
  ])('a value that a script computed wrongly, %s, costs only itself', async (option, body) => {
    const args = ['status', 'x', 'running', '--url', server.url, option];
    const result = await machine.run(args);
    expect(result).toMatchObject({ code: 0, stderr: expect.stringContaining('left out') as string });
    expect(server.requests.map((request) => JSON.parse(request.body.toString()))).toEqual([body]);
    expect((await machine.run([...args, '--strict'])).code).toBe(64);
    expect(server.requests).toHaveLength(1);
  });

  test('--help says what there is', async () => {
    const { code, stdout } = await machine.run(['--help']);
    expect(code).toBe(0);
    const options = [...readFileSync(CLIENT, 'utf8').matchAll(/^ {4}([a-z][a-z-]+)\) [a-z_]+=/gm)].map(
      ([, name]) => name,
    );
    expect(options.length).toBeGreaterThan(15);
    for (const option of options) if (option !== 'action') expect(stdout).toContain(`--${option}`);
  });
});

test('answers are printed, but for a status', async () => {
  server.answers.push({ status: 201, body: '{"id":1,"name":"HTTP/1.1 200"}' });
  const args = ['register', 'x', 'X', 'files', '--url', server.url];
  expect((await machine.run(args)).stdout).toBe('{"id":1,"name":"HTTP/1.1 200"}\n');
  server.answers.push({ status: 200, body: 'HTTP text\n\nwith ü\n' });
  expect((await machine.run(['list', '--url', server.url])).stdout).toBe('HTTP text\n\nwith ü\n');
  server.answers.push({ status: 204 });
  expect((await machine.run(['delete', 'x', '--url', server.url])).stdout).toBe('');
});
