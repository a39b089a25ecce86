import type { Kysely } from 'kysely';
import type { RevokedTokens } from '../../app/access/ports.ts';
import type { Schema } from './schema.ts';

export class SqlRevokedTokens implements RevokedTokens {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async add(tokenId: string, expiresAt: Date): Promise<void> {
    await this.#db
      .insertInto('revoked_tokens')
      .values({ id: tokenId, expires_at: expiresAt.getTime() })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }

  async has(tokenId: string): Promise<boolean> {
    const row = await this.#db.selectFrom('revoked_tokens').select('id').where('id', '=', tokenId).executeTakeFirst();
    return row !== undefined;
  }

  async hasExpired(now: Date): Promise<boolean> {
    const row = await this.#db
      .selectFrom('revoked_tokens')
      .select('id')
      .where('expires_at', '<=', now.getTime())
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  async removeExpired(now: Date): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('revoked_tokens')
      .where('expires_at', '<=', now.getTime())
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }
}
