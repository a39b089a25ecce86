import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { afterAll, describe, expect, test } from 'vitest';
import { decodePassword } from '../../../main/cli/password/decode-password.ts';
import type { Environment } from '../../../main/cli/password/environment-password.ts';
import { obtainPassword } from '../../../main/cli/password/password-sources.ts';
import { promptForPassword, type PromptTerminal } from '../../../main/cli/password/prompt.ts';

const folder = mkdtempSync(join(tmpdir(), 'guardit-password-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function passwordFile(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** A terminal on which the given keys are typed, one read for each text. */
function terminal(...reads: readonly string[]) {
  const input = Object.assign(new PassThrough(), { isRaw: false });
  const output = new PassThrough();
  let shown = '';
  output.on('data', (chunk: Buffer) => (shown += chunk.toString()));
  const modes: boolean[] = [];
  const fake: PromptTerminal = {
    isInteractive: true,
    // Only what the prompt uses of a terminal's stream.
    input: Object.assign(input, { setRawMode: (mode: boolean) => modes.push(mode) }) as unknown as ReadStream,
    output,
    signal: new AbortController().signal,
  };
  for (const keys of reads) input.write(keys);
  return { fake, modes, shown: () => shown };
}

const nobody: PromptTerminal = { ...terminal().fake, isInteractive: false };

describe('a password file', () => {
  const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
  test.each([
    ['plain', Buffer.from('secret\n'), 'secret'],
    ['white space around it', Buffer.from('\u00a0\t secret word \r\n\n'), 'secret word'],
    ['a UTF-8 mark', Buffer.from('\ufeffgeheim\n'), 'geheim'],
    ['UTF-16, little end first', utf16('gehëim\r\n'), 'gehëim'],
    ['UTF-16, big end first', utf16('gehëim\r\n').swap16(), 'gehëim'],
  ])('%s', (_name, bytes, password) => {
    expect(Buffer.from(decodePassword(bytes)).toString('utf8')).toBe(password);
  });

  test('may hold bytes that are no UTF-8', () => {
    expect(Buffer.from(decodePassword(Buffer.from([0x20, 0xff, 0x20, 0xfd, 0x0a])))).toEqual(
      Buffer.from([0xff, 0x20, 0xfd]),
    );
  });
});

describe('where a password comes from', () => {
  const option = passwordFile('option', 'from the option\n');
  const first = passwordFile('first', 'from the first file\n');
  const second = passwordFile('second', 'from the second file\n');
  const everything: Environment = {
    GUARDIT_PASSWORD_FILE: first,
    GUARDIT_PASSWORD: 'from the first value',
    RESTIC_PASSWORD_FILE: second,
    RESTIC_PASSWORD: 'from the second value',
  };
  const request = { of: '/srv/backup', variables: ['GUARDIT_PASSWORD', 'RESTIC_PASSWORD'] };
  const obtain = async (path: string | undefined, environment: Environment, at = nobody) =>
    Buffer.from(
      await obtainPassword({ ...request, option: { flag: '--password-file', path } }, environment, at),
    ).toString();

  test('the option, then a file before a value, ours before restic’s', async () => {
    const left = { ...everything };
    expect(await obtain(option, left)).toBe('from the option');
    for (const name of ['GUARDIT_PASSWORD_FILE', 'GUARDIT_PASSWORD', 'RESTIC_PASSWORD_FILE', 'RESTIC_PASSWORD']) {
      expect(await obtain(undefined, left)).toBe(
        { GUARDIT_PASSWORD_FILE: 'from the first file', RESTIC_PASSWORD_FILE: 'from the second file' }[name] ??
          left[name],
      );
      delete left[name];
    }
    await expect(obtain(undefined, left)).rejects.toThrow(/--password-file FILE, or set GUARDIT_PASSWORD_FILE/);
  });

  test('a terminal is asked last', async () => {
    expect(await obtain(undefined, {}, terminal('typed\r').fake)).toBe('typed');
    expect(await obtain(undefined, { RESTIC_PASSWORD: 'set' }, terminal('typed\r').fake)).toBe('set');
  });

  test('an empty file is refused, and a missing one is named', async () => {
    await expect(obtain(passwordFile('empty', ' \n'), {})).rejects.toThrow(/is empty/);
    await expect(obtain(join(folder, 'nowhere'), {})).rejects.toThrow(/nowhere cannot be read/);
  });

  test('a new password is asked for twice', async () => {
    const ask = (...reads: string[]) =>
      obtainPassword(
        { ...request, option: { flag: '--password-file', path: undefined }, isNew: true },
        {},
        terminal(...reads).fake,
      );
    expect(await ask('one\r', 'one\r')).toBe('one');
    expect(await ask('pasted\rpasted\r')).toBe('pasted');
    await expect(ask('one\r', 'two\r')).rejects.toThrow(/differ/);
    await expect(ask('\r')).rejects.toThrow(/empty/i);
  });

  test('nobody is asked on an input that carries data', async () => {
    const asking = obtainPassword(
      { ...request, option: { flag: '--password-file', path: undefined }, promptRefusal: 'standard input is the data' },
      {},
      terminal('typed\r').fake,
    );
    await expect(asking).rejects.toThrow(/standard input is the data/);
  });
});

describe('the prompt', () => {
  test('shows the question, never the answer, and leaves the terminal as it was', async () => {
    const { fake, modes, shown } = terminal('sec', 'ret\r');
    expect(await promptForPassword(fake, 'Password: ')).toBe('secret');
    expect(shown()).toBe('Password: \n');
    expect(modes).toEqual([true, false]);
  });

  test('understands erasing, erasing all, and characters of several bytes', async () => {
    expect(await promptForPassword(terminal('ab\u007fc\r').fake, '')).toBe('ac');
    expect(await promptForPassword(terminal('wrong\u0015right\n').fake, '')).toBe('right');
    expect(await promptForPassword(terminal('pä😀\u007fß\r').fake, '')).toBe('päß');
  });

  test('Ctrl-C interrupts, the end of the input is an error, and a signal ends the wait', async () => {
    await expect(promptForPassword(terminal('sec\u0003').fake, '')).rejects.toMatchObject({ name: 'InterruptedError' });
    await expect(promptForPassword(terminal('\u0004').fake, '')).rejects.toMatchObject({ name: 'UsageError' });
    const controller = new AbortController();
    const { fake, modes } = terminal();
    const asking = promptForPassword({ ...fake, signal: controller.signal }, '');
    controller.abort();
    await expect(asking).rejects.toMatchObject({ name: 'InterruptedError' });
    expect(modes).toEqual([true, false]);
  });
});
