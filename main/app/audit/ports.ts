import type { Caller } from '../access/caller.ts';

export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** Who did something. `system`: GuardIT by itself. `nobody`: somebody who did not prove who they are, as at a refused login. */
export interface AuditActor {
  readonly kind: Caller['kind'] | 'system' | 'nobody';
  readonly id: string;
  readonly name: string;
  /** Where the request came from; empty for `system`. */
  readonly address: string;
}

/** What happened, once. Never changed afterwards. */
export interface AuditEntry {
  readonly at: Date;
  readonly actor: AuditActor;
  /** `<thing>.<what was done>`: `task.created`, `user.updated`, `session.started`. */
  readonly action: string;
  /** `<thing>:<id>`, for example `task:prod-01-db`. */
  readonly object: string;
  readonly details: { readonly [name: string]: JsonValue };
}

export interface StoredAuditEntry extends AuditEntry {
  /** Increases from entry to entry, without being reused. */
  readonly id: number;
}

/** What is left out does not restrict. */
export interface AuditFilter {
  /** The actor's id or name. */
  readonly actor?: string;
  readonly action?: string;
  readonly object?: string;
  /** Inclusive. */
  readonly from?: Date;
  /** Exclusive. */
  readonly to?: Date;
}

export interface AuditStore {
  append(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  list(filter: AuditFilter, page: { readonly limit: number; readonly offset: number }): Promise<StoredAuditEntry[]>;
  count(filter: AuditFilter): Promise<number>;
  /** Removes the oldest entries from before `at`, at most `limit`; answers how many. */
  removeBefore(at: Date, limit: number): Promise<number>;
}
