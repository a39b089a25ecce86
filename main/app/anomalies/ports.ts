/** A backup that is far from usual, and what was found of it. */
export interface AnomalyRecord {
  readonly backupId: string;
  readonly targetId: string;
  readonly foundAt: Date;
  /** One sentence, without a subject. */
  readonly message: string;
  /** The last backup before it that was as usual, which is pinned; null: there is none. */
  readonly cleanBackupId: string | null;
  /** When somebody said that all is well. */
  readonly dismissedAt: Date | null;
  readonly dismissedBy: string | null;
}

export interface AnomalyStore {
  /** Once for each backup. */
  insert(anomaly: AnomalyRecord): Promise<void>;
  find(backupId: string): Promise<AnomalyRecord | null>;
  /** Not dismissed, newest first. */
  open(): Promise<readonly AnomalyRecord[]>;
  /** Those of these backups, dismissed or not. */
  among(backupIds: readonly string[]): Promise<ReadonlySet<string>>;
  update(anomaly: AnomalyRecord): Promise<void>;
}
