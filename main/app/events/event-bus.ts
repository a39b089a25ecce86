/** Something that happened and that somebody may want to see at once: a tray, a page, an alert. */
export interface ServiceEvent {
  /** Increases by one from event to event, for as long as the process lives. */
  readonly id: number;
  /** `task.registered`, `status.recorded`, `run.started`, `run.progress`, `alert.opened`, … */
  readonly type: string;
  readonly at: Date;
  /** JSON, as the API shows the thing. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Who may see it. Null: everybody with a viewer's rights. */
  readonly audience: EventAudience | null;
}

export interface EventAudience {
  readonly taskId?: string;
  readonly tenantId?: string;
}

export type EventListener = (event: ServiceEvent) => void;

/** How many past events are kept for those who reconnect. */
const DEFAULT_KEPT = 2_000;
/** No process publishes so many events for as long as it runs. Today's ids then have fifteen digits. */
const IDS_PER_MS = 100;

/**
 * Tells listeners what happened, in order. Publishes only what is durable already: call it after the catalog's write has
 * resolved. A listener must not throw and must not wait.
 */
export class EventBus {
  readonly #kept: number;
  readonly #ring: ServiceEvent[] = [];
  readonly #listeners = new Set<EventListener>();
  #lastId = 0;

  /** `startedAt` keeps the ids of a process apart from those of the one before: a client may come with those. */
  constructor({ kept = DEFAULT_KEPT, startedAt }: { kept?: number; startedAt?: Date } = {}) {
    this.#kept = kept;
    this.#lastId = startedAt ? Math.max(0, startedAt.getTime() * IDS_PER_MS) : 0;
  }

  publish(
    type: string,
    at: Date,
    data: Readonly<Record<string, unknown>>,
    audience: EventAudience | null = null,
  ): void {
    const event = { id: ++this.#lastId, type, at, data, audience };
    this.#ring.push(event);
    if (this.#ring.length > this.#kept) this.#ring.shift();
    for (const listener of this.#listeners) listener(event);
  }

  /** Calls back for every event from now on, until the returned function is called. */
  subscribe(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  get lastId(): number {
    return this.#lastId;
  }

  /**
   * What came after `id`. Null when that is no longer known (too long ago, or of another process): whoever asks must
   * look at everything again.
   */
  since(id: number): readonly ServiceEvent[] | null {
    const firstId = this.#ring[0]?.id ?? this.#lastId + 1;
    if (id > this.#lastId || id < firstId - 1) return null;
    return this.#ring.filter((event) => event.id > id);
  }
}
