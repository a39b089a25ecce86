import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SecretError } from '../../../main/app/secrets/ports.ts';
import type { SecretErrorCode } from '../../../main/app/secrets/ports.ts';
import { FileSecretStore } from '../../../main/infra/secrets/file-secret-store.ts';

let base: string;
let folder: string;
let secrets: FileSecretStore;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'guardit-secrets-'));
  folder = join(base, 'secrets');
  secrets = new FileSecretStore(folder);
});

afterEach(() => rm(base, { recursive: true, force: true }));

async function codeOf(work: Promise<unknown>): Promise<SecretErrorCode> {
  const error: unknown = await work.then(
    () => new Error('nothing failed'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof SecretError)) throw error;
  return error.code;
}

test('keeps values as they are, for this account only', async () => {
  const value = 'pässwörd\n with\ttabs ';
  await secrets.write('smtp-password', value);
  expect(await secrets.read('smtp-password')).toBe(value);
  expect(await secrets.has('smtp-password')).toBe(true);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  const [file = ''] = await readdir(folder);
  expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
});

test('tightens a folder that others could enter', async () => {
  await mkdir(folder, { mode: 0o755 });
  await secrets.write('a', '1');
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test('replaces, lists and deletes; names differ by capitals on any file system', async () => {
  await secrets.write('token', 'lower');
  await secrets.write('TOKEN', 'upper');
  await secrets.write('token', 'lower, newer');
  await secrets.write('con', 'a device on Windows');
  await writeFile(join(folder, 'notes.txt'), 'not ours');
  expect(await secrets.list()).toEqual(['TOKEN', 'con', 'token']);
  const files = (await readdir(folder)).map((name) => name.toLowerCase());
  expect(new Set(files).size).toBe(4);
  expect([await secrets.read('token'), await secrets.read('TOKEN')]).toEqual(['lower, newer', 'upper']);
  expect([await secrets.delete('token'), await secrets.delete('token')]).toEqual([true, false]);
  expect(await secrets.has('token')).toBe(false);
  expect(await codeOf(secrets.read('token'))).toBe('secret_not_found');
});

test.each(['', '.', '..', '../x', 'a/b', 'a\\b', 'a\0', ' a', '.hidden', 'x'.repeat(101), 'ü', 'a\n'])(
  'refuses %j as a name',
  async (name) => {
    for (const work of [secrets.read(name), secrets.write(name, 'v'), secrets.delete(name), secrets.has(name)]) {
      expect(await codeOf(work)).toBe('invalid_secret_name');
    }
    await expect(stat(folder)).rejects.toThrow('ENOENT');
  },
);

test('reads neither links nor files beyond the limit, and says no value', async () => {
  await secrets.write('real', 'value');
  await writeFile(join(base, 'outside'), 'hunter2');
  await symlink(join(base, 'outside'), join(folder, 's-link.secret'));
  expect(await codeOf(secrets.read('link'))).toBe('secret_unreadable');
  await writeFile(join(folder, 's-big.secret'), Buffer.alloc(64 * 1024 + 1, 'x'));
  expect(await codeOf(secrets.read('big'))).toBe('secret_too_large');
  const tooLong = 'v'.repeat(64 * 1024 + 1);
  const error: unknown = await secrets.write('long', tooLong).catch((reason: unknown) => reason);
  expect(String(error)).toContain('long');
  expect(String(error)).not.toContain('vvv');
});

test('what a crash left under no name goes with the next write', async () => {
  await secrets.write('a', '1');
  await writeFile(join(folder, '.s-a.secret.0123456789abcdef.new'), 'half');
  await secrets.write('b', '2');
  expect((await readdir(folder)).sort()).toEqual(['s-a.secret', 's-b.secret']);
});
