import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { HousekeepingThread } from '../../../main/infra/store/housekeeping-thread.ts';
import { sqliteCode } from '../../../main/infra/store/sqlite-failure.ts';
import { scratchFolder } from '../../support/catalogs.ts';

function threadAndFolder() {
  const thread = new HousekeepingThread();
  onTestFinished(() => thread.close());
  const folder = scratchFolder();
  const path = join(folder, 'd.sqlite');
  new Database(path).exec('CREATE TABLE t (a)').close();
  return { thread, folder, path };
}

test("errors of SQLite come over as such, and don't end the thread", async () => {
  const { thread, folder, path } = threadAndFolder();
  const missing = thread.perform({ kind: 'check', path: join(folder, 'nothing.sqlite'), depth: 'full' });
  expect(await missing.catch(sqliteCode)).toBe('SQLITE_CANTOPEN');
  expect(await thread.perform({ kind: 'check', path, depth: 'full' })).toEqual({ findings: [] });
});

test('tasks run one after the other, and each gets its own answer', async () => {
  const { thread, folder, path } = threadAndFolder();
  const bad = join(folder, 'bad.sqlite');
  writeFileSync(bad, 'no database'.repeat(1_000));
  const tasks = [bad, path, bad, path].map((it) => thread.perform({ kind: 'check', path: it, depth: 'quick' }));
  expect(thread.pending).toBe(4);
  const answers = await Promise.all(tasks);
  expect(answers.map(({ findings }) => findings.length)).toEqual([1, 0, 1, 0]);
  expect(thread.pending).toBe(0);
});

test('closing waits for what was asked for', async () => {
  const { thread, folder, path } = threadAndFolder();
  const copied = thread.perform({ kind: 'copy', path, destination: join(folder, 'copy.sqlite') });
  await thread.close();
  expect(await copied).toEqual({ findings: [] });
});
