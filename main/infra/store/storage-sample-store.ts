import type { Kysely, Selectable } from 'kysely';
import type { StorageSample, StorageSampleStore } from '../../app/storage/ports.ts';
import type { Schema } from './schema.ts';
import type { StorageSampleTable } from './schema/storage.ts';

export class SqlStorageSampleStore implements StorageSampleStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async put(sample: StorageSample): Promise<void> {
    const figures = {
      at: sample.at.getTime(),
      stored_bytes: sample.storedBytes,
      unused_bytes: sample.unusedBytes,
      free_bytes: sample.freeBytes,
      capacity_bytes: sample.capacityBytes,
      snapshots: sample.snapshots,
    };
    await this.#db
      .insertInto('storage_samples')
      .values({ repository_id: sample.repositoryId, day: sample.day, ...figures })
      .onConflict((conflict) => conflict.columns(['repository_id', 'day']).doUpdateSet(figures))
      .execute();
  }

  async list(repositoryId: string, fromDay: string): Promise<StorageSample[]> {
    const rows = await this.#db
      .selectFrom('storage_samples')
      .selectAll()
      .where('repository_id', '=', repositoryId)
      .where('day', '>=', fromDay)
      .orderBy('day')
      .execute();
    return rows.map(sampleOf);
  }

  async latest(repositoryId: string): Promise<StorageSample | null> {
    const row = await this.#db
      .selectFrom('storage_samples')
      .selectAll()
      .where('repository_id', '=', repositoryId)
      .orderBy('day', 'desc')
      .executeTakeFirst();
    return row ? sampleOf(row) : null;
  }
}

function sampleOf(row: Selectable<StorageSampleTable>): StorageSample {
  return {
    repositoryId: row.repository_id,
    day: row.day,
    at: new Date(row.at),
    storedBytes: row.stored_bytes,
    unusedBytes: row.unused_bytes,
    freeBytes: row.free_bytes,
    capacityBytes: row.capacity_bytes,
    snapshots: row.snapshots,
  };
}
