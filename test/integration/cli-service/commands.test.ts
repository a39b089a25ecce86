import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ServiceMachine } from '../../support/service-machine.ts';

vi.setConfig({ testTimeout: 120_000 });

const machine = new ServiceMachine();
let url = '';

beforeAll(async () => {
  ({ url } = await machine.serve());
});
afterAll(() => machine.remove());

const run = (...args: string[]) => machine.guardit(args);

/** Its output as JSON, from a command that must succeed. */
async function json(...args: string[]): Promise<unknown> {
  // Behind -- everything is an argument.
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const { code, stdout, stderr } = await run(...args.toSpliced(end, 0, '--json'));
  expect(code, `${args.join(' ')}: ${stderr}`).toBe(0);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  return JSON.parse(stdout);
}

/** What a command that must fail says. */
async function complaint(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  return stderr;
}

async function report(taskId: string, body: object): Promise<void> {
  const reply = await fetch(`${url}/api/status/${encodeURIComponent(taskId)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(reply.status).toBe(201);
}

describe('tasks', () => {
  test('are registered, shown, changed and removed, whatever their id', async () => {
    for (const id of ['plain', 'with/slash and ümläut 🙂', '--looks-like-an-option']) {
      expect(await json('tasks', 'register', '--name', 'A name', '--', id)).toMatchObject({ task_id: id });
      expect(await json('tasks', 'update', '--grace-minutes', '5', '--', id)).toMatchObject({ grace_minutes: 5 });
      expect(await json('tasks', 'update', '--grace-minutes', '', '--', id)).not.toHaveProperty('grace_minutes');
      expect(await json('tasks', 'show', '--', id)).toMatchObject({ task_id: id, display_name: 'A name' });
      expect(await json('tasks', 'remove', '--', id)).toEqual({ removed: id });
    }
    expect(await json('tasks', 'list')).toEqual([]);
  });

  test('that can not be are refused with a reason', async () => {
    await json('tasks', 'register', 'twice');
    expect(await complaint('tasks', 'register', 'twice')).toBe('guardit: Task ID already exists.\n');
    expect(await complaint('tasks', 'show', 'nowhere')).toBe('guardit: Task not registered.\n');
    expect(await complaint('tasks', 'show', 'stats')).toMatch(/reserved word/);
    expect(await complaint('tasks', 'show', '..')).toMatch(/not a task id/);
    expect(await complaint('tasks', 'register', 'x', '--expected-schedule', 'at times')).toMatch(/Accepted are/);
    expect(await complaint('tasks', 'update', 'twice')).toMatch(/What is to change/);
    expect(await complaint('tasks', 'add', 'Nothing')).toMatch(/What is it to do/);
    expect(await complaint('tasks', 'add', 'Here', '--', './script.sh')).toMatch(/whole path/);
    await json('tasks', 'remove', 'twice');
  });

  test('show control characters instead of obeying them', async () => {
    await json('tasks', 'register', 'noisy');
    await report('noisy', { status: 'failed', message: 'red \u001b[31m alert\nsecond line' });
    const { code, stdout } = await run('status');
    expect(code).toBe(3);
    expect(stdout).toContain('red \\u001b[31m alert');
    expect(stdout).not.toContain('\u001b');
    expect(stdout).not.toContain('second line');
    await json('tasks', 'remove', 'noisy');
  });

  test('run, wait, log, and are cancelled with what they started', async () => {
    await json('tasks', 'add', 'Good', '--', process.execPath, '-e', 'console.log("out"); console.error("err")');
    expect(await json('tasks', 'run', 'good', '--wait')).toMatchObject({ status: 'completed', exit_code: 0 });
    const { stdout } = await run('jobs', 'logs', '--task', 'good');
    expect(stdout).toContain('out\n');
    expect(stdout).toContain('err\n');

    await json('tasks', 'add', 'Bad', '--max-retries', '0', '--', 'sh', '-c', 'exit 7');
    const failed = await run('tasks', 'run', 'bad', '--wait', '--json');
    expect(failed.code).toBe(3);
    expect(JSON.parse(failed.stdout)).toMatchObject({ status: 'failed', exit_code: 7 });

    await json('tasks', 'add', 'Long', '--', 'sleep', '600');
    const started = (await json('tasks', 'run', 'long')) as { id: string };
    expect(await complaint('tasks', 'run', 'long')).toMatch(/run/i);
    const followed = machine.guardit(['jobs', 'logs', started.id.slice(0, 8), '--follow']);
    await json('jobs', 'cancel', started.id.slice(0, 8));
    expect(await followed).toMatchObject({ code: 0, stderr: '' });
    expect(await json('jobs', 'show', started.id)).toMatchObject({ status: 'cancelled' });
    expect(await complaint('jobs', 'cancel', started.id)).not.toBe('');
    expect(await json('jobs', 'restart', '--task', 'good', '--wait')).toMatchObject({
      trigger: 'retry',
      status: 'completed',
    });

    expect(await json('jobs', 'list', '--status', 'failed')).toMatchObject({ total: 1, runs: [{ task_id: 'bad' }] });
    expect((await run('jobs', 'list', '--limit', '1')).stdout).toMatch(/4 in all; --offset 1/);
    expect(await complaint('jobs', 'show', 'ffffffff')).toMatch(/begins with ffffffff/);
    expect(await complaint('jobs', 'show')).toMatch(/--task/);
    expect(await complaint('jobs', 'logs', started.id, '--json')).toMatch(/text/);
    for (const id of ['good', 'bad', 'long']) await json('tasks', 'remove', id);
  });

  test('take their configuration from a file or standard input', async () => {
    const config = JSON.stringify({ url: 'http://127.0.0.1:9/', headers: { Authorization: 'Bearer abcdef' } });
    const add = ['tasks', 'add', 'Call', '--action', 'api_call', '--config-file', '-', '--json'];
    const { stdout, stderr } = await machine.guardit(add, { input: config });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ type: 'api_call', config: { headers: { Authorization: '********' } } });
    writeFileSync(join(machine.work, 'broken.json'), '{"url": ');
    expect(await complaint('tasks', 'update', 'call', '--config-file', 'broken.json')).toMatch(/is not JSON/);
    await json('tasks', 'remove', 'call');
  });

  test('are paused, resumed and skipped', async () => {
    await json('tasks', 'add', 'Often', '--schedule', 'every 1 hours', '--', 'true');
    expect(await json('tasks', 'pause', 'often')).toMatchObject({ next_run: null });
    expect(await json('tasks', 'resume', 'often')).toMatchObject({ next_run: expect.any(String) as string });
    const before = (await json('tasks', 'show', 'often')) as { next_run: string };
    const after = (await json('tasks', 'skip', 'often')) as { next_run: string };
    expect(Date.parse(after.next_run) - Date.parse(before.next_run)).toBe(3_600_000);
    expect(await json('tasks', 'pause', '--all', '--for', '90m')).toMatchObject({ state: 'paused' });
    expect((await run('status')).stdout).toMatch(/No task starts by itself until \d{4}-/);
    expect(await json('tasks', 'resume', '--all')).toMatchObject({ state: 'running' });
    expect(await complaint('tasks', 'pause')).toMatch(/--all/);
    await json('tasks', 'remove', 'often');
  });
});

describe('secrets', () => {
  test('are set from a file or what is piped in, listed, used and removed; nothing shows a value', async () => {
    writeFileSync(join(machine.work, 'token.txt'), 'first-value\n');
    const said = [await run('secrets', 'set', 'mail', '--from-file', 'token.txt')];
    said.push(await machine.guardit(['secrets', 'set', 'api', '--json'], { input: 'second-value' }));
    expect(said.map(({ code }) => code)).toEqual([0, 0]);
    expect(await json('secrets', 'list')).toEqual({ secrets: [{ name: 'api' }, { name: 'mail' }] });
    said.push(await run('secrets', 'list'));
    expect(said.at(-1)?.stdout).toBe('api\nmail\n');

    const config = { command: 'sh', args: ['-c', 'printf "%s" "$MAIL" | wc -c'], env: { MAIL: { $secret: 'mail' } } };
    writeFileSync(join(machine.work, 'secret-task.json'), JSON.stringify(config));
    await json('tasks', 'add', 'Secret', '--action', 'script', '--config-file', 'secret-task.json');
    expect(await json('tasks', 'run', 'secret', '--wait')).toMatchObject({ status: 'completed' });
    // Without the line break of the file.
    expect((await run('jobs', 'logs', '--task', 'secret')).stdout).toContain(String('first-value'.length));
    await json('tasks', 'remove', 'secret');

    said.push(await run('secrets', 'remove', 'mail'));
    expect(await json('secrets', 'remove', 'api')).toEqual({ removed: 'api' });
    expect(await complaint('secrets', 'remove', 'api')).toMatch(/no secret "api"/);
    expect(said.map(({ stdout, stderr }) => stdout + stderr).join('')).not.toMatch(/-value/);
  });

  test('that can not be are refused before anything is sent', async () => {
    writeFileSync(join(machine.work, 'empty.txt'), '\n');
    expect(await complaint('secrets', 'set', '../x', '--from-file', 'token.txt')).toMatch(/can't name a secret/);
    expect(await complaint('secrets', 'set', 'x', '--from-file', 'empty.txt')).toMatch(/empty/i);
    expect(await complaint('secrets', 'set', 'x', '--from-file', 'nowhere.txt')).toMatch(/can't be read/);
    expect(await json('secrets', 'list')).toEqual({ secrets: [] });
  });
});

describe('status', () => {
  test('puts what is wrong first, and says so by its exit code', async () => {
    for (const id of ['a-well', 'b-failed', 'c-warned', 'd-off']) await json('tasks', 'register', id);
    await report('a-well', { status: 'completed', message: 'fine' });
    expect((await run('status')).code).toBe(0);
    await report('b-failed', { status: 'failed', message: 'the disk is full' });
    await report('c-warned', { status: 'warning', message: 'slow', progress: 100 });
    await json('tasks', 'update', 'd-off', '--inactive');
    const { code, stdout } = await run('status', '--json');
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      all_tasks: true,
      counts: { total: 4, wrong: 1, warnings: 1, running: 0 },
      tasks: [
        { task_id: 'b-failed', level: 'wrong', state: 'failed', message: 'the disk is full' },
        { task_id: 'c-warned', level: 'warning' },
        { task_id: 'a-well', level: 'well', state: 'ok' },
        { task_id: 'd-off', level: 'inactive', state: 'inactive' },
      ],
    });
  });

  test('--watch shows changes until it is interrupted', async () => {
    const watching = machine.start(['status', '--watch', '--interval', '500ms']);
    await watching.saying('1 wrong');
    await report('b-failed', { status: 'completed', message: 'it works again' });
    await watching.saying('4 tasks: 1 warning.');
    watching.child.kill('SIGINT');
    expect(await watching.result).toMatchObject({ code: 0, stderr: '' });
  });

  test('without a token shows what a local script may see', async () => {
    const env = { GUARDIT_DATA_DIR: join(machine.root, 'nothing'), GUARDIT_URL: url };
    const { code, stdout } = await machine.guardit(['status'], { env });
    expect(code).toBe(0);
    expect(stdout).toContain('Without a token only monitored tasks are seen');
    expect((await machine.guardit(['whoami'], { env })).stdout).toMatch(/^Nobody/);
    const refused = await machine.guardit(['keys', 'list'], { env });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/Log in with "guardit login NAME"/);
  });
});

describe('people and keys', () => {
  const password = 'correct horse battery';

  test('users are added, log in, change their password and go', async () => {
    const add = await machine.guardit(['users', 'add', 'anna', '--role', 'operator', '-p', '-'], {
      input: `${password}\n`,
    });
    expect(add).toMatchObject({ code: 0, stdout: 'Added anna (operator).\n' });
    const wrong = await machine.guardit(['login', 'anna', '-p', '-'], { input: 'something else' });
    expect(wrong.code).toBe(1);
    expect(existsSync(join(machine.home, '.config/guardit/logins.json'))).toBe(false);

    const login = await machine.guardit(['login', 'Anna', '-p', '-', '--json'], { input: password });
    expect(JSON.parse(login.stdout)).toMatchObject({ url, user: { username: 'anna', role: 'operator' } });
    const file = join(machine.home, '.config/guardit/logins.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { token } =
      (JSON.parse(readFileSync(file, 'utf8')) as { logins: Record<string, { token: string }> }).logins[url] ?? {};
    expect(login.stdout + login.stderr).not.toContain(token ?? 'no token');
    expect(await json('whoami')).toMatchObject({ me: { name: 'anna', role: 'operator' } });
    expect(await complaint('users', 'list')).toMatch(/^guardit: /);

    writeFileSync(join(machine.work, 'old'), password);
    writeFileSync(join(machine.work, 'new'), 'a longer new password');
    expect((await run('users', 'password', '-p', 'old', '--new-password-file', 'new')).stderr).toBe('');
    expect(await json('whoami')).toMatchObject({ me: { name: 'anna' } });
    expect(await json('logout')).toEqual({ url, logged_out: true });
    expect(await json('whoami')).toMatchObject({ me: { role: 'admin' } });
    expect(await json('logout')).toEqual({ url, logged_out: false });

    writeFileSync(join(machine.work, 'newest'), 'given by an admin');
    expect((await run('users', 'password', 'ANNA', '--new-password-file', 'newest')).code).toBe(0);
    expect((await run('users', 'list')).stdout).toMatch(/anna +operator/);
    expect(await json('users', 'remove', 'anna')).toEqual({ removed: 'anna' });
    expect(await complaint('users', 'remove', 'anna')).toBe('guardit: There is no user anna.\n');
  });

  test('logins that others can read are not used', async () => {
    await machine.guardit(['users', 'add', 'bert', '--role', 'viewer', '-p', '-'], { input: password });
    await machine.guardit(['login', 'bert', '-p', '-'], { input: password });
    const { code, stderr } = await machine.run('chmod 644 ~/.config/guardit/logins.json; guardit whoami');
    expect(code).toBe(1);
    expect(stderr).toMatch(/Others can read your logins/);
    await machine.run('chmod 600 ~/.config/guardit/logins.json; guardit logout');
  });

  test('keys are shown once, or written to a file of their own', async () => {
    const made = (await json('keys', 'add', 'Shown', '--role', 'viewer', '--expires-in', '1d')) as {
      id: string;
      key: string;
    };
    expect(made.key).toMatch(/^gk_/);
    expect((await run('keys', 'add', 'Filed', '--role', 'reporter', '--key-file', 'filed.key')).stdout).not.toContain(
      'gk_',
    );
    const file = join(machine.work, 'filed.key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const asKey = await machine.guardit(['whoami', '--json'], { env: { GUARDIT_TOKEN_FILE: file } });
    expect(JSON.parse(asKey.stdout)).toMatchObject({ me: { kind: 'key', role: 'reporter', name: 'Filed' } });
    expect(await complaint('keys', 'add', 'Again', '--role', 'viewer', '--key-file', 'filed.key')).toMatch(/new file/);
    expect((await run('keys', 'list')).stdout).not.toContain(made.key);
    expect(await json('keys', 'remove', made.id)).toEqual({ removed: made.id });
    writeFileSync(join(machine.work, 'removed.key'), made.key);
    expect(await complaint('whoami', '--token-file', 'removed.key')).toMatch(/guardit login/);
  });
});

test('every verb explains itself with examples', async () => {
  const { COMMANDS } = await import('../../../main/cli/commands/commands.ts');
  const { isGroup } = await import('../../../main/cli/commands/verbs.ts');
  const { buildProgram } = await import('../../../main/cli/command-line.ts');
  const { Invocation } = await import('../../../main/cli/invocation.ts');
  const invocation = new Invocation();
  const words = COMMANDS.flatMap((entry) =>
    isGroup(entry) ? entry.verbs.map(({ name }) => [entry.name, name]) : [[entry.name]],
  ).filter(([first = '']) => !['repo', 'serve', 'recover'].includes(first));
  expect(words.length).toBeGreaterThan(25);
  for (const path of words) {
    const program = await buildProgram(['node', 'guardit', ...path], invocation, COMMANDS);
    const command = path.reduce(
      (parent, word) => parent.commands.find((child) => child.name() === word) ?? parent,
      program,
    );
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) });
    command.outputHelp();
    expect(help, path.join(' ')).toMatch(new RegExp(`Examples:\\n {2}guardit ${path.join(' ')}`));
    expect(help).toContain('--json');
    expect(help).toContain('--token-file');
  }
});
