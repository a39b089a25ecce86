import { Readable } from 'node:stream';
import type { EventBus, ServiceEvent } from '../../app/events/event-bus.ts';

const HEARTBEAT_MS = 15_000;
/** A client that leaves so much unread is cut off: it comes back with its last id, and what it missed is sent again. */
const MAX_UNREAD_BYTES = 1024 * 1024;
/** Then the client comes back, and its token is looked at again. */
const MAX_LIFE_MS = 30 * 60_000;

export interface EventStreamOptions {
  /** What the client had last; undefined begins with now. */
  readonly lastEventId: number | undefined;
  /** Whether this client may see an event, and wants to. */
  readonly wants: (event: ServiceEvent) => boolean;
  readonly heartbeatMs?: number;
  readonly maxLifeMs?: number;
}

/**
 * Server-sent events (HTML standard, section 9.2). An event `reset` says that events were missed which are no longer known:
 * the client must look at everything again.
 */
export class EventStream extends Readable {
  readonly #bus: EventBus;
  readonly #options: EventStreamOptions;
  /** What the bus still knew, oldest last. It holds these events anyway, so they don't count as unread. */
  readonly #missed: ServiceEvent[] = [];
  /** What came since, and is not sent yet. */
  readonly #waiting: string[] = [];
  #waitingBytes = 0;
  #hasEnded = false;
  #wantsMore = false;
  #unsubscribe: (() => void) | null = null;
  #heartbeat: NodeJS.Timeout | null = null;
  #end: NodeJS.Timeout | null = null;

  constructor(bus: EventBus, options: EventStreamOptions) {
    super({ highWaterMark: 16 * 1024 });
    this.#bus = bus;
    this.#options = options;
  }

  override _construct(callback: () => void): void {
    const { lastEventId, wants, heartbeatMs = HEARTBEAT_MS, maxLifeMs = MAX_LIFE_MS } = this.#options;
    const missed = lastEventId === undefined ? [] : this.#bus.since(lastEventId);
    // Opens the stream at once, and tells how long to wait before coming back, and with which id if nothing happens until
    // then: a block without data is no event, but its id counts.
    this.#add(`id: ${this.#bus.lastId}\nretry: 3000\n\n`);
    if (missed === null) this.#add(`id: ${this.#bus.lastId}\nevent: reset\ndata: {}\n\n`);
    else this.#missed.push(...missed.filter(wants).reverse());
    this.#unsubscribe = this.#bus.subscribe((event) => {
      if (wants(event)) this.#add(written(event));
    });
    this.#heartbeat = setInterval(() => this.#add(': still here\n\n'), heartbeatMs);
    this.#end = setTimeout(() => this.end(), maxLifeMs);
    callback();
  }

  override _read(): void {
    this.#wantsMore = true;
    this.#flow();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#release();
    callback(error);
  }

  /** The server stops: clients see an end, not a broken line. */
  end(): void {
    this.#release();
    this.#hasEnded = true;
    this.#flow();
  }

  #release(): void {
    this.#unsubscribe?.();
    if (this.#heartbeat) clearInterval(this.#heartbeat);
    if (this.#end) clearTimeout(this.#end);
  }

  #add(text: string): void {
    if (this.destroyed || this.#hasEnded) return;
    this.#waiting.push(text);
    this.#waitingBytes += text.length;
    this.#flow();
    if (this.#waitingBytes > MAX_UNREAD_BYTES) this.destroy();
  }

  #flow(): void {
    while (this.#wantsMore && !this.destroyed) {
      const text = this.#next();
      if (text === undefined) {
        if (this.#hasEnded) this.push(null);
        return;
      }
      this.#wantsMore = this.push(text);
    }
  }

  #next(): string | undefined {
    const missed = this.#missed.pop();
    if (missed) return written(missed);
    const text = this.#waiting.shift();
    this.#waitingBytes -= text?.length ?? 0;
    return text;
  }
}

function written(event: ServiceEvent): string {
  // JSON has no line breaks, so one data line holds it.
  const data = JSON.stringify({ type: event.type, at: event.at.toISOString(), data: event.data });
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${data}\n\n`;
}
