import type { Generated } from 'kysely';

export interface ProtectionTables {
  repositories: RepositoryTable;
  targets: TargetTable;
  backup_schedules: BackupScheduleTable;
  backup_schedule_targets: BackupScheduleTargetTable;
  backups: BackupTable;
  restores: RestoreTable;
  verifications: VerificationTable;
}

/** Instants in milliseconds since 1970, flags as 0 and 1. */
export interface RepositoryTable {
  id: string;
  name: string;
  kind: string;
  /** JSON. */
  location: string;
  engine_id: string;
  password_secret: string;
  access_key_id: string;
  access_rotated_at: number;
  rotation_days: number;
  kit_key_id: string | null;
  next_kit_key_id: string | null;
  kit_created_at: number | null;
  kit_confirmed_at: number | null;
  immutable_days: number | null;
  holds_settings: number;
  created_at: number;
  updated_at: number;
  checked_at: number | null;
  problem: string | null;
  removed_at: number | null;
}

export interface TargetTable {
  id: string;
  name: string;
  kind: string;
  /** JSON. */
  config: string;
  repository_id: string;
  /** JSON. */
  retention: string | null;
  task: number;
  created_at: number;
  updated_at: number;
  removed_at: number | null;
}

export interface BackupScheduleTable {
  id: string;
  name: string;
  schedule: string;
  time_zone: string;
  type: 'full' | 'incremental' | 'differential';
  /** JSON. */
  retention: string | null;
  is_enabled: number;
  created_at: number;
  updated_at: number;
}

interface BackupScheduleTargetTable {
  schedule_id: string;
  target_id: string;
  task: number;
  /** Their order in the schedule. */
  position: number;
}

export interface BackupTable {
  /** Increases from backup to backup: an order that no clock can disturb. */
  seq: Generated<number>;
  id: string;
  target_id: string;
  repository_id: string;
  run_id: string | null;
  job_id: string | null;
  schedule_id: string | null;
  description: string | null;
  type: 'full' | 'incremental' | 'differential';
  parent_id: string | null;
  chain_id: string;
  state: 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';
  snapshot_id: string | null;
  /** JSON. */
  facts: string | null;
  /** JSON. */
  items: string;
  warning_count: number;
  failure_code: string | null;
  failure_reason: string | null;
  created_at: number;
  started_at: number | null;
  completed_at: number | null;
  immutable_until: number | null;
  keep_until: number | null;
  pinned_reason: string | null;
  verified_at: number | null;
  verify_state: 'verified' | 'damaged' | null;
  removed_at: number | null;
  removed_reason: string | null;
}

export interface RestoreTable {
  id: string;
  backup_id: string;
  target_id: string;
  repository_id: string;
  /** JSON. */
  request: string;
  destination_path: string | null;
  requested_by: string;
  created_at: number;
}

export interface VerificationTable {
  id: string;
  kind: 'verify' | 'check' | 'drill';
  repository_id: string;
  target_id: string | null;
  backup_id: string | null;
  started_at: number;
  finished_at: number;
  is_sound: number;
  read_bytes: number;
  error_count: number;
  /** JSON. */
  report: string;
}
