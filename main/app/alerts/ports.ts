import type { AlertKind, AlertSeverity } from '../../../contracts/alerts.ts';
import type { ChannelKind } from '../../../contracts/channels.ts';
import type { JsonValue } from '../runs/ports.ts';
import type { SecretStore } from '../secrets/ports.ts';

/** Something that is amiss right now, as whoever looks after it sees it. */
export interface Concern {
  readonly kind: AlertKind;
  readonly severity: AlertSeverity;
  /** `task:ID`, `target:ID`, `repository:ID`, `channel:ID`. With the kind, what an alert is known by. */
  readonly object: string;
  /** One sentence: what is wrong, on what, and what can be done. */
  readonly message: string;
  readonly details?: { readonly [name: string]: JsonValue };
}

/** A concern that was told. Open until its cause is gone. */
export interface AlertRecord {
  readonly id: number;
  readonly kind: AlertKind;
  readonly severity: AlertSeverity;
  readonly object: string;
  /** The number of the task that it is about, if it is about one. */
  readonly task: number | null;
  readonly message: string;
  readonly details: { readonly [name: string]: JsonValue };
  readonly openedAt: Date;
  readonly resolvedAt: Date | null;
  readonly acknowledgedAt: Date | null;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedNote: string | null;
}

export interface AlertFilter {
  readonly status: 'open' | 'resolved' | 'all';
  readonly kinds?: readonly AlertKind[] | undefined;
  readonly severities?: readonly AlertSeverity[] | undefined;
  readonly object?: string | undefined;
}

export interface AlertStore {
  /** Null: one of that kind is open for the object. */
  insert(alert: Omit<AlertRecord, 'id'>): Promise<AlertRecord | null>;
  find(id: number): Promise<AlertRecord | null>;
  /** Of these kinds. */
  open(kinds: readonly AlertKind[]): Promise<readonly AlertRecord[]>;
  update(alert: AlertRecord): Promise<void>;
  /** Open ones first, then newest first. */
  list(filter: AlertFilter, page: { readonly limit: number; readonly offset: number }): Promise<readonly AlertRecord[]>;
  count(filter: AlertFilter): Promise<number>;
  /** Deletes up to `limit` alerts that were resolved before `at`, with their deliveries; says how many. */
  removeResolved(at: Date, limit: number): Promise<number>;
}

/** Where messages about alerts go. */
export interface ChannelRecord {
  readonly id: number;
  readonly name: string;
  readonly kind: ChannelKind;
  /** As it was sent, checked by the kind's schema; secrets by reference, or as they are. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly isEnabled: boolean;
  readonly minSeverity: AlertSeverity;
  /** Null: all. */
  readonly kinds: readonly AlertKind[] | null;
  readonly notifyResolved: boolean;
  readonly lastSentAt: Date | null;
  readonly problem: string | null;
  readonly failingSince: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface ChannelStore {
  /** Null: the name is taken. */
  insert(channel: Omit<ChannelRecord, 'id'>): Promise<ChannelRecord | null>;
  find(id: number): Promise<ChannelRecord | null>;
  findByName(name: string): Promise<ChannelRecord | null>;
  /** By name. */
  list(): Promise<readonly ChannelRecord[]>;
  update(channel: ChannelRecord): Promise<void>;
  delete(id: number): Promise<void>;
}

/** A message that is to be sent, or was. Stored with what it tells of, so that a crash loses none. */
export interface DeliveryRecord {
  readonly id: number;
  readonly channel: number;
  readonly alert: number;
  readonly what: 'opened' | 'resolved';
  readonly state: 'pending' | 'sent' | 'failed';
  readonly attempts: number;
  readonly problem: string | null;
  readonly createdAt: Date;
  readonly nextAttemptAt: Date | null;
  readonly sentAt: Date | null;
}

export interface DeliveryStore {
  insert(delivery: Omit<DeliveryRecord, 'id'>): Promise<void>;
  /** Pending ones whose time has come, oldest first. */
  due(now: Date, limit: number): Promise<readonly DeliveryRecord[]>;
  update(delivery: DeliveryRecord): Promise<void>;
  /** Newest first. */
  list(
    filter: { readonly channel: number; readonly state?: DeliveryRecord['state'] | undefined },
    page: { readonly limit: number; readonly offset: number },
  ): Promise<readonly DeliveryRecord[]>;
  count(filter: { readonly channel: number; readonly state?: DeliveryRecord['state'] | undefined }): Promise<number>;
}

/** What a channel is to say. */
export interface AlertMessage {
  /** Unique for this message, so that a receiver can tell a repetition. */
  readonly id: string;
  readonly what: 'opened' | 'resolved' | 'test';
  readonly kind: AlertKind | 'test';
  readonly severity: AlertSeverity;
  readonly object: string;
  /** One line. */
  readonly title: string;
  readonly text: string;
  /** ISO 8601, UTC. */
  readonly openedAt: string;
  readonly resolvedAt: string | null;
  readonly alertId: number | null;
  readonly hostName: string;
}

/** A message that could not be sent; `message` has no secret. */
export class SendFailure extends Error {
  override readonly name = 'SendFailure';
  /** It may work later. */
  readonly isRetryable: boolean;

  constructor(message: string, isRetryable: boolean, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.isRetryable = isRetryable;
  }
}

export interface Messenger {
  /** Resolves when the other side has taken it. Throws SendFailure. */
  send(channel: Pick<ChannelRecord, 'kind' | 'config'>, message: AlertMessage, secrets: SecretStore): Promise<void>;
}
