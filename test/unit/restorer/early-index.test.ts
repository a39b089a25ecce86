import { expect, it } from 'vitest';
import { MemoryBackend } from '../../../main/engine/backend/memory-backend.ts';
import { TEST_SCRYPT } from '../../../main/engine/crypto/key-file.ts';
import { Repository } from '../../../main/engine/repository/repository.ts';
import { EarlyIndex } from '../../../main/engine/restorer/early-index.ts';

const newRepository = () => Repository.init(new MemoryBackend(), { password: 'secret', scrypt: TEST_SCRYPT });
const saveIndex = (repository: Repository, packs: string) =>
  repository.unpacked.save('index', Buffer.from(`{"packs":[${packs}]}`));
const PACK = `{"id":"${'ab'.repeat(32)}","blobs":[]}`;

it('holds while index files are only added', async () => {
  const repository = await newRepository();
  const known = await saveIndex(repository, '');
  const early = new EarlyIndex(repository, undefined);
  expect((await early.get(undefined)).indexIds).toEqual([known]);
  await saveIndex(repository, PACK);
  await early.confirm();
  await repository.close();
});

it('no longer holds when an index file is gone by the time that the lock counts', async () => {
  const repository = await newRepository();
  const known = await saveIndex(repository, '');
  const early = new EarlyIndex(repository, undefined);
  await early.get(undefined);
  await saveIndex(repository, PACK);
  await repository.unpacked.remove('index', known);
  await expect(early.confirm()).rejects.toMatchObject({ code: 'lock_lost', retry: 'later' });
  await repository.close();
});

it('needs no confirmation before anybody has asked for it', async () => {
  const repository = await newRepository();
  const known = await saveIndex(repository, '');
  const early = new EarlyIndex(repository, undefined);
  await repository.unpacked.remove('index', known);
  await early.confirm();
  expect((await early.get(undefined)).indexIds).toEqual([]);
  await repository.close();
});
