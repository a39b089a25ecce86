import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { SILENT } from '../../../main/infra/store/catalog-log.ts';
import { Checkpoints, type LogState } from '../../../main/infra/store/checkpoints.ts';
import { openWriter } from '../../../main/infra/store/connections.ts';
import { scratchFolder } from '../../support/catalogs.ts';

/** Enough that the log must start over several times: it does at 16,384 pages. */
const COMMITS = 100;
const PAGES_A_COMMIT = 500;

/**
 * A database under load that never ends: during each checkpoint another commit comes, unless works are paused. So no checkpoint
 * gets to the end of the log by itself.
 */
function underLoad({ isReadAtLength = (): boolean => false, fails = (): boolean => false } = {}) {
  const path = join(scratchFolder(), 'd.sqlite');
  new Database(path).exec('CREATE TABLE t (id INTEGER PRIMARY KEY, bytes BLOB)').close();
  const writer = openWriter(path, 'grouped');
  const checkpointer = new Database(path);
  const reader = new Database(path, { readonly: true });
  onTestFinished(() => {
    for (const connection of [reader, checkpointer, writer]) connection.close();
  });
  const passive = () => {
    const [state] = checkpointer.pragma('wal_checkpoint(PASSIVE)') as LogState[];
    return state ?? { log: 0, checkpointed: 0 };
  };
  const insert = writer.prepare('INSERT OR REPLACE INTO t VALUES (?, zeroblob(4000))');
  const write = writer.transaction((pages: number) => {
    for (let page = 0; page < pages; page += 1) insert.run(page);
  });
  const counts = { pauses: 0, databaseFlushes: 0, checkpoints: 0 };
  let paused = false;
  const checkpoints = new Checkpoints({
    writer,
    log: SILENT,
    isReadAtLength,
    measureEveryMs: 0,
    flushDatabase: async () => void (counts.databaseFlushes += 1),
    betweenTransactions: async (task) => {
      counts.pauses += 1;
      paused = true;
      await task().finally(() => (paused = false));
    },
    checkpoint: async () => {
      if (fails()) throw new Error('disk full');
      counts.checkpoints += 1;
      if (paused) return passive();
      // It gets as far as the log went when it began, which is as far as this reader sees.
      reader.exec('BEGIN');
      reader.prepare('SELECT count(*) FROM t').get();
      write(1);
      const state = passive();
      reader.exec('COMMIT');
      return state;
    },
  });
  const commit = async () => {
    write(PAGES_A_COMMIT);
    checkpoints.afterCommit();
    await checkpoints.whenIdle();
  };
  return { checkpoints, commit, counts };
}

test('under a load that never ends the log starts over, because works wait for a last checkpoint', async () => {
  const { checkpoints, commit, counts } = underLoad();
  let longest = 0;
  for (let at = 0; at < COMMITS; at += 1) {
    await commit();
    longest = Math.max(longest, checkpoints.logPages);
  }
  expect(longest).toBeGreaterThanOrEqual(16_384);
  expect(longest).toBeLessThan(16_384 + 3 * PAGES_A_COMMIT);
  // Once in a whole log, not at every checkpoint.
  expect(counts.pauses).toBeGreaterThanOrEqual(2);
  expect(counts.pauses).toBeLessThan(6);
  expect(counts.checkpoints).toBeGreaterThan(20);
  // What the thread has copied is flushed before works have to wait.
  expect(counts.databaseFlushes).toBeGreaterThanOrEqual(counts.checkpoints - counts.pauses);
});

test('nobody waits while somebody reads the whole database: the log could not start over', async () => {
  const { commit, counts } = underLoad({ isReadAtLength: () => true });
  for (let at = 0; at < COMMITS; at += 1) await commit();
  expect(counts.pauses).toBe(0);
});

test('a checkpoint that fails is told, and not repeated at every commit', async () => {
  let tries = 0;
  const { checkpoints, commit } = underLoad({ fails: () => (tries += 1) > 0 });
  expect(checkpoints.failure).toBeNull();
  for (let at = 0; at < 10; at += 1) await commit();
  expect(checkpoints.failure).toBe('disk full');
  expect(tries).toBe(1);
});
