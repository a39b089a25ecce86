import type { Generated } from 'kysely';

export interface AlertTables {
  alerts: AlertTable;
  channels: ChannelTable;
  deliveries: DeliveryTable;
}

/** Instants in milliseconds since 1970, flags as 0 and 1. */
export interface AlertTable {
  id: Generated<number>;
  kind: string;
  severity: string;
  object: string;
  task: number | null;
  message: string;
  /** JSON. */
  details: Generated<string>;
  opened_at: number;
  resolved_at: number | null;
  acknowledged_at: number | null;
  acknowledged_by: string | null;
  acknowledged_note: string | null;
}

export interface ChannelTable {
  id: Generated<number>;
  name: string;
  kind: string;
  /** JSON. */
  config: string;
  is_enabled: number;
  min_severity: string;
  /** JSON; null: all. */
  kinds: string | null;
  notify_resolved: number;
  last_sent_at: number | null;
  problem: string | null;
  failing_since: number | null;
  created_at: number;
  updated_at: number;
}

export interface DeliveryTable {
  id: Generated<number>;
  channel: number;
  alert: number;
  what: 'opened' | 'resolved';
  state: 'pending' | 'sent' | 'failed';
  attempts: number;
  problem: string | null;
  created_at: number;
  next_attempt_at: number | null;
  sent_at: number | null;
}
