import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { MIGRATIONS } from '../../../main/infra/store/migrations/index.ts';
import type { Migration } from '../../../main/infra/store/migrations/migration.ts';
import { openCatalog } from '../../../main/infra/store/open-catalog.ts';
import { openTestCatalog, scratchFolder, StoppedClock } from '../../support/catalogs.ts';

const clock = new StoppedClock();

/** Two tables, one referring to the other, and later on the first of them rebuilt. */
const parents: Migration = {
  name: '9001-parents',
  async up(db) {
    await sql`CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT`.execute(db);
    await sql`CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES parent ON DELETE CASCADE) STRICT`.execute(
      db,
    );
    await sql`INSERT INTO parent VALUES (1, 'one'), (2, 'two')`.execute(db);
    await sql`INSERT INTO child VALUES (10, 1), (20, 2)`.execute(db);
  },
};
const rebuilt: Migration = {
  name: '9002-rebuilt',
  async up(db) {
    await sql`CREATE TABLE wider (id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT) STRICT`.execute(db);
    await sql`INSERT INTO wider SELECT id, name, NULL FROM parent`.execute(db);
    await sql`DROP TABLE parent`.execute(db);
    await sql`ALTER TABLE wider RENAME TO parent`.execute(db);
  },
};
const orphaning: Migration = {
  name: '9003-orphaning',
  async up(db) {
    await sql`DELETE FROM parent WHERE id = 1`.execute(db);
  },
};
const failing: Migration = {
  name: '9004-failing',
  async up(db) {
    await sql`CREATE TABLE half_done (id INTEGER) STRICT`.execute(db);
    throw new Error('this migration fails');
  },
};

function inspect<T>(folder: string, look: (connection: Database.Database) => T): T {
  const connection = new Database(join(folder, 'catalog.sqlite'), { readonly: true });
  try {
    return look(connection);
  } finally {
    connection.close();
  }
}

const namesIn = (folder: string) =>
  inspect(folder, (connection) => connection.prepare('SELECT name FROM migrations ORDER BY name').pluck().all());

async function closedCatalog(migrations: readonly Migration[]): Promise<string> {
  const folder = scratchFolder();
  await (await openCatalog({ folder, clock, migrations })).close();
  return folder;
}

test('the names of the migrations order them, and each is unique', () => {
  const names = MIGRATIONS.map(({ name }) => name);
  expect(names).toEqual([...names].sort());
  const numbers = names.map((name) => /^(\d{4})-[a-z][a-z0-9-]*$/.exec(name)?.[1]);
  expect(numbers).not.toContain(undefined);
  expect(new Set(numbers).size).toBe(names.length);
});

test('every migration makes tables that hold together, and the second start runs none', async () => {
  const folder = await closedCatalog(MIGRATIONS);
  expect(namesIn(folder)).toEqual(MIGRATIONS.map(({ name }) => name));
  const catalog = await openTestCatalog({ folder });
  expect(await catalog.checkIntegrity('full')).toEqual([]);
  expect(await catalog.copies.list()).toEqual([]);
});

test('rebuilding a table keeps the rows that refer to it, and a copy is taken before', async () => {
  const folder = await closedCatalog([...MIGRATIONS, parents]);
  const catalog = await openTestCatalog({ folder, migrations: [...MIGRATIONS, parents, rebuilt] });
  const [copy] = await catalog.copies.list();
  expect(copy).toMatchObject({ beforeUpdate: true });
  await catalog.close();
  inspect(folder, (connection) => {
    expect(connection.prepare('SELECT * FROM child ORDER BY id').raw().all()).toEqual([
      [10, 1],
      [20, 2],
    ]);
    expect(connection.prepare('SELECT note FROM parent').all()).toHaveLength(2);
  });
  const before = new Database(join(folder, 'catalog-copies', copy?.name ?? ''), { readonly: true });
  expect(before.prepare('SELECT * FROM parent').columns()).toHaveLength(2);
  before.close();
});

test.each([
  ['leaves rows that refer to nothing', orphaning, 'refer to nothing'],
  ['throws', failing, 'this migration fails'],
])('a migration that %s changes nothing, those before it stay', async (_, bad, message) => {
  const folder = await closedCatalog([...MIGRATIONS, parents]);
  const opening = openCatalog({ folder, clock, migrations: [...MIGRATIONS, parents, rebuilt, bad] });
  await expect(opening).rejects.toThrow(message);
  expect(namesIn(folder)).toEqual([...MIGRATIONS, parents, rebuilt].map(({ name }) => name));
  inspect(folder, (connection) => {
    expect(connection.prepare('SELECT count(*) FROM parent').pluck().get()).toBe(2);
    expect(connection.prepare(`SELECT count(*) FROM sqlite_schema WHERE name = 'half_done'`).pluck().get()).toBe(0);
  });
});

test('a catalog of a newer program is refused before a byte of it is changed', async () => {
  const folder = await closedCatalog([...MIGRATIONS, parents, rebuilt]);
  const path = join(folder, 'catalog.sqlite');
  const before = readFileSync(path);
  const opening = openCatalog({ folder, clock, migrations: [...MIGRATIONS, parents, failing] });
  await expect(opening).rejects.toMatchObject({
    code: 'unavailable',
    details: { reason: 'schema_newer', migrations: ['9002-rebuilt'] },
  });
  await expect(opening).rejects.toThrow('newer GuardIT');
  expect(readFileSync(path)).toEqual(before);
  expect(namesIn(folder)).not.toContain('9004-failing');
});

test('a migration that came to the list late runs all the same', async () => {
  const folder = await closedCatalog([...MIGRATIONS, parents]);
  const late: Migration = {
    name: '9000-late',
    up: async (db) => void (await sql`CREATE TABLE late (id INTEGER) STRICT`.execute(db)),
  };
  const migrations = [...MIGRATIONS, late, parents];
  await (await openCatalog({ folder, clock, migrations })).close();
  expect(namesIn(folder)).toEqual(migrations.map(({ name }) => name));
});
