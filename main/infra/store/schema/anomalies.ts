export interface AnomalyTables {
  anomalies: AnomalyTable;
}

/** Instants in milliseconds since 1970. */
export interface AnomalyTable {
  backup_id: string;
  target_id: string;
  found_at: number;
  message: string;
  clean_backup_id: string | null;
  dismissed_at: number | null;
  dismissed_by: string | null;
}
