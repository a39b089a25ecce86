import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { prepareOpening } from '../../../main/engine/opening-ahead.ts';
import { LocalBackend } from '../../../main/engine/backend/local-backend.ts';
import { TEST_SCRYPT } from '../../../main/engine/crypto/key-file.ts';
import { Repository } from '../../../main/engine/repository/repository.ts';

const root = mkdtempSync(join(tmpdir(), 'guardit-prepare-'));
afterAll(() => rmSync(root, { recursive: true }));
const password = Buffer.from('secret');

async function newRepository(name: string): Promise<string> {
  const folder = join(root, name);
  await (await Repository.init(new LocalBackend(folder), { password, scrypt: TEST_SCRYPT })).close();
  return folder;
}

it('a prepared repository opens as any other, and with no other password', async () => {
  const folder = await newRepository('plain');
  prepareOpening(folder, Buffer.from('wrong'));
  await expect(Repository.open(new LocalBackend(folder), { password: 'wrong' })).rejects.toThrow('opens none');
  prepareOpening(folder, Buffer.from('wrong'));
  await (await Repository.open(new LocalBackend(folder), { password: 'secret' })).close();
  prepareOpening(folder, password);
  await (await Repository.open(new LocalBackend(folder), { password: 'secret' })).close();
});

it('what is no key file is nobody’s trouble before the repository is opened', async () => {
  const id = 'a'.repeat(64);
  for (const [name, content] of [
    ['empty', ''],
    ['list', '[]'],
    ['null', 'null'],
    ['salt', '{"N":1024,"r":8,"p":1,"salt":"AAAA"}'],
    ['costs', `{"N":1e300,"r":-1,"p":0.5,"salt":"${'A'.repeat(86)}=="}`],
  ] as const) {
    mkdirSync(join(root, name, 'keys'), { recursive: true });
    writeFileSync(join(root, name, 'keys', id), content);
    expect(() => prepareOpening(join(root, name), password)).not.toThrow();
  }
  // Waiting for somebody who writes would be for ever.
  mkdirSync(join(root, 'pipe', 'keys'), { recursive: true });
  execFileSync('mkfifo', [join(root, 'pipe', 'keys', id)]);
  expect(() => prepareOpening(join(root, 'pipe'), password)).not.toThrow();
  expect(() => prepareOpening(join(root, 'nowhere'), password)).not.toThrow();
});
