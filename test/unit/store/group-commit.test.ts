import Database from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { AppError } from '../../../main/app/errors/app-error.ts';
import { GroupCommit } from '../../../main/infra/store/group-commit.ts';
import { Lane } from '../../../main/infra/store/lane.ts';

/** A flush that ends when the test says so. */
class HeldFlush {
  readonly waiting: PromiseWithResolvers<void>[] = [];
  count = 0;

  readonly flush = (): Promise<void> => {
    this.count += 1;
    const held = Promise.withResolvers<void>();
    this.waiting.push(held);
    return held.promise;
  };

  /** Ends the flush that is under way, which must be there. */
  async end(error?: Error): Promise<void> {
    await vi.waitUntil(() => this.waiting.length > 0);
    const held = this.waiting.shift();
    if (error) held?.reject(error);
    else held?.resolve();
  }
}

function commitsOver(flush: () => Promise<void>, onFailure: (error: AppError) => void = () => undefined) {
  const connection = new Database(':memory:');
  onTestFinished(() => void connection.close());
  connection.exec('CREATE TABLE t (name TEXT NOT NULL PRIMARY KEY)');
  const commits = new GroupCommit(
    // A busy machine would cut a batch in two.
    { connection, flush, translate: (error) => error, onFailure, sliceMs: Infinity },
    new Lane(),
  );
  const insert = (name: string) => connection.prepare('INSERT INTO t VALUES (?)').run(name);
  const names = () => connection.prepare<[], string>('SELECT name FROM t ORDER BY rowid').pluck().all();
  return { commits, connection, insert, names };
}

