import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ExecutionOutcome } from '../../../main/app/runs/ports.ts';
import { CustomExecutor } from '../../../main/infra/execution/custom-executor.ts';
import { execution, memorySecrets, TEST_TOKEN } from '../../support/execution.ts';

let folder: string;
let tasks: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guardit-custom-'));
  tasks = join(folder, 'custom-tasks');
  mkdirSync(tasks);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (code: string, name = 'custom-tasks.js') => writeFileSync(join(tasks, name), code);

function call(config: Record<string, unknown>, options: Parameters<typeof execution>[2] = {}) {
  const test = execution('custom', { function: 'run', ...config }, options);
  return { ...test, outcome: new CustomExecutor({ folder: tasks }).execute(test.job, test.context) };
}

/** Runs the body of an async function `run(params, context)`. */
function runBody(body: string, config: Record<string, unknown> = {}, options: Parameters<typeof execution>[2] = {}) {
  write(`export async function run(params, context) { ${body} }`);
  return call(config, options);
}

const failedWith = (code: string, retryable: boolean) => ({ status: 'failed', code, retryable });

describe('what it gives', () => {
  test('seed 2’s function, with its parameters by value and its result', async () => {
    write(`export async function myCustomTask(params) { params.key += '!'; return { result: 'success', params }; }`);
    expect(await call({ function: 'myCustomTask', params: { key: 'value' } }).outcome).toEqual({
      status: 'completed',
      result: { result: 'success', params: { key: 'value!' } },
    });
  });

  test.each([
    ['return undefined', null],
    ['return null', null],
    ['return 7', 7],
    ['return [1, "ü", { a: undefined }]', [1, 'ü', {}]],
    ['return new Date(0)', '1970-01-01T00:00:00.000Z'],
  ])('%s', async (body, result) => {
    expect(await runBody(body).outcome).toEqual({ status: 'completed', result });
  });

  test('console, process.stdout, progress, environment; secrets are masked', async () => {
    const body = `
      console.log('hello %s', 'world'); console.error('oops'); process.stdout.write('raw\\n');
      console.log(params.password, process.env.GUARDIT_TOKEN);
      context.progress(40, 'nearly'); context.progress(140, 'too much'); context.progress(null);
      return { echo: params.password, task: context.taskId, env: process.env.GUARDIT_TASK_ID };`;
    const secrets = memorySecrets({ db: 'hunter22' });
    const { outcome, log, progress } = runBody(body, { params: { password: { $secret: 'db' } } }, { secrets });
    expect(await outcome).toEqual({
      status: 'completed',
      result: { echo: '********', task: 'test-task', env: 'test-task' },
    });
    expect(log.text).toBe('hello world\noops\nraw\n******** ********\n');
    expect(log.text).not.toContain(TEST_TOKEN);
    expect(progress).toEqual([
      [40, 'nearly'],
      [null, 'too much'],
      [null, ''],
    ]);
  });

  test('CommonJS, a default export that is an object, and an edited module', async () => {
    write('module.exports = { run: () => "common" }', 'index.js');
    expect(await call({}).outcome).toMatchObject({ result: 'common' });
    write('const made = { run: () => "computed" }; module.exports = Object.assign({}, made);', 'index.js');
    expect(await call({}).outcome).toMatchObject({ result: 'computed' });
    write('export default { run: () => "default" }', 'custom-tasks.mjs');
    expect(await call({}).outcome).toMatchObject({ result: 'default' });
    expect(await call({ module: 'index.js' }).outcome).toMatchObject({ result: 'computed' });
  });

  test('a timer that the function left behind does not keep the run', async () => {
    expect(await runBody('setInterval(() => {}, 1000); return 1').outcome).toMatchObject({ status: 'completed' });
  });
});

