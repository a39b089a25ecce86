import { hostname } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { MemoryBackend } from '../../../main/engine/backend/memory-backend.ts';
import type { LockId } from '../../../main/engine/base/ids.ts';
import { encodeLockFile, isStaleLock } from '../../../main/engine/repository/lock-file.ts';
import { Repository } from '../../../main/engine/repository/repository.ts';
import { TEST_SCRYPT } from '../../../main/engine/crypto/key-file.ts';

const open: Repository[] = [];
afterEach(async () => {
  for (const repository of open.splice(0)) await repository.close();
});

async function newRepository(): Promise<Repository> {
  const repository = await Repository.init(new MemoryBackend(), { password: 'secret', scrypt: TEST_SCRYPT });
  open.push(repository);
  return repository;
}

/** A lock as another client would have left it. */
async function plantLock(repository: Repository, fields: Record<string, unknown>): Promise<LockId> {
  const base = { time: new Date().toISOString(), exclusive: false, hostname: 'elsewhere', username: 'root', pid: 1 };
  return repository.unpacked.save('lock', Buffer.from(JSON.stringify({ ...base, ...fields })));
}

describe('RepositoryLock', () => {
  it('lets shared locks live together and gives them back', async () => {
    const repository = await newRepository();
    const [first, second] = await Promise.all([repository.lock('shared'), repository.lock('shared')]);
    expect(await repository.unpacked.listIds('lock')).toHaveLength(2);
    await first.release();
    await second.release();
    await second.release();
    expect(await repository.unpacked.listIds('lock')).toEqual([]);
  });

  it.each([
    ['exclusive', false],
    ['exclusive', true],
    ['shared', true],
  ] as const)(
    'refuses a %s lock beside another (exclusive: %s) and leaves none of its own',
    async (mode, exclusive) => {
      const repository = await newRepository();
      const other = await plantLock(repository, { exclusive });
      await expect(repository.lock(mode)).rejects.toMatchObject({ code: 'locked', context: { lockId: other } });
      expect(await repository.unpacked.listIds('lock')).toEqual([other]);
    },
  );

  it('does not take a stale lock for gone: only unlock removes it', async () => {
    const repository = await newRepository();
    const other = await plantLock(repository, { exclusive: true, time: '2019-01-01T00:00:00Z' });
    await expect(repository.lock('shared')).rejects.toMatchObject({ code: 'locked' });
    expect(await repository.unlock()).toEqual([other]);
    await (await repository.lock('exclusive')).release();
  });

  it('lets one of two simultaneous exclusive lockers win at most, and none leaves a lock', async () => {
    const repository = await newRepository();
    const outcomes = await Promise.allSettled([repository.lock('exclusive'), repository.lock('exclusive')]);
    const won = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(won.length).toBeLessThanOrEqual(1);
    for (const { value } of won) await value.release();
    expect(await repository.unpacked.listIds('lock')).toEqual([]);
  });

  it('waits for a lock when told to', async () => {
    const repository = await newRepository();
    const other = await plantLock(repository, { exclusive: true });
    const waiting = repository.lock('shared', { retryForMs: 20 });
    await repository.unpacked.remove('lock', other);
    await (await waiting).release();
  });

  it("is given in turn to those who began together and stood in each other's way", async () => {
    const repository = await newRepository();
    const tries: string[] = [];
    const inTurn = async (name: string) => {
      const onClaimed = () => void tries.push(name);
      const lock = await repository.lock('exclusive', { retryForMs: 60_000, retryFirstMs: 400, onClaimed });
      await lock.release();
    };
    await Promise.all([inTurn('one'), inTurn('other')]);
    // Both claimed it at once, so that neither got it at first.
    expect(tries.length).toBeGreaterThan(2);
    expect(await repository.unpacked.listIds('lock')).toEqual([]);
  });

  it('removes its lock when the caller cancels while it waits', async () => {
    const repository = await newRepository();
    const controller = new AbortController();
    const waiting = repository.lock('shared', { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    expect(await repository.unpacked.listIds('lock')).toEqual([]);
  });

  it('replaces its lock file while it is held', async () => {
    const repository = await newRepository();
    const lock = await repository.lock('exclusive', { refreshMs: 10 });
    const first = lock.id;
    await expect.poll(() => lock.id !== first).toBe(true);
    await lock.release();
    expect(await repository.unpacked.listIds('lock')).toEqual([]);
  });

  it('stops the work when the lock was taken away during a standby', async () => {
    const repository = await newRepository();
    const work = repository.withLock('exclusive', { refreshMs: 30, lostAfterMs: 1 }, async (signal) => {
      for (const id of await repository.unpacked.listIds('lock')) await repository.unpacked.remove('lock', id);
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    });
    await expect(work).rejects.toMatchObject({ code: 'lock_lost' });
  });

  it('ignores no unreadable lock', async () => {
    const repository = await newRepository();
    const id = 'ab'.repeat(32) as LockId;
    await repository.backend.write({ type: 'lock', id }, Buffer.from('garbage'));
    const attempt = repository.lock('shared', { unreadablePausesMs: [0, 1] });
    await expect(attempt).rejects.toMatchObject({ code: 'locked', context: { lockId: id } });
    expect(await repository.unlock()).toEqual([]);
    expect(await repository.unlock({ removeAll: true })).toEqual([id]);
  });

  it('survives the SIGHUP by which restic asks whether the owner lives', async () => {
    const repository = await newRepository();
    const lock = await repository.lock('shared');
    expect(process.listenerCount('SIGHUP')).toBeGreaterThan(0);
    await lock.release();
  });
});

describe('isStaleLock', () => {
  const now = new Date('2026-01-01T12:00:00Z');
  const lock = { time: now, exclusive: false, hostname: hostname(), username: 'root', pid: process.pid };

  it('keeps a fresh lock of a living process', () => {
    expect(isStaleLock(lock, now)).toBe(false);
    expect(isStaleLock({ ...lock, hostname: 'elsewhere', pid: 4_000_000 }, now)).toBe(false);
  });

  it('calls a lock stale after half an hour, or when its process on this host is gone', () => {
    expect(isStaleLock({ ...lock, time: new Date(now.getTime() - 30 * 60_000 - 1) }, now)).toBe(true);
    expect(isStaleLock({ ...lock, pid: 4_000_000 }, now)).toBe(true);
    expect(isStaleLock({ ...lock, pid: -1 }, now)).toBe(true);
  });

  it('writes no uid or gid for root, as restic does', () => {
    const text = encodeLockFile(true, now).toString();
    expect(JSON.parse(text)).toMatchObject({ time: '2026-01-01T12:00:00.000Z', exclusive: true, pid: process.pid });
    expect(text.includes('"uid":0')).toBe(false);
  });
});
