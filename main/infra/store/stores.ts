import type { Kysely } from 'kysely';
import type { Stores } from '../../app/catalog/ports.ts';
import type { Schema } from './schema.ts';
import { SqlSettingsStore } from './settings-store.ts';

/** The stores over one connection. One line per area. */
export function createStores(db: Kysely<Schema>): Stores {
  return {
    settings: new SqlSettingsStore(db),
  };
}
