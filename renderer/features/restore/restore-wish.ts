/** What somebody wants back, before where and how are said. */
export interface RestoreWish {
  readonly backupId: string;
  /** When the backup was made. */
  readonly madeAt: string;
  /** The folder in which they have chosen. */
  readonly folder: string;
  /** Paths in it; null: all that is in the folder. */
  readonly paths: readonly string[] | null;
}
