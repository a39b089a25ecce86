import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MAX_SECRET_BYTES } from '../../../main/app/secrets/ports.ts';
import { FileSecretStore } from '../../../main/infra/secrets/file-secret-store.ts';
import type { SecretProtector } from '../../../main/infra/secrets/secret-protector.ts';

/** Stands for a system that seals for one account: another account's seal does not open. */
class AccountSeal implements SecretProtector {
  readonly #account: number;

  constructor(account: number) {
    this.#account = account;
  }

  protect(value: Uint8Array): Buffer {
    return Buffer.from([this.#account, ...value.map((byte) => byte ^ 0x5a)]);
  }

  unprotect(sealed: Uint8Array): Buffer {
    if (sealed[0] !== this.#account) throw new Error('CryptUnprotectData failed with code 13.');
    return Buffer.from(sealed.subarray(1).map((byte) => byte ^ 0x5a));
  }
}

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'guardit-sealed-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

test('the system seals what is stored, and opens it again', async () => {
  const store = new FileSecretStore(folder, new AccountSeal(1));
  await store.write('smtp', 'pässwörd');
  const [file = ''] = await readdir(folder);
  expect((await readFile(join(folder, file))).includes('pässwörd')).toBe(false);
  expect(await store.read('smtp')).toBe('pässwörd');
  const largest = 'x'.repeat(MAX_SECRET_BYTES);
  await store.write('largest', largest);
  expect(await store.read('largest')).toBe(largest);
});

test('a value that somebody put there by hand is read as it is, and sealed when it is stored anew', async () => {
  await new FileSecretStore(folder, null).write('smtp', 'by hand');
  const [file = ''] = await readdir(folder);
  await writeFile(join(folder, file), 'by hand');
  const store = new FileSecretStore(folder, new AccountSeal(1));
  expect(await store.read('smtp')).toBe('by hand');
  await store.write('smtp', 'by hand');
  expect((await readFile(join(folder, file))).includes('by hand')).toBe(false);
});

test.each([
  ['another account', new AccountSeal(2), /smtp.*code 13/],
  ['another system', null, /smtp.*another operating system/],
])('what one account sealed is nothing for %s, and it says so', async (_, protector, message) => {
  await new FileSecretStore(folder, new AccountSeal(1)).write('smtp', 'secret');
  const reading = new FileSecretStore(folder, protector).read('smtp');
  await expect(reading).rejects.toMatchObject({ code: 'secret_unreadable', message: expect.stringMatching(message) });
});

test('what is sealed is exported opened, and sealed for the account that takes it over', async () => {
  const [old, staged, machine] = [new FileSecretStore(folder, new AccountSeal(1)), `${folder}/staged`, `${folder}/new`];
  await old.write('smtp', 'pässwörd');
  await old.exportOpened(staged);
  const [file = ''] = await readdir(staged);
  expect(await readFile(join(staged, file), 'utf8')).toBe('pässwörd');
  await cp(staged, machine, { recursive: true });
  const taken = new FileSecretStore(machine, new AccountSeal(2));
  await taken.sealAll();
  expect((await readFile(join(machine, file))).includes('pässwörd')).toBe(false);
  expect(await taken.read('smtp')).toBe('pässwörd');
});

test('where nothing is sealed there is nothing to export', async () => {
  const store = new FileSecretStore(folder, null);
  await store.write('smtp', 'plain');
  await store.exportOpened(`${folder}/staged`);
  await expect(readdir(`${folder}/staged`)).rejects.toMatchObject({ code: 'ENOENT' });
});
