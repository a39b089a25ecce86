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
