import type { TargetKind } from '../../../contracts/targets.ts';
import type { RetentionPolicy } from '../../../contracts/retention.ts';

/** What is protected. */
export interface TargetRecord {
  /** A slug of the name, never used again. */
  readonly id: string;
  readonly name: string;
  readonly kind: TargetKind;
  /** As it was sent, checked by the kind's schema. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly repositoryId: string;
  /** What is kept when no schedule says otherwise; null: everything. */
  readonly retention: RetentionPolicy | null;
  /** The task that runs its backups on request, by number. */
  readonly task: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Protected no more; its backups are kept until retention or somebody removes them. */
  readonly removedAt: Date | null;
}

export interface TargetStore {
  /** False: the id or the name is taken; nothing is stored then. */
  insert(target: TargetRecord): Promise<boolean>;
  /** Also one that was removed. */
  find(id: string): Promise<TargetRecord | null>;
  /** By id, or else by name; not one that was removed. */
  resolve(idOrName: string): Promise<TargetRecord | null>;
  /** Those that are protected, by name; `withRemoved`: all. */
  list(options?: { readonly withRemoved?: boolean }): Promise<readonly TargetRecord[]>;
  /** The ids that begin with `base`, of removed ones too, and perhaps others. */
  idsStartingWith(base: string): Promise<ReadonlySet<string>>;
  update(target: TargetRecord): Promise<void>;
}

/** What a path is right now. */
export type PathState = 'folder' | 'file' | 'missing' | 'unreadable';

/** Looks at the file system that is backed up, as far as a target's configuration needs it. */
export interface SourcePaths {
  look(path: string): Promise<PathState>;
  /** With links resolved as far as the path is there, in the system's own spelling. */
  resolve(path: string): Promise<string>;
}
