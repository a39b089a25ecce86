export interface StorageTables {
  storage_samples: StorageSampleTable;
}

export interface StorageSampleTable {
  repository_id: string;
  day: string;
  /** Milliseconds since 1970. */
  at: number;
  stored_bytes: number;
  unused_bytes: number | null;
  free_bytes: number | null;
  capacity_bytes: number | null;
  snapshots: number;
}
