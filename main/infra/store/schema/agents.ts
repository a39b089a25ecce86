export interface AgentTables {
  agents: AgentTable;
  backup_runs: BackupRunTable;
}

/** Instants in milliseconds since 1970, flags as 0 and 1. */
interface AgentTable {
  id: string;
  tenant_id: string;
  name: string;
  hostname: string | null;
  version: string | null;
  created_at: number;
  last_heartbeat_at: number | null;
  deleted_at: number | null;
}

export interface BackupRunTable {
  tenant_id: string;
  id: string;
  agent_id: string;
  policy_id: string;
  task_type: string;
  status: string;
  start_time: number;
  end_time: number | null;
  duration_seconds: number;
  snapshot_id: string | null;
  error_message: string | null;
  /** Null for none, and so are the next two. */
  log_id: string | null;
  log_size_bytes: number | null;
  log_complete: number | null;
  /** JSON. */
  fields: string | null;
  received_at: number;
  updated_at: number;
}
