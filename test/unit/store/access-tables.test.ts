import Database from 'better-sqlite3';
import { beforeEach, expect, test } from 'vitest';
import { migrate } from '../../../main/infra/store/migrate.ts';
import { access } from '../../../main/infra/store/migrations/0003-access.ts';

let database: Database.Database;
beforeEach(async () => {
  database = new Database(':memory:');
  await migrate(database, [access], new Date());
  database.pragma('foreign_keys = ON');
});

test('there is a default tenant', () => {
  expect(database.prepare('SELECT id, name FROM tenants').all()).toEqual([{ id: 'default', name: 'Default' }]);
});

test('an audit entry never changes', () => {
  database.exec(`INSERT INTO audit (at, actor_kind, actor_id, actor_name, address, action, object, details)
    VALUES (1, 'user', 'u', 'anna', '::1', 'task.deleted', 'task:a', '{}')`);
  expect(() => database.exec(`UPDATE audit SET actor_name = 'berta'`)).toThrow('never changes');
  expect(database.prepare('SELECT actor_name FROM audit').pluck().all()).toEqual(['anna']);
});

test.each([
  ['an admin of one tenant', 'admin', 'default', null],
  ['an agent without an agent', 'agent', null, null],
  ['a viewer with an agent', 'viewer', null, 'agent-1'],
  ['a tenant that is not there', 'viewer', 'nowhere', null],
  ['an unknown role', 'root', null, null],
])('no key is for %s', (_name, role, tenantId, agentId) => {
  const insert =
    database.prepare(`INSERT INTO api_keys (id, name, role, tenant_id, agent_id, secret_hash, created_by, created_at)
    VALUES ('k', 'k', ?, ?, ?, zeroblob(32), 'a', 1)`);
  expect(() => insert.run(role, tenantId, agentId)).toThrow(/constraint/);
});

test('the lists are read along an index', () => {
  const plan = (sql: string) => database.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all();
  for (const sql of [
    'SELECT * FROM users ORDER BY username_key LIMIT 10',
    'SELECT * FROM api_keys ORDER BY created_at DESC, id DESC LIMIT 10',
    'SELECT * FROM audit ORDER BY at DESC, id DESC LIMIT 10',
    `SELECT * FROM audit WHERE action = 'a' ORDER BY at DESC, id DESC LIMIT 10`,
    `SELECT * FROM audit WHERE object = 'a' AND at >= 1 AND at < 2 ORDER BY at DESC, id DESC LIMIT 10`,
  ]) {
    const details = plan(sql).map(({ detail }) => detail);
    expect(details.join(), sql).toContain('USING INDEX');
    expect(details.join(), sql).not.toContain('TEMP B-TREE');
  }
});
