import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { bundled } from '../../support/bundle/bundle-folder.ts';
import { jsonLines } from '../../support/json-lines.ts';
import { NODE, guardit, start, startGuardit, type ProcessOptions } from '../../support/processes.ts';
import { PASSWORD, initFolder, objectsIn, openFolder } from '../../support/repositories.ts';
import { scratchFolder } from '../../support/restic.ts';

// Up to ten processes a test, several of which pay for a new key's parameters.
vi.setConfig({ testTimeout: 120_000 });

const scratch = scratchFolder('guardit-cli-');
const repository = join(scratch.path, 'repository');
const source = join(scratch.path, 'source');
const CLI = bundled('guardit.js');

/** No password in the environment but those given. */
const BARE_ENV = Object.fromEntries(
  ['GUARDIT_PASSWORD', 'GUARDIT_PASSWORD_FILE', 'RESTIC_PASSWORD', 'RESTIC_PASSWORD_FILE'].map((name) => [name, '']),
);

function cli(args: readonly string[], options: ProcessOptions = {}) {
  return start(NODE, [CLI, ...args], { ...options, env: { ...BARE_ENV, ...options.env } }).result;
}

beforeAll(async () => {
  mkdirSync(join(source, 'folder'), { recursive: true });
  writeFileSync(join(source, 'a file'), 'content of a file');
  writeFileSync(join(source, 'folder', 'b'), Buffer.alloc(300_000, 'b'));
  await (await initFolder(repository)).close();
});
afterAll(() => scratch.remove());

describe('passwords', () => {
  const file = join(scratch.path, 'password-file');

  test('come from a file in any of its encodings, or from the environment', async () => {
    const withFile = ['repo', 'cat', repository, 'config', '--json', '--password-file', file];
    for (const bytes of [`${PASSWORD}\n`, `\ufeff ${PASSWORD}\r\n`, Buffer.from(`\ufeff${PASSWORD}\n`, 'utf16le')]) {
      writeFileSync(file, bytes);
      expect(await cli(withFile)).toMatchObject({ code: 0, stderr: '' });
    }
    writeFileSync(file, PASSWORD);
    const environments: Record<string, string>[] = [
      { GUARDIT_PASSWORD: PASSWORD },
      { GUARDIT_PASSWORD_FILE: file },
      { RESTIC_PASSWORD: PASSWORD },
      { RESTIC_PASSWORD_FILE: file },
      { GUARDIT_PASSWORD: PASSWORD, RESTIC_PASSWORD: 'another' },
    ];
    for (const env of environments) {
      expect(await cli(['repo', 'cat', repository, 'config'], { env }), JSON.stringify(env)).toMatchObject({ code: 0 });
    }
  });

  test('that are missing or wrong are told apart, and never shown', async () => {
    const missing = await cli(['repo', 'snapshots', repository]);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toMatch(/--password-file FILE/);

    const env = { GUARDIT_PASSWORD: 'quite-wrong-indeed' };
    for (const args of [[], ['--json'], ['--debug']]) {
      const wrong = await cli(['repo', 'snapshots', repository, ...args], { env });
      expect(wrong.code).toBe(12);
      expect(wrong.stdout + wrong.stderr).not.toContain('quite-wrong-indeed');
    }
  });

  test('have no place on the command line', async () => {
    const { code, stderr } = await cli(['repo', 'snapshots', repository, '--password', PASSWORD]);
    expect(code).toBe(1);
    expect(stderr).toContain("unknown option '--password'");
  });
});

