import type { Generated } from 'kysely';
import type { AuditActor } from '../../../app/audit/ports.ts';

export interface AuditTables {
  audit: AuditTable;
}

interface AuditTable {
  id: Generated<number>;
  at: number;
  actor_kind: AuditActor['kind'];
  actor_id: string;
  actor_name: string;
  address: string;
  action: string;
  object: string;
  /** JSON. */
  details: string;
}
