import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** What the program under the launcher does here: says how it was called, then exits with 7 or waits for a signal. */
const PROGRAM = `
if (process.argv[2] === 'wait') {
  process.on('SIGTERM', () => process.exit(143));
  setInterval(() => {}, 1000);
} else process.exitCode = 7;
process.stdout.write(JSON.stringify({ cwd: process.cwd(), args: process.argv.slice(2), flags: process.execArgv, pid: process.pid }));
`;

let scratch: string;
let checkout: string;

beforeAll(() => {
  scratch = realpathSync(mkdtempSync(join(tmpdir(), 'guardit-launcher-')));
  checkout = join(scratch, 'a check out');
  mkdirSync(join(checkout, 'scripts'), { recursive: true });
  mkdirSync(join(checkout, 'node_modules/node/bin'), { recursive: true });
  mkdirSync(join(checkout, 'dist'));
  mkdirSync(join(scratch, 'bin'));
  for (const name of ['guardit', 'check.flags', 'command.flags', 'service.flags']) {
    cpSync(new URL(`../../scripts/${name}`, import.meta.url), join(checkout, 'scripts', name));
  }
  symlinkSync(process.execPath, join(checkout, 'node_modules/node/bin/node'));
  writeFileSync(join(checkout, 'dist/guardit.js'), PROGRAM);
  symlinkSync('../a check out/scripts/guardit', join(scratch, 'bin/first'));
  symlinkSync('first', join(scratch, 'bin/guardit'));
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly pid: number | undefined;
}

function launch(file: string, args: readonly string[], env = process.env, onOutput?: (pid: number) => void) {
  return new Promise<Outcome>((resolve, reject) => {
    const child = spawn(file, args, { cwd: scratch, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (child.pid !== undefined) onOutput?.(child.pid);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr, pid: child.pid }));
  });
}

describe.runIf(process.platform !== 'win32')('scripts/guardit', () => {
  test.each(['a check out/scripts/guardit', 'bin/guardit'])(
    '%s keeps the folder, arguments and exit code',
    async (path) => {
      const args = ['ls', 'two words', '', '*', '"quoted"', '$HOME'];
      const { exitCode, stdout, stderr } = await launch(join(scratch, path), args);
      expect(JSON.parse(stdout)).toMatchObject({ cwd: scratch, args });
      expect(stderr).toBe('');
      expect(exitCode).toBe(7);
    },
  );

  test('is found through PATH', async () => {
    const env = { ...process.env, PATH: `${join(scratch, 'bin')}:/usr/bin:/bin` };
    expect((await launch('guardit', [], env)).exitCode).toBe(7);
  });

  test('gives the service, checks and everything else the flags of their files', async () => {
    const flagsOf = async (args: readonly string[]): Promise<string[]> => {
      const { stdout } = await launch(join(scratch, 'bin/guardit'), args);
      return (JSON.parse(stdout) as { flags: string[] }).flags;
    };
    const flagsIn = (file: string) =>
      readFileSync(join(checkout, 'scripts', file), 'utf8')
        .trim()
        .split(' ');
    expect(await flagsOf(['repo', 'backup', 'serve'])).toEqual(flagsIn('command.flags'));
    expect(await flagsOf(['serve', '--port', '0'])).toEqual(flagsIn('service.flags'));
    expect(await flagsOf(['repo', 'check', '/mnt/b'])).toEqual(flagsIn('check.flags'));
    expect(await flagsOf(['check', 'repo'])).toEqual(flagsIn('command.flags'));
    expect(new Set(['command', 'check', 'service'].map((kind) => flagsIn(`${kind}.flags`).join(' '))).size).toBe(3);
  });

  test('becomes the program, so that a signal reaches it', async () => {
    const outcome = await launch(join(scratch, 'bin/guardit'), ['wait'], process.env, (pid) =>
      process.kill(pid, 'SIGTERM'),
    );
    expect(JSON.parse(outcome.stdout)).toMatchObject({ pid: outcome.pid });
    expect(outcome.exitCode).toBe(143);
  });

  test('says what to do in a checkout that is not built', async () => {
    const bare = join(scratch, 'bare');
    mkdirSync(join(bare, 'scripts'), { recursive: true });
    cpSync(join(checkout, 'scripts/guardit'), join(bare, 'scripts/guardit'));
    const { exitCode, stderr } = await launch(join(bare, 'scripts/guardit'), []);
    expect(stderr).toContain('This checkout is not built. Run `npm ci`');
    expect(exitCode).toBe(1);
  });

  test('refuses a Node that is too old', async () => {
    const bare = join(scratch, 'old');
    mkdirSync(join(bare, 'scripts'), { recursive: true });
    cpSync(join(checkout, 'scripts/guardit'), join(bare, 'scripts/guardit'));
    const old = join(bare, 'node');
    writeFileSync(old, '#!/bin/sh\n[ "$1" = --version ] && echo v20.20.2\nexit 1\n');
    chmodSync(old, 0o755);
    const { exitCode, stderr } = await launch(join(bare, 'scripts/guardit'), [], {
      ...process.env,
      PATH: `${bare}:/bin`,
    });
    expect(stderr).toContain('too old');
    expect(exitCode).toBe(1);
  });
});
