import { sql, type Kysely, type Selectable } from 'kysely';
import type { RepositoryKind } from '../../../contracts/repositories.ts';
import type { RepositoryRecord, RepositoryStore } from '../../app/repositories/ports.ts';
import type { Schema } from './schema.ts';

const DAY_MS = 86_400_000;

export class SqlRepositoryStore implements RepositoryStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async insert(repository: RepositoryRecord): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('repositories')
      .values({
        id: repository.id,
        created_at: repository.createdAt.getTime(),
        removed_at: null,
        ...changeableOf(repository),
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n;
  }

  async find(id: string): Promise<RepositoryRecord | null> {
    return recordOrNull(await this.#present().where('id', '=', id).executeTakeFirst());
  }

  async findByName(name: string): Promise<RepositoryRecord | null> {
    return recordOrNull(await this.#present().where('name', '=', name).executeTakeFirst());
  }

  async findByEngineId(engineId: string): Promise<RepositoryRecord | null> {
    return recordOrNull(await this.#present().where('engine_id', '=', engineId).executeTakeFirst());
  }

  async list(): Promise<RepositoryRecord[]> {
    const rows = await this.#present().orderBy('name').orderBy('id').execute();
    return rows.map(recordOf);
  }

  async update(repository: RepositoryRecord): Promise<boolean> {
    if (await this.#isNameOfAnother(repository)) return false;
    await this.#db
      .updateTable('repositories')
      .set(changeableOf(repository))
      .where('id', '=', repository.id)
      .where('removed_at', 'is', null)
      .execute();
    return true;
  }

  async disconnect(id: string, at: Date): Promise<void> {
    await this.#db.updateTable('repositories').set({ removed_at: at.getTime() }).where('id', '=', id).execute();
  }

  async disconnected(engineId: string): Promise<RepositoryRecord | null> {
    const row = await this.#db
      .selectFrom('repositories')
      .selectAll()
      .where('engine_id', '=', engineId)
      .where('removed_at', 'is not', null)
      .executeTakeFirst();
    return recordOrNull(row);
  }

  async reconnect(repository: RepositoryRecord): Promise<boolean> {
    if (await this.#isNameOfAnother(repository)) return false;
    await this.#db
      .updateTable('repositories')
      .set({ ...changeableOf(repository), removed_at: null })
      .where('id', '=', repository.id)
      .execute();
    return true;
  }

  async idsLike(base: string): Promise<ReadonlySet<string>> {
    // The character after the hyphen: everything that begins with `base-` lies between the two.
    const rows = await this.#db
      .selectFrom('repositories')
      .select('id')
      .where(({ eb, or, and }) =>
        or([eb('id', '=', base), and([eb('id', '>', `${base}-`), eb('id', '<', `${base}.`)])]),
      )
      .execute();
    return new Set(rows.map(({ id }) => id));
  }

  async targetsOf(id: string): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('targets')
      .select('name')
      .where('repository_id', '=', id)
      .where('removed_at', 'is', null)
      .orderBy('name')
      .execute();
    return rows.map(({ name }) => name);
  }

  async protectedUntil(id: string, immutableDays: number | null): Promise<Date | null> {
    const byRule = immutableDays === null ? sql<number>`0` : sql<number>`completed_at + ${immutableDays * DAY_MS}`;
    const row = await this.#db
      .selectFrom('backups')
      .select(sql<number | null>`max(max(coalesce(immutable_until, 0), ${byRule}))`.as('until'))
      .where('repository_id', '=', id)
      .where('state', '=', 'completed')
      .where('removed_at', 'is', null)
      .executeTakeFirst();
    return row?.until ? new Date(row.until) : null;
  }

  async #isNameOfAnother({ id, name }: RepositoryRecord): Promise<boolean> {
    const row = await this.#present().where('name', '=', name).where('id', '!=', id).executeTakeFirst();
    return row !== undefined;
  }

  #present() {
    return this.#db.selectFrom('repositories').selectAll().where('removed_at', 'is', null);
  }
}

function changeableOf(repository: RepositoryRecord) {
  return {
    name: repository.name,
    kind: repository.kind,
    location: JSON.stringify(repository.location),
    engine_id: repository.engineId,
    password_secret: repository.passwordSecret,
    access_key_id: repository.accessKeyId,
    access_rotated_at: repository.accessRotatedAt.getTime(),
    rotation_days: repository.rotationDays,
    kit_key_id: repository.kitKeyId,
    next_kit_key_id: repository.nextKitKeyId,
    kit_created_at: repository.kitCreatedAt?.getTime() ?? null,
    kit_confirmed_at: repository.kitConfirmedAt?.getTime() ?? null,
    immutable_days: repository.immutableDays,
    holds_settings: repository.holdsSettings ? 1 : 0,
    updated_at: repository.updatedAt.getTime(),
    checked_at: repository.checkedAt?.getTime() ?? null,
    problem: repository.problem,
  };
}

function recordOrNull(row: Selectable<Schema['repositories']> | undefined): RepositoryRecord | null {
  return row ? recordOf(row) : null;
}

function recordOf(row: Selectable<Schema['repositories']>): RepositoryRecord {
  return {
    id: row.id,
    name: row.name,
    // Written by us, checked when it came in.
    kind: row.kind as RepositoryKind,
    location: JSON.parse(row.location) as Record<string, unknown>,
    engineId: row.engine_id,
    passwordSecret: row.password_secret,
    accessKeyId: row.access_key_id,
    accessRotatedAt: new Date(row.access_rotated_at),
    rotationDays: row.rotation_days,
    kitKeyId: row.kit_key_id,
    nextKitKeyId: row.next_kit_key_id,
    kitCreatedAt: dateOf(row.kit_created_at),
    kitConfirmedAt: dateOf(row.kit_confirmed_at),
    immutableDays: row.immutable_days,
    holdsSettings: row.holds_settings === 1,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    checkedAt: dateOf(row.checked_at),
    problem: row.problem,
  };
}

function dateOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
