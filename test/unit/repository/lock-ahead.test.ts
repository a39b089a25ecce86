import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { MemoryBackend } from '../../../main/engine/backend/memory-backend.ts';
import { EngineError } from '../../../main/engine/base/errors.ts';
import { TEST_SCRYPT } from '../../../main/engine/crypto/key-file.ts';
import { withLockAhead } from '../../../main/engine/repository/lock-ahead.ts';
import { encodeLockFile } from '../../../main/engine/repository/lock-file.ts';
import { Repository } from '../../../main/engine/repository/repository.ts';

const open: Repository[] = [];
afterEach(async () => {
  for (const repository of open.splice(0)) await repository.close();
});

async function newRepository(): Promise<Repository> {
  const repository = await Repository.init(new MemoryBackend(), { password: 'secret', scrypt: TEST_SCRYPT });
  open.push(repository);
  return repository;
}

const plantExclusiveLock = (repository: Repository) =>
  repository.unpacked.save('lock', encodeLockFile(true, new Date()));

const noQuestions = () => Promise.resolve();

/** Work that goes on until its signal fires, and then takes a while to end. */
async function endlessWork(signal: AbortSignal, events: string[]): Promise<never> {
  events.push('began');
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  await setTimeout(20);
  events.push('ended');
  throw new EngineError('cancelled', 'The work was told to end.');
}

it('lets the work begin when its lock is written, asks when the lock counts, and gives it back', async () => {
  const repository = await newRepository();
  const events: string[] = [];
  const work = async () => {
    expect(await repository.unpacked.listIds('lock')).toHaveLength(1);
    events.push('work');
    return 7;
  };
  const confirm = () => Promise.resolve(events.push('confirm')).then(() => undefined);
  expect(await withLockAhead(repository, {}, work, confirm)).toBe(7);
  expect(events).toEqual(['work', 'confirm']);
  expect(await repository.unpacked.listIds('lock')).toEqual([]);
});

it('does not begin at all beside an exclusive lock', async () => {
  const repository = await newRepository();
  const other = await plantExclusiveLock(repository);
  const events: string[] = [];
  const attempt = withLockAhead(repository, {}, (signal) => endlessWork(signal, events), noQuestions);
  await expect(attempt).rejects.toMatchObject({ code: 'locked', context: { lockId: other } });
  expect(events).toEqual([]);
  expect(await repository.unpacked.listIds('lock')).toEqual([other]);
});

it('ends the work, and waits for its end, when an exclusive lock appears before its own counts', async () => {
  const repository = await newRepository();
  const events: string[] = [];
  const attempt = withLockAhead(
    repository,
    {},
    async (signal) => {
      await plantExclusiveLock(repository);
      return endlessWork(signal, events);
    },
    noQuestions,
  );
  await expect(attempt).rejects.toMatchObject({ code: 'locked' });
  expect(events).toEqual(['began', 'ended']);
  expect(await repository.unpacked.listIds('lock')).toHaveLength(1);
});

it('ends the work when the lock counts but what was read before does not', async () => {
  const repository = await newRepository();
  const events: string[] = [];
  const stale = new EngineError('lock_lost', 'Everything has changed.');
  const attempt = withLockAhead(
    repository,
    {},
    (signal) => endlessWork(signal, events),
    () => Promise.reject(stale),
  );
  await expect(attempt).rejects.toBe(stale);
  expect(events).toEqual(['began', 'ended']);
  expect(await repository.unpacked.listIds('lock')).toEqual([]);
});

it('ends the work with lock_lost when the lock is taken away later', async () => {
  const repository = await newRepository();
  const options = { refreshMs: 30, lostAfterMs: 1 };
  const events: string[] = [];
  const removeLocks = async () => {
    for (const id of await repository.unpacked.listIds('lock')) await repository.unpacked.remove('lock', id);
  };
  const attempt = withLockAhead(repository, options, (signal) => endlessWork(signal, events), removeLocks);
  await expect(attempt).rejects.toMatchObject({ code: 'lock_lost' });
  expect(events).toEqual(['began', 'ended']);
});

it('passes on what the work throws, also before the lock counts', async () => {
  const repository = await newRepository();
  const failure = new EngineError('no_space', 'The disk is full.');
  await expect(withLockAhead(repository, {}, () => Promise.reject(failure), noQuestions)).rejects.toBe(failure);
  expect(await repository.unpacked.listIds('lock')).toEqual([]);
});

it('begins only under a lock that counts when it may wait for one', async () => {
  const repository = await newRepository();
  const events: string[] = [];
  const work = async () => {
    events.push('work');
    await plantExclusiveLock(repository);
  };
  await withLockAhead(repository, { retryForMs: 1 }, work, noQuestions);
  // A lock that appeared while ours was not certain would have been an error.
  expect(events).toEqual(['work']);
});