describe('what can’t start', () => {
  test('no folder, no module, no such export; nothing inherited', async () => {
    expect(await call({}).outcome).toMatchObject(failedWith('cannot_start', false));
    expect(await call({ module: 'missing.js' }).outcome).toMatchObject(failedWith('cannot_start', false));
    write('export const run = 7; export class toString {}');
    for (const name of ['run', 'constructor', 'hasOwnProperty', '__proto__', 'missing']) {
      expect(await call({ function: name }).outcome).toMatchObject(failedWith('cannot_start', false));
    }
    write('this is no JavaScript');
    const broken = call({});
    expect(await broken.outcome).toMatchObject(failedWith('cannot_start', false));
    rmSync(tasks, { recursive: true });
    expect(await call({}).outcome).toMatchObject(failedWith('cannot_start', false));
  });

  test('a link that leads out is refused, one that stays inside is fine', async () => {
    writeFileSync(join(folder, 'outside.js'), 'export const run = () => "escaped"');
    mkdirSync(join(folder, 'custom-tasks-2'));
    writeFileSync(join(folder, 'custom-tasks-2', 'x.js'), 'export const run = () => "escaped"');
    symlinkSync(join(folder, 'outside.js'), join(tasks, 'link.js'));
    symlinkSync(folder, join(tasks, 'up'));
    symlinkSync('../custom-tasks-2/x.js', join(tasks, 'sibling.js'));
    for (const module of ['link.js', 'up/outside.js', 'sibling.js', '../outside.js']) {
      const outcome = await call({ module }).outcome;
      expect(outcome.status).toBe('failed');
      expect(JSON.stringify(outcome)).not.toContain('escaped');
    }
    write('export const run = () => "inside"', 'real.js');
    symlinkSync('real.js', join(tasks, 'alias.js'));
    expect(await call({ module: 'alias.js' }).outcome).toMatchObject({ result: 'inside' });
  });
});

describe('functions that behave badly', () => {
  test('a loop for ever is ended at the time-out, with what it had said', async () => {
    const { outcome, log } = runBody(`console.log('one'); console.log('two'); while (true);`, {}, { timeoutMs: 1500 });
    expect(await outcome).toMatchObject({ status: 'timed_out', timeoutMs: 1500 });
    expect(log.text).toBe('one\ntwo\n');
  });

  test('one that waits for ever is cancelled', async () => {
    const running = runBody(`context.progress(1, 'waiting'); await new Promise(() => setInterval(() => {}, 1000))`);
    await expect.poll(() => running.progress.length, { timeout: 20_000 }).toBe(1);
    running.cancel();
    expect(await running.outcome).toMatchObject({ status: 'cancelled' });
  });

  test('throwing: the message is the reason, the stack is for the log only', async () => {
    const { outcome, log } = runBody(`throw new Error('database is away')`);
    const failed = await outcome;
    expect(failed).toMatchObject({ ...failedWith('function_failed', true), reason: 'database is away' });
    expect(log.text).toMatch(/database is away\n\s+at /);
    expect(JSON.stringify(failed)).not.toContain(' at ');
  });

  test.each([
    `throw 'a text'`,
    `throw undefined`,
    `throw { toString() { throw 1 } }`,
    `process.exit(0)`,
    `setTimeout(() => { throw new Error('later') }); await new Promise(() => setInterval(() => {}, 1000))`,
    `Promise.reject(new Error('nobody waits')); await new Promise(() => setInterval(() => {}, 1000))`,
    `await new Promise(() => {})`,
    `const a = {}; a.a = { get b() { throw new Error('a getter') } }; return a`,
    `return 10n`,
  ])('%s fails', async (body) => {
    expect(await runBody(body).outcome).toMatchObject(failedWith('function_failed', true));
  });

  test('what it says before process.exit is kept', async () => {
    const { outcome, log } = runBody(`console.log('last words'); process.exit(3)`);
    expect(await outcome).toMatchObject(failedWith('function_failed', true));
    expect(log.text).toContain('last words');
  });

  test.each([
    `return 'x'.repeat(2 ** 20)`,
    `return Array.from({ length: 4 }, () => 'x'.repeat(2 ** 28))`,
    `return new Uint8Array(2 ** 30)`,
    `return Buffer.alloc(2 ** 30)`,
    `const self = {}; self.self = self; return self`,
  ])('%s is too large a result', async (body) => {
    expect(await runBody(body).outcome).toMatchObject(failedWith('result_too_large', false));
  });

  test('too much memory ends the function, not us', async () => {
    const outcome: Promise<ExecutionOutcome> = runBody(
      `const kept = []; for (;;) kept.push(Array.from({ length: 1000 }, Math.random))`,
      { memoryMb: 32 },
    ).outcome;
    expect(await outcome).toMatchObject(failedWith('out_of_memory', false));
  });

  test('a flood of output out of a loop: all of it, and little of it in memory', async () => {
    const before = process.memoryUsage.rss();
    let [peak, total] = [0, 0];
    const log = {
      write: async (bytes: Uint8Array) => {
        peak = Math.max(peak, process.memoryUsage.rss());
        total += bytes.byteLength;
        await new Promise(setImmediate);
      },
    };
    const body = `const line = 'x'.repeat(99_999); for (let i = 0; i < 500; i++) console.log(line)`;
    expect(await runBody(body, {}, { log }).outcome).toMatchObject({ status: 'completed' });
    expect(total).toBe(50_000_000);
    expect(peak - before).toBeLessThan(150 << 20);
  });
});
