import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { likelyOpening } from '../../../main/cli/opening-ahead.ts';

const folder = mkdtempSync(join(tmpdir(), 'guardit-ahead-'));
const passwordFile = join(folder, 'p');
writeFileSync(passwordFile, ' secret\n');
afterAll(() => rmSync(folder, { recursive: true }));

/** `P` stands for the password file. */
const guess = (words: string, environment = {}) => {
  const found = likelyOpening(words.replace('P', passwordFile).split(' '), environment);
  return found && { folder: found.folder, password: Buffer.from(found.password).toString() };
};

describe('what a command most likely opens', () => {
  it.each([
    'check /mnt/b --password-file P',
    'check -p P /mnt/b --read-data',
    'backup --password-file=P /mnt/b /home',
    'ls /mnt/b latest -pP',
    'stats local:/mnt/b -p P',
  ])('%s', (words) => expect(guess(words)).toEqual({ folder: '/mnt/b', password: 'secret' }));

  it('takes the password from where the command would take it', () => {
    const variables = { GUARDIT_PASSWORD: 'first', RESTIC_PASSWORD_FILE: passwordFile, RESTIC_PASSWORD: 'last' };
    expect(guess('check /mnt/b', variables)?.password).toBe('first');
    expect(guess('check /mnt/b', { ...variables, GUARDIT_PASSWORD: '' })?.password).toBe('secret');
    expect(guess('check /mnt/b', { ...variables, GUARDIT_PASSWORD_FILE: passwordFile })?.password).toBe('secret');
    expect(guess('check /mnt/b -p P', { GUARDIT_PASSWORD: 'other' })?.password).toBe('secret');
  });

  it.each([
    '',
    'check',
    'check /mnt/b',
    'check -p P',
    'check /mnt/b -p',
    'check /mnt/b -p P --help',
    'check /b -p P.no',
  ])('nobody knows: %j', (words) => expect(guess(words)).toBeUndefined());

  it('leaves alone what can be read only once', () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(guess(`check /mnt/b -p ${pipe}`)).toBeUndefined();
    expect(guess('check /mnt/b -p /dev/stdin')).toBeUndefined();
    expect(guess('check /mnt/b -p /proc/self/fd/0')).toBeUndefined();
  });
});
