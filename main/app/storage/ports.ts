/** What a repository took at the end of a day, or when it was last looked at on it. */
export interface StorageSample {
  readonly repositoryId: string;
  /** `2026-11-29`, in the installation's zone. */
  readonly day: string;
  readonly at: Date;
  readonly storedBytes: number;
  readonly unusedBytes: number | null;
  readonly freeBytes: number | null;
  readonly capacityBytes: number | null;
  readonly snapshots: number;
}

export interface StorageSampleStore {
  /** Replaces the one of the same day. */
  put(sample: StorageSample): Promise<void>;
  /** Oldest first. */
  list(repositoryId: string, fromDay: string): Promise<readonly StorageSample[]>;
  latest(repositoryId: string): Promise<StorageSample | null>;
}
