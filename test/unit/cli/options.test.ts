import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { ERROR_FACES } from '../../../main/app/errors/error-faces.ts';
import { buildProgram } from '../../../main/cli/command-line.ts';
import { COMMANDS } from '../../../main/cli/commands/commands.ts';
import { durationMs, oneOf, pointInTime, wholeNumber } from '../../../main/cli/commands/common-options.ts';
import { readFilesFrom } from '../../../main/cli/commands/files-from.ts';
import { REPOSITORY_VERBS } from '../../../main/cli/commands/verbs.ts';
import { describeFailure } from '../../../main/cli/failure.ts';
import { Interruption } from '../../../main/cli/interruption.ts';
import { Invocation } from '../../../main/cli/invocation.ts';
import { EngineError } from '../../../main/engine/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'guardit-options-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('values of options', () => {
  test('durations', () => {
    expect(['90s', '5m', '1h30m', '0', '250ms'].map(durationMs)).toEqual([90_000, 300_000, 5_400_000, 0, 250]);
    for (const bad of ['', '5', 'm', '-5m', '5m!']) expect(() => durationMs(bad)).toThrow(/duration/);
  });

  test('times, in the local zone unless they name one', () => {
    expect(pointInTime('2026-11-22 17:49:30')).toEqual(new Date(2026, 10, 22, 17, 49, 30));
    expect(pointInTime('2026-11-22')).toEqual(new Date(2026, 10, 22));
    expect(pointInTime('2026-11-22T17:49:30Z').toISOString()).toBe('2026-11-22T17:49:30.000Z');
    for (const bad of ['yesterday', '2026-02-30 10:00:00', '2026-01-01 25:00:00', '12']) {
      expect(() => pointInTime(bad)).toThrow(/time/);
    }
  });

  test('numbers and words', () => {
    expect(wholeNumber('12')).toBe(12);
    for (const bad of ['-1', '1.5', 'x', '']) expect(() => wholeNumber(bad)).toThrow(/number/);
    expect(oneOf('tar', 'zip')('zip')).toBe('zip');
    expect(() => oneOf('tar', 'zip')('rar')).toThrow(/tar, zip/);
  });
});

describe('lists of files', () => {
  const list = (name: string, content: string | Buffer) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  test('patterns, with comments, hidden files and braces that mean themselves', () => {
    mkdirSync(join(folder, 'tree'));
    for (const name of ['.hidden', 'a.txt', 'b.txt', '{c}.txt']) writeFileSync(join(folder, 'tree', name), '');
    const path = list(
      'patterns',
      `# comment\n\n  ${folder}/tree/*.txt  \n${folder}/tree/*hidden\n${folder}/none*\n/as/it/is\n`,
    );
    const warnings: string[] = [];
    expect(readFilesFrom({ filesFrom: [path] }, (message) => warnings.push(message))).toEqual([
      ...['a.txt', 'b.txt', '{c}.txt', '.hidden'].map((name) => join(folder, 'tree', name)),
      '/as/it/is',
    ]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('none*');
  });

  test('lines as they are, and names that end with a zero byte', () => {
    const lines = readFilesFrom({ filesFromVerbatim: [list('verbatim', ' #a* \n\nb')] }, () => undefined);
    expect(lines.map(String)).toEqual([' #a* ', 'b']);
    const raw = Buffer.from([0x61, 0x0a, 0xff, 0, 0x62, 0]);
    expect(readFilesFrom({ filesFromRaw: [list('raw', raw)] }, () => undefined)).toEqual([
      Buffer.from([0x61, 0x0a, 0xff]),
      Buffer.from('b'),
    ]);
    expect(() => readFilesFrom({ filesFromRaw: [list('cut', 'a\0b')] }, () => undefined)).toThrow(/zero byte/);
    expect(() => readFilesFrom({ filesFromRaw: [list('hole', 'a\0\0')] }, () => undefined)).toThrow(/empty name/);
  });
});

describe('help', () => {
  const invocation = new Invocation();
  test.each(REPOSITORY_VERBS.map(({ name }) => name))('%s has a description, arguments, and examples', async (name) => {
    const program = await buildProgram(['node', 'guardit', 'repo', name], invocation, COMMANDS);
    const command = program.commands
      .find((child) => child.name() === 'repo')
      ?.commands.find((child) => child.name() === name);
    let help = '';
    command?.configureOutput({ writeOut: (text) => (help += text) });
    command?.outputHelp();
    expect(help).toMatch(/Examples:\n {2}guardit repo /);
    expect(help).toContain('location');
    expect(help).toContain('--password-file <file>');
    expect(help).toContain('--json');
  });
});

describe('failures', () => {
  test('every code of the engine has an exit code of restic', () => {
    for (const [code, face] of Object.entries(ERROR_FACES)) {
      const failure = describeFailure(new EngineError(code as keyof typeof ERROR_FACES, 'sentence'));
      expect(failure.exitCode).toBe(face.exit);
      expect([1, 10, 11, 12, 130]).toContain(face.exit);
      expect(failure.unexpected).toBe(code === 'internal');
    }
  });

  test('what nobody foresaw is called a bug, in one sentence and without a stack', () => {
    const failure = describeFailure(new TypeError('x is not a function\n    at y'));
    expect(failure).toMatchObject({ exitCode: 1, unexpected: true });
    expect(failure.message).toMatch(/x is not a function.*bug/);
    expect(failure.message).not.toContain('at y');
  });
});

test('the first interruption asks the work to stop, the second ends the process', () => {
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  let told = 0;
  const interruption = new Interruption(() => told++);
  interruption.stop();
  expect([interruption.signal.aborted, told, exit.mock.calls.length]).toEqual([true, 1, 0]);
  interruption.stop();
  expect(exit.mock.calls).toEqual([[130]]);
  exit.mockRestore();
});
