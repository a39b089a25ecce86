import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LocalBackend } from '../../../main/engine/backend/local-backend.ts';
import { MemoryBackend } from '../../../main/engine/backend/memory-backend.ts';
import type { KeyId, SnapshotId } from '../../../main/engine/base/ids.ts';
import { TEST_SCRYPT } from '../../../main/engine/crypto/key-file.ts';
import { Sealer } from '../../../main/engine/crypto/sealer.ts';
import { Repository } from '../../../main/engine/repository/repository.ts';
import { scratchFolder } from '../../support/restic.ts';

const scrypt = TEST_SCRYPT;
const init = (backend: MemoryBackend, version: 1 | 2 = 2) =>
  Repository.init(backend, { password: 'secret', scrypt, version });

describe('Repository.init and open', () => {
  it('opens what it made, with the same config', async () => {
    const backend = new MemoryBackend();
    const made = await init(backend);
    const opened = await Repository.open(backend, { password: 'secret' });
    expect(opened.config).toEqual(made.config);
    expect(opened.masterKey).toEqual(made.masterKey);
  });

  it('makes the folder of a new repository, and those above it', async () => {
    const scratch = scratchFolder();
    try {
      const location = join(scratch.path, 'not', 'there', 'yet');
      const made = await Repository.init(new LocalBackend(location), { password: 'secret', scrypt });
      const opened = await Repository.open(new LocalBackend(location), { password: 'secret' });
      expect(opened.config).toEqual(made.config);
    } finally {
      scratch.remove();
    }
  });

  it('refuses a second init and changes nothing', async () => {
    const backend = new MemoryBackend();
    const made = await init(backend);
    await expect(init(backend)).rejects.toMatchObject({ code: 'repository_exists' });
    expect((await backend.list('key')).map((key) => key.id)).toEqual([made.keyId]);
  });

  it('says that there is no repository', async () => {
    const opening = Repository.open(new MemoryBackend(), { password: 'secret' });
    await expect(opening).rejects.toMatchObject({ code: 'repository_not_found' });
  });

  it('sweeps the key of an init that died before its config', async () => {
    const backend = new MemoryBackend();
    await init(backend);
    await backend.remove({ type: 'config' });
    await init(backend);
    await Repository.open(backend, { password: 'secret' });
    expect(await backend.list('key')).toHaveLength(1);
  });

  it('makes no new config in a repository that lost its own', async () => {
    const backend = new MemoryBackend();
    const made = await init(backend);
    await made.unpacked.save('snapshot', Buffer.from('{}'));
    await backend.remove({ type: 'config' });
    await expect(init(backend)).rejects.toMatchObject({ code: 'repository_exists' });
    expect(await backend.list('key')).toHaveLength(1);
  });

  it('tells a wrong password from damage', async () => {
    const backend = new MemoryBackend();
    const made = await init(backend);
    await expect(Repository.open(backend, { password: 'wrong' })).rejects.toMatchObject({ code: 'wrong_password' });
    const key = await backend.read({ type: 'key', id: made.keyId });
    key[key.length - 20]! ^= 1;
    await backend.remove({ type: 'key', id: made.keyId });
    await backend.write({ type: 'key', id: made.keyId }, key);
    await expect(Repository.open(backend, { password: 'secret' })).rejects.toMatchObject({ code: 'corrupt' });
  });

  it.each([
    ['a newer version', { version: 3 }, 'unsupported_version'],
    ['a hot part', { is_hot: true }, 'unsupported_version'],
    ['a reducible polynomial', { chunker_polynomial: '25b468838dcb76' }, 'corrupt'],
    ['no id', { id: undefined }, 'corrupt'],
  ])('refuses a config with %s', async (_name, change, code) => {
    const backend = new MemoryBackend();
    const { masterKey } = await init(backend);
    const sealer = new Sealer(masterKey);
    const config: unknown = JSON.parse(sealer.open(await backend.read({ type: 'config' })).toString());
    await backend.remove({ type: 'config' });
    await backend.write(
      { type: 'config' },
      sealer.seal(Buffer.from(JSON.stringify({ ...(config as object), ...change }))),
    );
    await expect(Repository.open(backend, { password: 'secret' })).rejects.toMatchObject({ code });
  });
});