describe('exit codes', () => {
  test('10 without a repository, in both forms', async () => {
    const nowhere = join(scratch.path, 'nowhere');
    const text = await guardit('snapshots', nowhere, [], { exitCode: 10 });
    expect(text.stderr).toContain(nowhere);
    const json = await guardit('snapshots', nowhere, ['--json'], { exitCode: 10 });
    expect(jsonLines(json.stderr)).toEqual([
      { message_type: 'exit_error', code: 10, message: expect.stringContaining(nowhere) as string },
    ]);
    expect(json.stdout).toBe('');
    expect(existsSync(nowhere)).toBe(false);
  });

  test('11 when it is locked, and 0 once that is over', async () => {
    const holder = await openFolder(repository);
    const lock = await holder.lock('exclusive');
    const { stderr } = await guardit('backup', repository, [source], { exitCode: 11 });
    expect(stderr).toContain('already locked');
    const waiting = startGuardit('backup', repository, [source, '--retry-lock', '1m', '-q']).result;
    setTimeout(() => void lock.release(), 500);
    expect(await waiting).toMatchObject({ code: 0 });
    await holder.close();
    expect(objectsIn(repository, 'locks')).toEqual([]);
  });

  test('3 for a backup with something missing', async () => {
    const { stdout, stderr } = await guardit('backup', repository, [source, join(source, 'gone'), '--json'], {
      exitCode: 3,
    });
    expect(jsonLines(stdout).at(-1)).toMatchObject({
      message_type: 'summary',
      snapshot_id: expect.any(String) as string,
    });
    const [warning, last] = jsonLines(stderr);
    expect(warning).toMatchObject({ message_type: 'error', item: join(source, 'gone') });
    expect(last).toMatchObject({ message_type: 'exit_error', code: 3 });
  });

  test('1 for a command line that makes no sense', async () => {
    for (const args of [
      ['repo', 'nonsense', repository],
      ['repo', 'backup'],
      ['repo', 'backup', repository, source, '--nonsense'],
      ['repo', 'check', repository, '--read-data', '--read-data-subset', '1/2'],
      ['repo', 'backup', repository, source, '--stdin'],
      ['repo', 'snapshots', repository, '--latest', '-1'],
      ['nonsense'],
    ]) {
      const { code, stderr, stdout } = await cli(args, { env: { GUARDIT_PASSWORD: PASSWORD } });
      expect([code, stdout], args.join(' ')).toEqual([1, '']);
      expect(stderr.trim().split('\n').length).toBeLessThan(4);
    }
  });

  test('130 when it is interrupted, without a lock or a snapshot left', async () => {
    const before = objectsIn(repository, 'snapshots');
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const args = ['--stdin', '--stdin-filename', 'endless', '--json'];
      const running = startGuardit('backup', repository, args, { input: 'open' });
      running.child.stdin?.write(Buffer.alloc(100_000));
      await waitFor(() => objectsIn(repository, 'locks').length === 1);
      running.child.kill(signal);
      const { code, stderr } = await running.result;
      expect(code).toBe(130);
      expect(jsonLines(stderr.split('\n').slice(1).join('\n'))).toMatchObject([
        { message_type: 'exit_error', code: 130 },
      ]);
      expect(objectsIn(repository, 'locks')).toEqual([]);
    }
    expect(objectsIn(repository, 'snapshots')).toEqual(before);
  });
});

async function waitFor(condition: () => boolean): Promise<void> {
  const deadlineMs = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadlineMs) throw new Error('Waited in vain.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('init', () => {
  test('prints a recovery kit, writes it for its owner only, and overwrites nothing', async () => {
    const location = join(scratch.path, 'new repository');
    const kitFile = join(scratch.path, 'kit.txt');
    const password = 'a password that nobody may see';
    const { stdout, stderr } = await guardit('init', location, ['--kit', kitFile], { password });
    const [key = ''] = objectsIn(location, 'keys');
    for (const text of [stdout, readFileSync(kitFile, 'utf8')]) {
      expect(text).toContain(key);
      expect(text).toContain(`restic -r '${location}' restore latest`);
      expect(text).toContain('Without the password nothing can be restored');
      expect(text).not.toContain(password);
    }
    expect(stderr).toBe('');
    expect(statSync(kitFile).mode & 0o777).toBe(0o600);
    expect((await guardit('init', location, [], { exitCode: 1, password })).stderr).toContain(
      'already holds a repository',
    );
    const elsewhere = join(scratch.path, 'never made');
    await guardit('init', elsewhere, ['--kit', kitFile], { exitCode: 1, password });
    expect(existsSync(elsewhere)).toBe(false);
  });

  test('says the same as one JSON object, and takes over another repository’s way to cut files', async () => {
    const location = join(scratch.path, 'second');
    const { stdout } = await guardit(
      'init',
      location,
      ['--json', '--repository-version', '1', '--copy-chunker-params', '--from-repo', repository],
      { env: { GUARDIT_FROM_PASSWORD: PASSWORD } },
    );
    const [made, ...more] = jsonLines(stdout);
    expect(more).toEqual([]);
    const opened = await openFolder(location);
    expect(made).toMatchObject({
      message_type: 'initialized',
      id: opened.config.id,
      repository: location,
      recovery_kit: { version: 1, key_id: opened.keyId },
    });
    const original = await openFolder(repository);
    expect(opened.config.chunkerPolynomial).toBe(original.config.chunkerPolynomial);
    await Promise.all([opened.close(), original.close()]);
  });
});

