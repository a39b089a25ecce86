import { z } from 'zod';
import { RunView } from '../../../contracts/runs.ts';
import type { ServiceClient } from '../../host/attach/index.ts';
import { fetchCoreView, withProgress, type CoreView } from './core-view.ts';
import { readServerEvents, type ServerEvent } from './server-events.ts';

export interface FeedOptions {
  readonly client: ServiceClient;
  readonly onView: (view: CoreView) => void;
  /** The core can't be read any more; the feed has ended. Somebody has to connect anew. */
  readonly onLost: (error: unknown) => void;
  /** After an event everything is looked at again, at most once in this time. */
  readonly restMs?: number;
  /** Also without events: a task grows overdue by itself. */
  readonly refreshMs?: number;
}

const REST_MS = 500;
const REFRESH_MS = 30_000;
const RunProgress = z.object({ data: RunView });

/**
 * Follows a core: everything once, then again whenever it says that something happened. Nothing is counted along from events,
 * so a missed one can't leave a state that is no longer so.
 */
export class CoreFeed {
  readonly #options: FeedOptions;
  #view: CoreView | null = null;
  #timer: NodeJS.Timeout | null = null;
  #dueMs = 0;
  #isFetching = false;
  #isStale = false;
  #hasEnded = false;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  start(): void {
    void this.#listen();
  }

  /** Nothing is told any more. Whoever owns the client closes it. */
  stop(): void {
    this.#hasEnded = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  /** Looks at everything now: the machine was asleep, or a person asks. */
  refresh(): void {
    this.#isStale = true;
    void this.#fetch();
  }

  async #listen(): Promise<void> {
    try {
      // A stream ends every half hour, and whenever its reader is slow: then it is opened again.
      while (!this.#hasEnded) {
        const bytes = await this.#options.client.stream('/api/events');
        // Only now: what happens from here on is told, what happened before is in what is fetched.
        this.refresh();
        for await (const event of readServerEvents(bytes)) this.#take(event);
      }
    } catch (error) {
      this.#lose(error);
    }
  }

  #take(event: ServerEvent): void {
    if (this.#hasEnded) return;
    if (event.type === 'run.progress' && this.#view) {
      const parsed = RunProgress.safeParse(parseJson(event.data));
      if (parsed.success) return this.#show(withProgress(this.#view, parsed.data.data));
    }
    this.#isStale = true;
    this.#later(this.#options.restMs ?? REST_MS);
  }

  /** The earliest of all wishes counts, so a core where something happens all the time is looked at all the same. */
  #later(delayMs: number): void {
    if (this.#hasEnded || this.#isFetching) return;
    const dueMs = performance.now() + delayMs;
    if (this.#timer && this.#dueMs <= dueMs) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#dueMs = dueMs;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#fetch();
    }, delayMs);
    this.#timer.unref();
  }

  async #fetch(): Promise<void> {
    if (this.#hasEnded || this.#isFetching) return;
    this.#isFetching = true;
    this.#isStale = false;
    try {
      this.#show(await fetchCoreView(this.#options.client));
    } catch (error) {
      this.#lose(error);
    }
    this.#isFetching = false;
    const { restMs = REST_MS, refreshMs = REFRESH_MS } = this.#options;
    // Something happened while it was fetched.
    this.#later(this.#isStale ? restMs : refreshMs);
  }

  #show(view: CoreView): void {
    if (this.#hasEnded) return;
    this.#view = view;
    this.#options.onView(view);
  }

  #lose(error: unknown): void {
    if (this.#hasEnded) return;
    this.stop();
    this.#options.onLost(error);
  }
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