describe('keys', () => {
  it('opens with every password, lists them, removes all but the one in use', async () => {
    const backend = new MemoryBackend();
    const repository = await init(backend);
    const second = await repository.addKey('other', { scrypt, username: 'ops', hostname: 'vault' });
    const opened = await Repository.open(backend, { password: 'other' });
    expect(opened.keyId).toBe(second);
    expect(opened.masterKey).toEqual(repository.masterKey);
    expect(await opened.listKeys()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: second, current: true, username: 'ops', hostname: 'vault' }),
      ]),
    );
    await expect(opened.removeKey(second)).rejects.toMatchObject({ code: 'refused' });
    await opened.removeKey(repository.keyId);
    await expect(Repository.open(backend, { password: 'secret' })).rejects.toMatchObject({ code: 'wrong_password' });
  });

  it('changes the password and deletes the key that opened', async () => {
    const backend = new MemoryBackend();
    const repository = await init(backend);
    const previous = repository.keyId;
    const next = await repository.changePassword('new', { scrypt });
    expect((await backend.list('key')).map((key) => key.id as KeyId)).toEqual([next]);
    expect(next).not.toBe(previous);
    await Repository.open(backend, { password: 'new' });
  });

  it('refuses an empty password', async () => {
    const repository = await init(new MemoryBackend());
    await expect(repository.addKey('', { scrypt })).rejects.toMatchObject({ code: 'invalid_argument' });
  });
});

describe('unpacked files', () => {
  it.each([1, 2] as const)('come back as they were saved in version %i', async (version) => {
    const repository = await init(new MemoryBackend(), version);
    const text = Buffer.from(JSON.stringify({ hello: 'world '.repeat(1000) }));
    const id = await repository.unpacked.save('snapshot', text);
    expect(await repository.unpacked.load('snapshot', id)).toEqual(text);
    const stored = await repository.backend.stat({ type: 'snapshot', id });
    if (version === 1) expect(stored).toBe(text.length + 32);
    else expect(stored).toBeLessThan(300);
  });

  it('reads plain JSON in a version 2 repository and refuses unknown encodings', async () => {
    const repository = await init(new MemoryBackend());
    const plant = async (plaintext: Buffer) => {
      const { createHash } = await import('node:crypto');
      const sealed = repository.sealer.seal(plaintext);
      const id = createHash('sha256').update(sealed).digest('hex') as SnapshotId;
      await repository.backend.write({ type: 'snapshot', id }, sealed);
      return id;
    };
    expect(await repository.unpacked.load('snapshot', await plant(Buffer.from('{"a":1}')))).toEqual(
      Buffer.from('{"a":1}'),
    );
    for (const bad of [Buffer.from(' {}'), Buffer.from([1, 2, 3]), Buffer.from([2, 1, 2, 3])]) {
      const loading = repository.unpacked.load('snapshot', await plant(bad));
      await expect(loading).rejects.toMatchObject({ code: 'corrupt' });
    }
  });

  it('notices a flipped bit anywhere', async () => {
    const repository = await init(new MemoryBackend());
    const id = await repository.unpacked.save('snapshot', Buffer.from('{"a":1}'));
    const stored = await repository.backend.read({ type: 'snapshot', id });
    stored[stored.length >> 1]! ^= 4;
    await repository.backend.remove({ type: 'snapshot', id });
    await repository.backend.write({ type: 'snapshot', id }, stored);
    await expect(repository.unpacked.load('snapshot', id)).rejects.toMatchObject({ code: 'corrupt' });
  });
});
