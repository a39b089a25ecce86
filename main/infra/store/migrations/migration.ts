import type { Kysely } from 'kysely';

/** One step of the schema. Once it is in a release it never changes: what it did is corrected by a later one. */
export interface Migration {
  /** `0001-settings`: a number that orders it, and the area. The name is recorded in every catalog that it has changed. */
  readonly name: string;
  /**
   * Runs in a transaction of its own, with foreign keys off, so that a table can be rebuilt; they are checked before the
   * commit. The tables are those of then, not of today's `Schema`: hence no types.
   */
  up(db: Kysely<unknown>): Promise<void>;
}
