import type { Stores } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import type { AuditActor, JsonValue } from './ports.ts';
import { withoutSecrets } from './redaction.ts';

export interface AuditRecord {
  /** A Caller is one. */
  readonly caller: AuditActor;
  /** `<thing>.<what was done>`: `task.created`. */
  readonly action: string;
  /** `<thing>:<id>`: `task:prod-01-db`. */
  readonly object: string;
  /** What changed, for a person who asks later. Names of secrets at most, never their values. */
  readonly details?: { readonly [name: string]: JsonValue };
  /** Now, unless given. */
  readonly at?: Date;
}

/** The actor of what GuardIT does by itself: a schedule, retention, an upkeep. */
export const SYSTEM: AuditActor = { kind: 'system', id: 'guardit', name: 'GuardIT', address: '' };

/** Details beyond this are replaced by a note: the record itself must never fail for what it describes. */
const MAX_DETAILS_LENGTH = 16_384;

/** Who did what, from where (api.md, "Who may do what"). */
export class AuditLog {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Call it within the write that makes the change, so that there is never one without the other. */
  async record(
    stores: Pick<Stores, 'audit'>,
    { caller, action, object, details = {}, at }: AuditRecord,
  ): Promise<void> {
    await stores.audit.append({
      at: at ?? this.#clock.now(),
      actor: { kind: caller.kind, id: caller.id, name: caller.name, address: caller.address },
      action,
      object,
      details: bounded(withoutSecrets(details)),
    });
  }
}

function bounded(details: JsonValue): { readonly [name: string]: JsonValue } {
  const sizeLength = JSON.stringify(details).length;
  if (sizeLength > MAX_DETAILS_LENGTH) return { left_out: `details of ${sizeLength} characters` };
  return details as { readonly [name: string]: JsonValue };
}