/** Lets everything run that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('a write resolves only after its flush', async () => {
  const held = new HeldFlush();
  const { commits, insert, connection } = commitsOver(held.flush);
  const done = vi.fn();
  const write = commits.run(async () => insert('a')).then(done);
  await settle();
  expect(held.count).toBe(1);
  expect(connection.inTransaction).toBe(false);
  expect(done).not.toHaveBeenCalled();
  await held.end();
  await write;
  expect(done).toHaveBeenCalledOnce();
});

test('works that come together share one flush, those that come meanwhile the next one', async () => {
  const held = new HeldFlush();
  const { commits, insert, names } = commitsOver(held.flush);
  const first = Array.from({ length: 50 }, (_, at) => commits.run(async () => insert(`first ${at}`)));
  await settle();
  expect(held.count).toBe(1);
  const settled = vi.fn();
  const second = Array.from({ length: 50 }, async (_, at) => {
    await settle();
    await commits.run(async () => insert(`second ${at}`)).then(settled);
  });
  await settle();
  await settle();
  // They have run already, and wait for the first flush to end.
  expect(names()).toHaveLength(100);
  expect(held.count).toBe(1);
  await held.end();
  await Promise.all(first);
  await settle();
  expect(settled).not.toHaveBeenCalled();
  expect(held.count).toBe(2);
  await held.end();
  await Promise.all(second);
  expect(settled).toHaveBeenCalledTimes(50);
});

test('a throw undoes that work only, and reaches its caller', async () => {
  const { commits, insert, names } = commitsOver(async () => undefined);
  const works = [
    commits.run(async () => insert('a')),
    commits.run(async () => {
      insert('b');
      await Promise.resolve();
      throw new Error('changed my mind');
    }),
    commits.run(async () => insert('a')),
    commits.run(async () => insert('c')),
  ];
  const outcomes = await Promise.allSettled(works);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  await expect(works[1]).rejects.toThrow('changed my mind');
  await expect(works[2]).rejects.toThrow('UNIQUE');
  expect(names()).toEqual(['a', 'c']);
});

test('each work sees what those before it wrote', async () => {
  const { commits, insert, names } = commitsOver(async () => undefined);
  const seen = await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      commits.run(async () => {
        insert(name);
        await Promise.resolve();
        return names();
      }),
    ),
  );
  expect(seen).toEqual([['a'], ['a', 'b'], ['a', 'b', 'c']]);
});

test('an error that ends the transaction is told to all that were in it, and the next one works', async () => {
  const { commits, insert, names, connection } = commitsOver(async () => undefined);
  const lost = [
    commits.run(async () => insert('a')),
    commits.run(async () => {
      insert('b');
      // What SQLite does by itself when the disk is full.
      connection.exec('ROLLBACK');
      throw new Error('disk full');
    }),
  ];
  const after = commits.run(async () => insert('c'));
  for (const work of lost) await expect(work).rejects.toThrow('disk full');
  await after;
  expect(names()).toEqual(['c']);
});

test('a flush that fails refuses its works, those that have run meanwhile, and everything after', async () => {
  const held = new HeldFlush();
  const onFailure = vi.fn();
  const { commits, insert, names } = commitsOver(held.flush, onFailure);
  const first = commits.run(async () => insert('a'));
  await settle();
  const meanwhile = commits.run(async () => insert('b'));
  await settle();
  await held.end(new Error('EIO'));
  const reason = { code: 'unavailable', details: { reason: 'flush_failed' } };
  await expect(first).rejects.toMatchObject(reason);
  await expect(meanwhile).rejects.toMatchObject(reason);
  await expect(commits.run(async () => insert('c'))).rejects.toMatchObject(reason);
  expect(onFailure).toHaveBeenCalledOnce();
  expect(held.count).toBe(1);
  // The first was committed, and nobody knows whether it is on the disk; the second was not.
  expect(names()).toEqual(['a']);
});

test('a flush that fails while a work runs refuses that one too', async () => {
  const held = new HeldFlush();
  const { commits, insert, names } = commitsOver(held.flush);
  const first = commits.run(async () => insert('a'));
  const gate = Promise.withResolvers<void>();
  await settle();
  const running = commits.run(async () => {
    insert('b');
    await gate.promise;
  });
  await settle();
  await held.end(new Error('EIO'));
  await expect(first).rejects.toMatchObject({ code: 'unavailable' });
  gate.resolve();
  await expect(running).rejects.toMatchObject({ details: { reason: 'flush_failed' } });
  expect(names()).toEqual(['a']);
});

test('a pause finds no transaction open, and no work runs until it ends', async () => {
  const { commits, insert, names, connection } = commitsOver(async () => undefined);
  const gate = Promise.withResolvers<void>();
  const before = commits.run(async () => insert('a'));
  const pause = commits.pause(async () => {
    expect(connection.inTransaction).toBe(false);
    await gate.promise;
    expect(names()).toEqual(['a']);
  });
  const after = commits.run(async () => insert('b'));
  await before;
  await settle();
  expect(names()).toEqual(['a']);
  gate.resolve();
  await pause;
  await after;
  expect(names()).toEqual(['a', 'b']);
});

test('a long queue lets the loop do other things', async () => {
  const { commits, insert } = commitsOver(async () => undefined);
  const turns: number[] = [];
  let done = 0;
  const works = Array.from({ length: 5_000 }, (_, at) =>
    commits.run(async () => insert(`row ${at}`)).then(() => done++),
  );
  const watch = () => {
    turns.push(done);
    if (done < works.length) setImmediate(watch);
  };
  setImmediate(watch);
  await Promise.all(works);
  // 1,000 works share a commit at most: the loop came round between them.
  expect(turns.filter((count) => count > 0 && count < works.length).length).toBeGreaterThanOrEqual(3);
});

test('idle means that everything is durable', async () => {
  const held = new HeldFlush();
  const { commits, insert } = commitsOver(held.flush);
  const write = commits.run(async () => insert('a'));
  const idle = vi.fn();
  void commits.whenIdle().then(idle);
  await settle();
  expect(idle).not.toHaveBeenCalled();
  await held.end();
  await write;
  await settle();
  expect(idle).toHaveBeenCalledOnce();
});
