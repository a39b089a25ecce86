import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FILE_TOKENS } from '../../../main/app/access/credential.ts';
import { openSecretKey } from '../../../main/infra/access/secret-key-file.ts';
import { openTokenFiles } from '../../../main/infra/access/token-files.ts';
import { closeFolder, letLocalUsersRead } from '../../../main/infra/access/windows-access.ts';
import { scratchFolder } from '../../support/catalogs.ts';

const isPosix = process.platform !== 'win32';

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

describe('token files', () => {
  test('are made at first start and stay', async () => {
    const folder = join(scratchFolder(), 'tokens');
    const first = await openTokenFiles(folder, FILE_TOKENS);
    expect(first.admin).not.toBe(first.reporter);
    expect(readFileSync(join(folder, 'admin.token'), 'utf8')).toBe(first.admin);
    expect(readFileSync(join(folder, 'reporter.token'), 'utf8')).toBe(first.reporter);
    expect(await openTokenFiles(folder, FILE_TOKENS)).toEqual(first);
    expect(readdirSync(folder).sort()).toEqual(['admin.token', 'reporter.token']);
  });

  test.runIf(isPosix)('are for their own account only, whatever the umask', async () => {
    const folder = join(scratchFolder(), 'tokens');
    const before = process.umask(0);
    try {
      await openTokenFiles(folder, FILE_TOKENS);
    } finally {
      process.umask(before);
    }
    expect(modeOf(folder)).toBe('700');
    expect(modeOf(join(folder, 'admin.token'))).toBe('600');
    expect(modeOf(join(folder, 'reporter.token'))).toBe('600');
  });

  test.runIf(isPosix)('that somebody opened to others are closed again', async () => {
    const folder = join(scratchFolder(), 'tokens');
    await openTokenFiles(folder, FILE_TOKENS);
    chmodSync(join(folder, 'admin.token'), 0o644);
    await openTokenFiles(folder, FILE_TOKENS);
    expect(modeOf(join(folder, 'admin.token'))).toBe('600');
  });

  test('one that was deleted is made anew, the other stays', async () => {
    const folder = join(scratchFolder(), 'tokens');
    const first = await openTokenFiles(folder, FILE_TOKENS);
    rmSync(join(folder, 'admin.token'));
    const second = await openTokenFiles(folder, FILE_TOKENS);
    expect(second.admin).not.toBe(first.admin);
    expect(second.reporter).toBe(first.reporter);
  });

  test("an editor's line break is no part of it", async () => {
    const folder = join(scratchFolder(), 'tokens');
    const { admin, reporter } = await openTokenFiles(folder, FILE_TOKENS);
    writeFileSync(join(folder, 'admin.token'), `${admin}\r\n`);
    expect(await openTokenFiles(folder, FILE_TOKENS)).toEqual({ admin, reporter });
  });

  test.each(['', 'hello', 'gf_short', `gf_${'a'.repeat(43)} gf_${'b'.repeat(43)}`])('%j is damage', async (content) => {
    const folder = join(scratchFolder(), 'tokens');
    await openTokenFiles(folder, FILE_TOKENS);
    writeFileSync(join(folder, 'reporter.token'), content);
    await expect(openTokenFiles(folder, FILE_TOKENS)).rejects.toThrow(/reporter\.token is damaged/);
  });

  test.runIf(isPosix)('a link is not followed', async () => {
    const scratch = scratchFolder();
    const folder = join(scratch, 'tokens');
    mkdirSync(folder);
    writeFileSync(join(scratch, 'known'), `gf_${'a'.repeat(43)}`);
    symlinkSync(join(scratch, 'known'), join(folder, 'admin.token'));
    await expect(openTokenFiles(folder, FILE_TOKENS)).rejects.toThrow(/is a link/);
  });

  test('on Windows the folder is closed before anything is in it', async () => {
    const folder = join(scratchFolder(), 'tokens');
    const seen: string[] = [];
    await openTokenFiles(folder, FILE_TOKENS, {
      closeFolder: async (path) => void seen.push(`close ${path} ${existsSync(join(path, 'admin.token'))}`),
      letLocalUsersRead: async (path) => void seen.push(`open ${path}`),
    });
    expect(seen).toEqual([`close ${folder} false`, `open ${join(folder, 'reporter.token')}`]);
  });
});

test('access lists name groups by their identifiers, and icacls by its full path', async () => {
  const calls: unknown[] = [];
  const run = async (program: string, args: readonly string[]) =>
    void calls.push([program.replaceAll('/', '\\'), ...args]);
  await closeFolder('C:\\d\\tokens', run);
  await letLocalUsersRead('C:\\d\\tokens\\reporter.token', run);
  const icacls = expect.stringMatching(/^C:\\Windows\\System32\\icacls\.exe$/i);
  expect(calls).toEqual([
    [
      icacls,
      'C:\\d\\tokens',
      '/inheritance:r',
      '/grant:r',
      '*S-1-5-18:(OI)(CI)F',
      '*S-1-5-32-544:(OI)(CI)F',
      '*S-1-3-4:(OI)(CI)F',
      '/q',
    ],
    [icacls, 'C:\\d\\tokens\\reporter.token', '/grant', '*S-1-5-32-545:R', '/q'],
  ]);
});

describe('the key for logins', () => {
  test('is 256 random bits that stay', async () => {
    const path = join(scratchFolder(), 'secrets', 'jwt.key');
    const key = await openSecretKey(path);
    expect(key).toHaveLength(32);
    expect(await openSecretKey(path)).toEqual(key);
    if (isPosix) expect(modeOf(path)).toBe('600');
    if (isPosix) expect(modeOf(join(path, '..'))).toBe('700');
  });

  test('of another length is not used', async () => {
    const path = join(scratchFolder(), 'jwt.key');
    writeFileSync(path, 'short');
    await expect(openSecretKey(path)).rejects.toThrow('5 bytes');
    expect(readFileSync(path, 'utf8')).toBe('short');
  });
});
