import type { RepositoryKind } from '../../../contracts/repositories.ts';

/** A repository as the catalog knows it. Its password is in the secret store, under `passwordSecret`. */
export interface RepositoryRecord {
  /** A slug of the name, never used again. */
  readonly id: string;
  readonly name: string;
  readonly kind: RepositoryKind;
  /** As it was sent, checked by the kind's schema; without secrets. */
  readonly location: Readonly<Record<string, unknown>>;
  /** The engine's id: 64 hex digits. No two records have the same. */
  readonly engineId: string;
  readonly passwordSecret: string;
  /** The key that GuardIT works with; replaced by itself every `rotationDays`. */
  readonly accessKeyId: string;
  readonly accessRotatedAt: Date;
  /** 0: never. */
  readonly rotationDays: number;
  /** The key of the recovery kit, whose password only people know; null when there is none yet. */
  readonly kitKeyId: string | null;
  /** That of a kit that was made and not confirmed: it replaces `kitKeyId` when it is confirmed. */
  readonly nextKitKeyId: string | null;
  readonly kitCreatedAt: Date | null;
  /** When somebody said that the newest kit is stored; null: GuardIT nags. */
  readonly kitConfirmedAt: Date | null;
  /** Backups made here can't be deleted for so long; null: no such rule. */
  readonly immutableDays: number | null;
  /** GuardIT's catalog and settings are backed up here every day. */
  readonly holdsSettings: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** When it was last looked at, and what was wrong then. */
  readonly checkedAt: Date | null;
  readonly problem: string | null;
}

export interface RepositoryStore {
  /** False: the id, the name or the engine's id is taken; nothing is stored then. */
  insert(repository: RepositoryRecord): Promise<boolean>;
  find(id: string): Promise<RepositoryRecord | null>;
  /** By the name, as people write it. */
  findByName(name: string): Promise<RepositoryRecord | null>;
  findByEngineId(engineId: string): Promise<RepositoryRecord | null>;
  /** By name. */
  list(): Promise<readonly RepositoryRecord[]>;
  /** Replaces everything but the id and how it was created. */
  update(repository: RepositoryRecord): Promise<void>;
  /** Fails where targets or backups refer to it. */
  delete(id: string): Promise<void>;
}
