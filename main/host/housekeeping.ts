import type { Foundation } from './foundation.ts';
import type { MonitoringArea } from './monitoring.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Copies are due so long after the last one. Less than a day: a service that runs from nine to five gets one a day as well. */
const COPY_AFTER_MS = 23 * HOUR_MS;

export interface Chore {
  readonly name: string;
  readonly everyMs: number;
  /** How long after the start it is done first; after `everyMs` unless given. */
  readonly firstAfterMs?: number;
  readonly work: (signal: AbortSignal) => Promise<void>;
}

/** Does chores again and again, each one alone with itself. What fails is in the log, and is tried again at its next turn. */
export class Housekeeping {
  readonly #chores: readonly Chore[];
  readonly #log: Foundation['log'];
  readonly #abort = new AbortController();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #working = new Set<Promise<void>>();

  constructor(chores: readonly Chore[], log: Foundation['log']) {
    this.#chores = chores;
    this.#log = log;
  }

  start(): void {
    for (const chore of this.#chores) this.#later(chore, chore.firstAfterMs ?? chore.everyMs);
  }

  /** Resolves when nothing is being done any more. */
  async stop(): Promise<void> {
    this.#abort.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    await Promise.all(this.#working);
  }

  #later(chore: Chore, delayMs: number): void {
    if (this.#abort.signal.aborted) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const done = this.#do(chore).then(() => {
        this.#working.delete(done);
        this.#later(chore, chore.everyMs);
      });
      this.#working.add(done);
    }, delayMs);
    // Only the server keeps the process alive.
    timer.unref();
    this.#timers.add(timer);
  }

  async #do({ name, work }: Chore): Promise<void> {
    try {
      await work(this.#abort.signal);
    } catch (error) {
      this.#log.warn({ err: error, chore: name }, 'Housekeeping failed; it is tried again later.');
    }
  }
}

/** What the service does by itself, whoever asks for what. `upkeep` is that of access: keys and logins. */
export function choresOf(foundation: Foundation, monitoring: MonitoringArea, upkeep: () => Promise<void>): Chore[] {
  const { catalog, clock } = foundation;
  const { monitor } = monitoring;
  return [
    { name: 'spool', everyMs: 3 * SECOND_MS, work: spoolWatch(monitoring) },
    {
      name: 'alerts',
      everyMs: SECOND_MS,
      work: async () => {
        if (monitor.hasChanges) await monitor.checkChanged(clock.now());
      },
    },
    { name: 'overdue', everyMs: MINUTE_MS, work: () => monitor.check(clock.now()) },
    { name: 'keys', everyMs: MINUTE_MS, work: upkeep },
    {
      name: 'retention',
      everyMs: HOUR_MS,
      firstAfterMs: 5 * MINUTE_MS,
      work: (signal) => monitoring.removeOld(signal),
    },
    {
      name: 'catalog-copy',
      everyMs: HOUR_MS,
      firstAfterMs: 10 * MINUTE_MS,
      work: async () => {
        const [newest] = await catalog.copies.list();
        if (newest && clock.now().getTime() - newest.takenAt.getTime() < COPY_AFTER_MS) return;
        await catalog.copies.takeCopy();
        await catalog.optimize();
      },
    },
  ];
}

/** Reads the spool when something has come into it, or was left there. */
function spoolWatch(monitoring: MonitoringArea): () => Promise<void> {
  let seen: string | null = null;
  return async () => {
    const version = await monitoring.spoolVersion();
    if (version === seen) return;
    // Looked at before: what comes meanwhile changes it again, and so do the files that are removed.
    const isEmptied = await monitoring.ingest();
    seen = isEmptied ? version : null;
  };
}
