import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FailedOutcome } from '../../../main/app/runs/ports.ts';
import { endRunProcesses } from '../../../main/infra/execution/end-run-processes.ts';
import { ScriptExecutor } from '../../../main/infra/execution/script-executor.ts';
import { execution, memorySecrets, MemoryLog, TEST_TOKEN } from '../../support/execution.ts';
import type { TestExecution } from '../../support/execution.ts';
import { NODE } from '../../support/processes.ts';

const posix = process.platform !== 'win32';
const linux = process.platform === 'linux';

let folder: string;
let executor: ScriptExecutor;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guardit-script-'));
  executor = new ScriptExecutor({ defaultFolder: folder, drainMs: 1000 });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = ({ job, context }: TestExecution) => executor.execute(job, context);
const shell = (line: string, more: Record<string, unknown> = {}, options: Parameters<typeof execution>[2] = {}) =>
  execution('script', { command: line, shell: true, ...more }, options);
const node = (code: string, more: Record<string, unknown> = {}) =>
  execution('script', { command: NODE, args: ['-e', code], ...more });

/** A process that is there and no zombie. */
function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

/** The pids that a script has written, one a line, as soon as there are `count`. */
async function pidsIn(name: string, count: number): Promise<number[]> {
  const path = join(folder, name);
  const read = () => (existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').map(Number) : []);
  await expect.poll(() => read().length, { timeout: 20_000 }).toBe(count);
  return read();
}

describe('command and environment', () => {
  test('no shell: arguments arrive as they are', async () => {
    const args = ['>', '$HOME', '*', 'a b', '', '"', 'ü'];
    const test = execution('script', {
      command: NODE,
      args: ['-p', 'JSON.stringify(process.argv.slice(1))', '--', ...args],
    });
    expect(await run(test)).toMatchObject({ status: 'completed', exitCode: 0 });
    expect(JSON.parse(test.log.text)).toEqual(args);
  });

  test.runIf(posix)('a shell: command and args joined by blanks, so that ">" redirects', async () => {
    const test = execution('script', {
      command: 'echo',
      args: ['one', 'two', '>', 'out.txt'],
      shell: true,
      cwd: folder,
    });
    expect(await run(test)).toMatchObject({ status: 'completed' });
    expect(readFileSync(join(folder, 'out.txt'), 'utf8')).toBe('one two\n');
  });

  test('env: inherited, configured, secrets, the run’s own; never GuardIT’s own settings', async () => {
    executor = new ScriptExecutor({
      defaultFolder: folder,
      baseEnvironment: { ...process.env, GUARDIT_PASSWORD: 'server', NODE_OPTIONS: '--no-such-option', BASE: 'b' },
    });
    const names = [
      'BASE',
      'MINE',
      'GUARDIT_PASSWORD',
      'NODE_OPTIONS',
      'GUARDIT_TASK_ID',
      'GUARDIT_RUN_ID',
      'GUARDIT_URL',
    ];
    const script = `const e = process.env;
      console.log(JSON.stringify([${JSON.stringify(names)}.map((n) => e[n] ?? null), e.DB.length, process.cwd()]));`;
    const test = execution(
      'script',
      { command: NODE, args: ['-e', script], env: { MINE: 'm', DB: { $secret: 'db' } } },
      { secrets: memorySecrets({ db: 'hunter22' }) },
    );
    await run(test);
    expect(JSON.parse(test.log.text)).toEqual([
      ['b', 'm', null, null, 'test-task', test.job.runId, 'http://127.0.0.1:3000'],
      8,
      folder,
    ]);
  });

  test('standard input is empty, not ours', async () => {
    const test = node(`process.stdin.on('data', () => {}).on('end', () => console.log('ended'))`);
    expect(await run(test)).toMatchObject({ status: 'completed' });
    expect(test.log.text).toBe('ended\n');
  });

  test('secrets and the token are masked in the output, also when they come in two pieces', async () => {
    const code = `process.stdout.write('a hunt'); setTimeout(() => console.log('er22 b ' + process.env.GUARDIT_TOKEN), 50)`;
    const test = execution(
      'script',
      { command: NODE, args: ['-e', code], env: { DB: { $secret: 'db', prefix: 'x' } } },
      { secrets: memorySecrets({ db: 'hunter22' }) },
    );
    await run(test);
    expect(test.log.text).toBe('a ******** b ********\n');
    expect(test.log.text).not.toContain(TEST_TOKEN);
  });
});

describe('outcomes', () => {
  test('an exit code is a failure that may be retried', async () => {
    expect(await run(node('process.exit(3)'))).toMatchObject({
      status: 'failed',
      code: 'exit_code',
      exitCode: 3,
      retryable: true,
      result: { exit_code: 3 },
    });
  });

  test.runIf(posix)('a signal from elsewhere', async () => {
    const outcome = await run(shell('kill -9 $$'));
    expect(outcome).toMatchObject({ status: 'failed', code: 'killed', signal: 'SIGKILL', retryable: true });
  });

  const cannotStart = async (config: Record<string, unknown>, options = {}): Promise<FailedOutcome> => {
    const outcome = await run(execution('script', config, options));
    if (outcome.status !== 'failed') throw new Error(`It is ${outcome.status}.`);
    return outcome;
  };

  test('what can’t start says why, and is not retried', async () => {
    const plain = join(folder, 'plain');
    writeFileSync(plain, '#!/bin/sh\n');
    const cases: [Record<string, unknown>, RegExp][] = [
      [{ command: 'no-such-command-anywhere' }, /no-such-command-anywhere.*not found/],
      [{ command: plain }, /not executable/],
      [{ command: NODE, cwd: join(folder, 'missing') }, /working folder.*does not exist/],
      [{ command: NODE, cwd: plain }, /is no folder/],
    ];
    for (const [config, reason] of cases) {
      const outcome = await cannotStart(config);
      expect(outcome).toMatchObject({ code: 'cannot_start', retryable: false });
      expect(outcome.reason).toMatch(reason);
    }
    const shown = await cannotStart({ command: 'no-such-command-anywhere', args: ['--password=hunter2'] });
    expect(JSON.stringify(shown)).not.toContain('hunter2');
  });

  test('an invalid config and a secret that is not there', async () => {
    expect(await cannotStart({ command: 7 })).toMatchObject({ code: 'invalid_config', retryable: false });
    const missing = await cannotStart({ command: NODE, env: { A: { $secret: 'gone' } } });
    expect(missing).toMatchObject({ code: 'secret_unavailable', retryable: false });
    expect(missing.reason).toContain('gone');
  });

  test('a cancellation before the start starts nothing', async () => {
    const test = node(`require('fs').writeFileSync(${JSON.stringify('was-here')}, '')`, { cwd: folder });
    test.cancel();
    expect(await run(test)).toMatchObject({ status: 'cancelled' });
    expect(existsSync(join(folder, 'was-here'))).toBe(false);
  });

  test('a full disk under the log does not stop the script', async () => {
    const log = {
      write: async () => {
        throw new Error('No space is left.');
      },
    };
    const test = execution(
      'script',
      { command: NODE, args: ['-e', `console.log('x'); require('fs').writeFileSync('done', '')`], cwd: folder },
      { log },
    );
    expect(await run(test)).toMatchObject({ status: 'completed', logIncomplete: 'No space is left.' });
    expect(existsSync(join(folder, 'done'))).toBe(true);
  });
});

describe.runIf(linux)('ending everything', () => {
  /** A script with a child, a grandchild and a setsid'd grandchild, each of which ignores SIGTERM when asked to. */
  const family = (ignore: boolean) => {
    const trap = ignore ? `trap '' TERM;` : '';
    const sleeper = `${trap} echo $$ >> pids; while :; do sleep 0.2; done`;
    return `${trap} echo $$ >> pids; sh -c "${sleeper.replaceAll('$', '\\$')}" & sh -c 'sh -c "${sleeper.replaceAll('$', '\\$').replaceAll(`'`, `'\\''`)}" & setsid sh -c "${sleeper.replaceAll('$', '\\$').replaceAll(`'`, `'\\''`)}" & wait' & wait`;
  };

  test.each([false, true])(
    'a cancellation ends children, grandchildren and who left by setsid (ignoring: %s)',
    async (ignore) => {
      const test = shell(family(ignore), { graceMs: ignore ? 300 : 20_000, cwd: folder });
      const outcome = run(test);
      const pids = await pidsIn('pids', 4);
      expect(pids.every(isAlive)).toBe(true);
      test.cancel();
      expect(await outcome).toMatchObject({ status: 'cancelled' });
      expect(pids.filter(isAlive)).toEqual([]);
    },
  );

  test('a time-out does as well, and tells its limit', async () => {
    const test = shell(family(true), { graceMs: 100, cwd: folder }, { timeoutMs: 1500 });
    expect(await run(test)).toMatchObject({ status: 'timed_out', timeoutMs: 1500, retryable: true });
    const pids = readFileSync(join(folder, 'pids'), 'utf8').trim().split('\n').map(Number);
    expect(pids).toHaveLength(4);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test('finds one that left the group, and one that left and cleared its environment but has its parent', async () => {
    const line =
      `setsid sh -c 'echo $$ >> pids; sleep 60' & ` +
      `env -i PATH="$PATH" setsid sh -c 'echo $$ >> pids; sleep 60' & wait`;
    const test = shell(line, { graceMs: 100, cwd: folder });
    const outcome = run(test);
    const pids = await pidsIn('pids', 2);
    test.cancel();
    await outcome;
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test('a script may end in its own way when it is asked to; its last words are kept', async () => {
    const test = shell(`trap 'echo bye; exit 0' TERM; echo $$ > pids; while :; do sleep 0.05; done`, {
      graceMs: 20_000,
      cwd: folder,
    });
    const outcome = run(test);
    await pidsIn('pids', 1);
    test.cancel();
    expect(await outcome).toMatchObject({ status: 'cancelled' });
    expect(test.log.text).toContain('bye');
  });

  test('a stopped process ends too', async () => {
    const test = shell(`echo $$ > pids; kill -STOP $$; sleep 60`, { graceMs: 20_000, cwd: folder });
    const outcome = run(test);
    const pids = await pidsIn('pids', 1);
    test.cancel();
    expect(await outcome).toMatchObject({ status: 'cancelled' });
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test('what a script leaves running stays, unless leftovers says kill', async () => {
    const line = `setsid sleep 60 > /dev/null 2>&1 & echo $! >> pids; sleep 60 > /dev/null 2>&1 & echo $! >> pids`;
    const keep = shell(line, { cwd: folder });
    expect(await run(keep)).toMatchObject({ status: 'completed' });
    const kept = await pidsIn('pids', 2);
    expect(kept.every(isAlive)).toBe(true);
    // What a GuardIT does that comes up after a crash.
    expect(await endRunProcesses({ runId: keep.job.runId, groupId: null }, 5000)).toBe(0);
    expect(kept.filter(isAlive)).toEqual([]);

    rmSync(join(folder, 'pids'));
    expect(await run(shell(line, { cwd: folder, leftovers: 'kill' }))).toMatchObject({ status: 'completed' });
    expect((await pidsIn('pids', 2)).filter(isAlive)).toEqual([]);
  });

  test('a run with another id is left alone', async () => {
    const other = shell('echo $$ > pids; sleep 60', { cwd: folder });
    const outcome = run(other);
    const [pid = 0] = await pidsIn('pids', 1);
    const cancelled = shell('sleep 60');
    const ended = run(cancelled);
    cancelled.cancel();
    await ended;
    expect(isAlive(pid)).toBe(true);
    other.cancel();
    await outcome;
  });

  test('a child that keeps the output open does not hold up the run', async () => {
    const test = shell('sleep 60 & echo $! > pids; echo done', { cwd: folder });
    expect(await run(test)).toMatchObject({ status: 'completed' });
    expect(test.log.text).toMatch(/^done\n\[GuardIT\] A process that the script left running/);
    expect(await endRunProcesses({ runId: test.job.runId, groupId: null }, 5000)).toBe(0);
  });

  test('a script that closes its output goes on to its end', async () => {
    const test = shell('echo before; exec >&- 2>&-; sleep 0.3; touch done; exit 4', { cwd: folder });
    expect(await run(test)).toMatchObject({ status: 'failed', exitCode: 4 });
    expect(existsSync(join(folder, 'done'))).toBe(true);
    expect(test.log.text).toBe('before\n');
  });
});

describe('output', () => {
  test.runIf(posix)('200 MB written as fast as can be: all of it counted, little of it in memory', async () => {
    const log = new MemoryLog(1 << 20);
    const before = process.memoryUsage().rss;
    let peak = 0;
    const slow = {
      write: async (bytes: Uint8Array) => {
        peak = Math.max(peak, process.memoryUsage.rss());
        await new Promise(setImmediate);
        await log.write(bytes);
      },
    };
    const test = shell('head -c 200000000 /dev/zero', {}, { log: slow });
    expect(await run(test)).toMatchObject({ status: 'completed', result: { output_bytes: 200_000_000 } });
    expect(log.totalBytes).toBe(200_000_000);
    expect(peak - before).toBeLessThan(100 << 20);
  });

  test.runIf(posix)('beyond the limit the beginning and the newest are kept', async () => {
    executor = new ScriptExecutor({ defaultFolder: folder, maxLogBytes: 1000 });
    const test = shell('echo first; head -c 5000000 /dev/zero | tr "\\0" x; echo; echo last');
    const outcome = await run(test);
    expect(outcome).toMatchObject({ status: 'completed', result: { output_bytes: 5_000_012 } });
    expect(outcome.logIncomplete).toMatch(/beyond the limit of 1000 bytes/);
    expect(test.log.text).toMatch(/^first\nx+\n\[GuardIT\] \d+ bytes are left out here/);
    expect(test.log.text.endsWith('x\nlast\n')).toBe(true);
    expect(test.log.totalBytes).toBeLessThan(3 << 20);
  });
});
