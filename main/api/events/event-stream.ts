import { Readable } from 'node:stream';
import type { EventBus, ServiceEvent } from '../../app/events/event-bus.ts';

const HEARTBEAT_MS = 15_000;
/** A client that leaves so much unread is cut off: it comes back with its last id, and what it missed is sent again. */
const MAX_UNREAD_BYTES = 1024 * 1024;

export interface EventStreamOptions {
  /** What the client had last; undefined begins with now. */
  readonly lastEventId: number | undefined;
  /** Whether this client may see an event, and wants to. */
  readonly wants: (event: ServiceEvent) => boolean;
  readonly heartbeatMs?: number;
}

/**
 * Server-sent events (HTML standard, section 9.2). An event `reset` says that events were missed which are no longer known:
 * the client must look at everything again.
 */
export class EventStream extends Readable {
  readonly #bus: EventBus;
  readonly #options: EventStreamOptions;
  #unsubscribe: (() => void) | null = null;
  #heartbeat: NodeJS.Timeout | null = null;

  constructor(bus: EventBus, options: EventStreamOptions) {
    super({ highWaterMark: MAX_UNREAD_BYTES });
    this.#bus = bus;
    this.#options = options;
  }

  override _construct(callback: () => void): void {
    const { lastEventId, heartbeatMs = HEARTBEAT_MS } = this.#options;
    // Tells a browser how long to wait before it comes back, and opens the stream at once.
    this.push('retry: 3000\n\n');
    const missed = lastEventId === undefined ? [] : this.#bus.since(lastEventId);
    if (missed === null) this.push(`id: ${this.#bus.lastId}\nevent: reset\ndata: {}\n\n`);
    else for (const event of missed) this.#send(event);
    this.#unsubscribe = this.#bus.subscribe((event) => this.#send(event));
    this.#heartbeat = setInterval(() => this.#write(': still here\n\n'), heartbeatMs);
    callback();
  }

  override _read(): void {
    // Events come when they come.
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#unsubscribe?.();
    if (this.#heartbeat) clearInterval(this.#heartbeat);
    callback(error);
  }

  /** The server stops: clients see an end, not a broken line. */
  end(): void {
    this.#unsubscribe?.();
    if (this.#heartbeat) clearInterval(this.#heartbeat);
    if (!this.destroyed) this.push(null);
  }

  #send(event: ServiceEvent): void {
    if (!this.#options.wants(event)) return;
    // JSON has no line breaks, so one data line holds it.
    const data = JSON.stringify({ type: event.type, at: event.at.toISOString(), data: event.data });
    this.#write(`id: ${event.id}\nevent: ${event.type}\ndata: ${data}\n\n`);
  }

  #write(text: string): void {
    if (this.destroyed) return;
    if (!this.push(text)) this.destroy();
  }
}
