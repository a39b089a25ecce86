import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { StatementCache } from '../../../main/infra/store/statement-cache.ts';

test('a text is prepared once, until others that were used later have pushed it out', () => {
  const connection = new Database(':memory:');
  const cache = new StatementCache(connection, 2);
  const first = cache.get('SELECT 1');
  const second = cache.get('SELECT 2');
  expect(cache.get('SELECT 1')).toBe(first);
  cache.get('SELECT 3');
  expect(cache.get('SELECT 1')).toBe(first);
  expect(cache.get('SELECT 2')).not.toBe(second);
  connection.close();
});

test('a statement goes on working after a change of the schema', () => {
  const connection = new Database(':memory:');
  connection.exec('CREATE TABLE t (a)');
  const cache = new StatementCache(connection);
  expect(cache.get('SELECT * FROM t').all()).toEqual([]);
  connection.exec('ALTER TABLE t ADD COLUMN b');
  connection.exec('INSERT INTO t VALUES (1, 2)');
  expect(cache.get('SELECT * FROM t').all()).toEqual([{ a: 1, b: 2 }]);
  connection.close();
});
