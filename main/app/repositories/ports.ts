import type { RepositoryKind } from '../../../contracts/repositories.ts';
import type { SnapshotFacts } from '../engine-jobs/ports/job-facts.ts';

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

/** One that was disconnected is not there, but for `disconnected` and `idsLike`: its backups keep it for the history. */
export interface RepositoryStore {
  /** False: the id, the name or the engine's id is taken; nothing is stored then. */
  insert(repository: RepositoryRecord): Promise<boolean>;
  find(id: string): Promise<RepositoryRecord | null>;
  /** By the name, as people write it. */
  findByName(name: string): Promise<RepositoryRecord | null>;
  findByEngineId(engineId: string): Promise<RepositoryRecord | null>;
  /** By name. */
  list(): Promise<readonly RepositoryRecord[]>;
  /** Replaces everything but the id and how it was created. False: the name is taken. */
  update(repository: RepositoryRecord): Promise<boolean>;
  /** What was disconnected keeps its id, its targets and its backups. */
  disconnect(id: string, at: Date): Promise<void>;
  /** One that was here before, for when it comes back. */
  disconnected(engineId: string): Promise<RepositoryRecord | null>;
  /** Connects it again, with everything but the id and how it was created from `repository`. False: the name is taken. */
  reconnect(repository: RepositoryRecord): Promise<boolean>;
  /** The ids, of disconnected ones too, that are `base`, or `base` with a hyphen and anything behind it. */
  idsLike(base: string): Promise<ReadonlySet<string>>;
  /** The names of the targets that are backed up here. */
  targetsOf(id: string): Promise<readonly string[]>;
  /** Until when `immutableDays`, counted for each backup from its end, and what was asked for protects any backup of it. */
  protectedUntil(id: string, immutableDays: number | null): Promise<Date | null>;
}

/** What lies where a repository is to be made or connected. */
export type PlaceFinding =
  | { readonly state: 'free' }
  | { readonly state: 'repository' }
  /** A file, or a folder with something else in it. */
  | { readonly state: 'occupied'; readonly problem: string }
  /** Not a place for a repository at all. */
  | { readonly state: 'unusable'; readonly problem: string };

/** Looks at places before the engine works on them. */
export interface RepositoryPlaces {
  look(kind: RepositoryKind, location: Readonly<Record<string, unknown>>): Promise<PlaceFinding>;
}

/** Snapshots that were made by another GuardIT, by restic or before a recovery become backups that can be listed. */
export interface SnapshotAdoption {
  /** Takes those that no backup is known of; settings (tag `guardit-settings`) are none. Gives how many it took. */
  adopt(repository: RepositoryRecord, snapshots: readonly SnapshotFacts[]): Promise<number>;
}

/** GuardIT's own state, as far as a recovery needs it. */
export interface SettingsSource {
  /** Copies the catalog as it is now, checked. `paths` are what to back up; `clear` removes the copy. */
  stage(): Promise<{ readonly paths: readonly string[]; readonly clear: () => Promise<void> }>;
}
