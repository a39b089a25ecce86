/** What somebody asked to have restored; how far it is stands in its run. */
export interface RestoreRecord {
  /** The id of its run. */
  readonly id: string;
  readonly backupId: string;
  readonly targetId: string;
  readonly repositoryId: string;
  /** As it was asked for. */
  readonly request: Readonly<Record<string, unknown>>;
  /** Where it goes; null: where it came from. */
  readonly destinationPath: string | null;
  readonly requestedBy: string;
  readonly createdAt: Date;
}

export interface RestoreFilter {
  readonly targetId?: string | undefined;
  readonly backupId?: string | undefined;
}

export interface RestoreStore {
  insert(restore: RestoreRecord): Promise<void>;
  find(id: string): Promise<RestoreRecord | null>;
  /** Newest first. */
  list(
    filter: RestoreFilter,
    page: { readonly limit: number; readonly offset: number },
  ): Promise<readonly RestoreRecord[]>;
  count(filter: RestoreFilter): Promise<number>;
}

/** What is where something is to be restored to. */
export type FolderState = 'missing' | 'empty' | 'filled' | 'other' | 'unreadable';

/** The file system that is restored to, as far as it is looked at before anything is written. */
export interface RestoreFolders {
  /** With links resolved as far as the path is there. */
  resolve(path: string): Promise<string>;
  /** `other`: it is there and no folder. */
  look(path: string): Promise<FolderState>;
  /** Of the file system that it lies on, or will lie on; null where nobody knows. */
  freeBytes(path: string): Promise<number | null>;
}
