import { isDeepStrictEqual } from 'node:util';
import type { AlertKind } from '../../../contracts/alerts.ts';
import type { Catalog, Stores } from '../catalog/ports.ts';
import type { EventBus } from '../events/event-bus.ts';
import {
  announceAlerts,
  openAlert,
  resolveAlert,
  rewordAlert,
  type AboutTask,
  type AlertChange,
} from './alert-book.ts';
import type { AlertRecord, Concern } from './ports.ts';

/** Looks after one sort of trouble: says what is amiss right now, and nothing of what was. */
export interface AlertSource {
  readonly name: string;
  readonly kinds: readonly AlertKind[];
  /** Which open alerts of these kinds are this source's; all unless given. */
  readonly owns?: (alert: AlertRecord) => boolean;
  /** Everything that is amiss, each object once a kind. Within a read or a write: store calls only. */
  readonly concerns: (stores: Stores, now: Date) => Promise<readonly (Concern & AboutTask)[]>;
}

export interface AlertWatchDeps {
  readonly catalog: Catalog;
  readonly events: Pick<EventBus, 'publish'>;
  readonly sources: readonly AlertSource[];
  /** Told of a source that can't say how things are; the others go on. */
  readonly log: { warn(details: object, message: string): void };
}

/**
 * Opens alerts for what is amiss and resolves them when it is gone: always by how things are now, never by what was missed in
 * between, so it also tells the truth after a crash. It has no timer of its own.
 */
export class AlertWatch {
  readonly #deps: AlertWatchDeps;
  #isDue = true;

  constructor(deps: AlertWatchDeps) {
    this.#deps = deps;
  }

  /** Something has changed: `checkIfChanged` has something to do. */
  changed(): void {
    this.#isDue = true;
  }

  async checkIfChanged(now: Date): Promise<void> {
    if (this.#isDue) await this.check(now);
  }

  async check(now: Date): Promise<void> {
    this.#isDue = false;
    for (const source of this.#deps.sources) {
      try {
        await this.#checkSource(source, now);
      } catch (error) {
        this.#deps.log.warn({ err: error, source: source.name }, 'What is amiss could not be looked at.');
      }
    }
  }

  async #checkSource(source: AlertSource, now: Date): Promise<void> {
    const { catalog, events } = this.#deps;
    // Nearly always nothing has changed, and then nothing is written.
    if ((await catalog.read((stores) => steps(stores, source, now))).length === 0) return;
    const changes = await catalog.write(async (stores) => {
      const made: AlertChange[] = [];
      for (const step of await steps(stores, source, now)) {
        const change = await step(stores);
        if (change) made.push(change);
      }
      return made;
    });
    announceAlerts(events, changes, now);
  }
}

type Step = (stores: Stores) => Promise<AlertChange | null>;

async function steps(stores: Stores, source: AlertSource, now: Date): Promise<Step[]> {
  const concerns = new Map<string, Concern & AboutTask>();
  for (const concern of await source.concerns(stores, now)) concerns.set(keyOf(concern), concern);
  const owned = (await stores.alerts.open(source.kinds)).filter((alert) => source.owns?.(alert) ?? true);
  const open = new Map(owned.map((alert) => [keyOf(alert), alert]));
  const made: Step[] = [];
  for (const [key, concern] of concerns) {
    const alert = open.get(key);
    if (!alert) made.push((writable) => openAlert(writable, concern, now));
    else if (!isSame(alert, concern)) made.push((writable) => rewordAlert(writable, alert, concern));
  }
  for (const [key, alert] of open) {
    if (!concerns.has(key)) made.push((writable) => resolveAlert(writable, alert, now));
  }
  return made;
}

function keyOf({ kind, object }: Pick<Concern, 'kind' | 'object'>): string {
  return `${kind} ${object}`;
}

function isSame(alert: AlertRecord, { message, severity, details = {} }: Concern): boolean {
  return alert.message === message && alert.severity === severity && isDeepStrictEqual(alert.details, details);
}
