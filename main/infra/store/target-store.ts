import type { Insertable, Kysely, Selectable } from 'kysely';
import type { TargetRecord, TargetStore } from '../../app/targets/ports.ts';
import type { Schema } from './schema.ts';

export class SqlTargetStore implements TargetStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async insert(target: TargetRecord): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('targets')
      .values(rowOf(target))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n;
  }

  async find(id: string): Promise<TargetRecord | null> {
    const row = await this.#db.selectFrom('targets').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? targetOf(row) : null;
  }

  async resolve(idOrName: string): Promise<TargetRecord | null> {
    const present = this.#db.selectFrom('targets').selectAll().where('removed_at', 'is', null);
    const row =
      (await present.where('id', '=', idOrName).executeTakeFirst()) ??
      (await present.where('name', '=', idOrName).executeTakeFirst());
    return row ? targetOf(row) : null;
  }

  async list({ withRemoved = false }: { readonly withRemoved?: boolean } = {}): Promise<readonly TargetRecord[]> {
    const all = this.#db.selectFrom('targets').selectAll().orderBy('name').orderBy('id');
    const rows = await (withRemoved ? all : all.where('removed_at', 'is', null)).execute();
    return rows.map(targetOf);
  }

  async idsStartingWith(base: string): Promise<ReadonlySet<string>> {
    const rows = await this.#db
      .selectFrom('targets')
      .select('id')
      .where('id', '>=', base)
      .where('id', '<', `${base}.`)
      .execute();
    return new Set(rows.map(({ id }) => id));
  }

  async update(target: TargetRecord): Promise<void> {
    const { id, created_at: _createdAt, ...changing } = rowOf(target);
    const { numUpdatedRows } = await this.#db
      .updateTable('targets')
      .set(changing)
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows !== 1n) throw new Error(`There is no target ${id}.`);
  }
}

type Row = Selectable<Schema['targets']>;

function rowOf(target: TargetRecord): Insertable<Schema['targets']> {
  return {
    id: target.id,
    name: target.name,
    kind: target.kind,
    config: JSON.stringify(target.config),
    repository_id: target.repositoryId,
    retention: target.retention && JSON.stringify(target.retention),
    task: target.task,
    created_at: target.createdAt.getTime(),
    updated_at: target.updatedAt.getTime(),
    removed_at: target.removedAt?.getTime() ?? null,
  };
}

function targetOf(row: Row): TargetRecord {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind as TargetRecord['kind'],
    config: JSON.parse(row.config) as TargetRecord['config'],
    repositoryId: row.repository_id,
    retention: row.retention === null ? null : (JSON.parse(row.retention) as TargetRecord['retention']),
    task: row.task,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    removedAt: row.removed_at === null ? null : new Date(row.removed_at),
  };
}