describe('keys', () => {
  test('are added, listed, changed and removed; the words may stand on either side of the location', async () => {
    const location = join(scratch.path, 'keys');
    await (await initFolder(location)).close();
    const newFile = join(scratch.path, 'new-password');
    writeFileSync(newFile, 'second\n');
    await guardit('key', location, ['add', '--new-password-file', newFile, '--user', 'somebody']);
    const listed = await cli(['repo', 'key', 'list', location, '--json'], { env: { GUARDIT_PASSWORD: 'second' } });
    const keys = JSON.parse(listed.stdout) as { current: boolean; id: string; userName: string }[];
    expect(keys.map(({ current }) => current).sort()).toEqual([false, true]);
    const [own, other] = [keys.find(({ current }) => current), keys.find(({ current }) => !current)];
    expect(own?.userName).toBe('somebody');
    await guardit('key', location, ['remove', own?.id ?? ''], { password: 'second', exitCode: 1 });
    await guardit('key', location, ['remove', other?.id ?? ''], { password: 'second' });
    await guardit('key', location, ['list'], { exitCode: 12 });
    writeFileSync(newFile, 'third');
    await guardit('key', location, ['passwd', '--new-password-file', newFile], { password: 'second' });
    await guardit('key', location, ['list'], { password: 'second', exitCode: 12 });
    expect((await guardit('key', location, [], { password: 'third' })).stdout).toContain('*');
    expect(objectsIn(location, 'keys')).toHaveLength(1);
  });
});

describe('standard streams', () => {
  test('a reader that leaves ends a listing quietly, and does not end a backup', async () => {
    const shell = (command: string) =>
      start('sh', ['-c', command], {
        env: { GUARDIT_PASSWORD: PASSWORD, CLI: `${NODE} ${CLI}`, R: repository, S: source },
      });
    await guardit('backup', repository, ['/usr/share/zoneinfo', '-q'], {});
    const listing = await shell('{ $CLI repo ls $R latest -l; echo "exit $?" >&2; } | head -n 1').result;
    expect(listing.stdout.split('\n')).toHaveLength(2);
    expect(listing.stderr).toBe('exit 141\n');
    const backup = await shell('{ sleep 0.2; $CLI repo backup $R $S -vv; echo "exit $?" >&2; } | true').result;
    expect(backup.stderr).toBe('exit 0\n');
    expect(objectsIn(repository, 'locks')).toEqual([]);
  });

  test('a terminal is asked for the password, and shows progress', async () => {
    const typescript = join(scratch.path, 'typescript');
    const command = `${NODE} ${CLI} repo backup ${repository} ${source} --force`;
    const session = start('script', ['-qec', command, typescript], {
      env: { ...BARE_ENV, TERM: 'xterm' },
      input: 'open',
    });
    await session.saying('Password for');
    session.child.stdin?.write(`${PASSWORD}\r`);
    const { code, stdout } = await session.result;
    session.child.stdin?.end();
    expect(code).toBe(0);
    expect(stdout).toMatch(/Snapshot [0-9a-f]{8} saved/);
    expect(stdout).not.toContain(PASSWORD);
    // The progress line was drawn, and is gone at the end.
    expect(stdout).toMatch(/\u001b\[2K(?:backup|reading the index)/);
    const afterwards = stdout.slice(stdout.lastIndexOf('\u001b[2K'));
    expect(afterwards).toContain('Files:');
  });
});

test('--no-lock reads what somebody else has locked, and never writes', async () => {
  const holder = await openFolder(repository);
  const lock = await holder.lock('exclusive');
  await guardit('snapshots', repository, [], { exitCode: 11 });
  await guardit('snapshots', repository, ['--no-lock']);
  await guardit('prune', repository, ['--no-lock'], { exitCode: 1 });
  await lock.release();
  await holder.close();
});

test('--version and --help need no repository', async () => {
  expect(await cli(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^guardit \d/) as string });
  expect(await cli(['repo', 'backup', '--help'])).toMatchObject({ code: 0, stderr: '' });
  expect((await cli(['repo', 'help', 'restore'])).stdout).toContain('--target');
});
