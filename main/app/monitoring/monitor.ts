import type { AlertSeverity } from '../../../contracts/alerts.ts';
import { announceAlerts, openAlert, resolveAlert, type AlertChange } from '../alerts/alert-book.ts';
import { taskObject } from '../alerts/alert-view.ts';
import type { AlertRecord } from '../alerts/ports.ts';
import type { Catalog, Stores } from '../catalog/ports.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { StatusMonitor } from '../status/status-deps.ts';
import { assess, type Assessment } from './assess.ts';
import { Expectations } from './expectation.ts';
import type { WatchedTask, WatchKind } from './ports.ts';

export interface MonitorOptions {
  readonly catalog: Catalog;
  readonly events: Pick<EventBus, 'publish'>;
  /** Of tasks that name none. */
  readonly timeZone: string;
}

/** A millisecond or two: everybody waits meanwhile. */
const TASKS_AT_ONCE = 50;

const SEVERITIES = {
  failed: 'critical',
  overdue: 'critical',
  stuck: 'critical',
  long_running: 'warning',
  unusual_duration: 'warning',
} as const satisfies Record<WatchKind, AlertSeverity>;

/**
 * Watches what other people's scripts report, and what they don't. It has no timer: the host calls `check` every minute, and
 * `checkChanged` soon after something has changed. Alerts are rows of the catalog, so each is told once, also across restarts.
 */
export class Monitor implements StatusMonitor {
  readonly #catalog: Catalog;
  readonly #events: Pick<EventBus, 'publish'>;
  readonly #expectations: Expectations;
  #changed = new Set<number>();

  constructor({ catalog, events, timeZone }: MonitorOptions) {
    this.#catalog = catalog;
    this.#events = events;
    this.#expectations = new Expectations(timeZone);
  }

  changed(task: number): void {
    this.#changed.add(task);
  }

  get hasChanges(): boolean {
    return this.#changed.size > 0;
  }

  assess(task: WatchedTask, now: Date): Assessment {
    return assess(task, this.#expectations.expectedAt(task), now);
  }

  /** Looks at every task. */
  async check(now: Date): Promise<void> {
    this.#changed = new Set();
    let afterId = 0;
    for (;;) {
      const { last, wanting } = await this.#look(afterId, now);
      await this.#put(wanting, now);
      if (last === null) break;
      afterId = last;
    }
    await this.#resolveOrphans(now);
  }

  /** Looks at the tasks that have reported since the last look. */
  async checkChanged(now: Date): Promise<void> {
    const tasks = [...this.#changed];
    this.#changed = new Set();
    for (let at = 0; at < tasks.length; at += TASKS_AT_ONCE) {
      const some = tasks.slice(at, at + TASKS_AT_ONCE);
      const wanting = await this.#catalog.read(async (stores) =>
        this.#wanting(stores, await stores.monitoring.watchedAmong(some), now),
      );
      await this.#put(wanting, now);
    }
  }

  /** One page of tasks: which of them need a write, and the last id, null at the end. */
  #look(afterId: number, now: Date): Promise<{ last: number | null; wanting: readonly number[] }> {
    return this.#catalog.read(async (stores) => {
      const tasks = await stores.monitoring.watched(afterId, TASKS_AT_ONCE);
      const last = tasks.length < TASKS_AT_ONCE ? null : (tasks.at(-1)?.id ?? null);
      return { last, wanting: await this.#wanting(stores, tasks, now) };
    });
  }

  /** Most tasks are as they were: a minute in which nothing happens writes nothing. */
  async #wanting(stores: Stores, tasks: readonly WatchedTask[], now: Date): Promise<readonly number[]> {
    const open = await openKinds(stores, tasks);
    return tasks
      .filter((task) => {
        const kinds = open.get(task.id) ?? new Map<WatchKind, AlertRecord>();
        const { alerts } = this.assess(task, now);
        const isSame = alerts.size === kinds.size && [...alerts.keys()].every((kind) => kinds.has(kind));
        return !isSame || this.#expectations.textOf(task) !== (task.watch?.expectation ?? null);
      })
      .map(({ id }) => id);
  }

  async #put(ids: readonly number[], now: Date): Promise<void> {
    if (ids.length === 0) return;
    const changes = await this.#catalog.write(async (stores) => {
      const made: AlertChange[] = [];
      for (const id of ids) {
        // Looked at again: it may have reported since.
        const task = await stores.monitoring.watchedById(id);
        if (task) made.push(...(await this.#update(stores, task, now)));
      }
      return made;
    });
    announceAlerts(this.#events, changes, now);
  }

  async #update(stores: Stores, task: WatchedTask, now: Date): Promise<AlertChange[]> {
    const expectation = this.#expectations.textOf(task);
    if (expectation !== (task.watch?.expectation ?? null)) {
      await stores.monitoring.putWatch(task.id, expectation === null ? null : { expectation, since: task.updatedAt });
    }
    const { alerts } = this.assess(task, now);
    const open = (await openKinds(stores, [task])).get(task.id) ?? new Map<WatchKind, AlertRecord>();
    const changes: AlertChange[] = [];
    for (const [kind, message] of alerts) {
      if (open.has(kind)) continue;
      const about = { object: taskObject(task.taskId), task: task.id };
      const change = await openAlert(stores, { ...about, kind, severity: SEVERITIES[kind], message }, now);
      if (change) changes.push(change);
    }
    for (const [kind, alert] of open) {
      if (!alerts.has(kind)) changes.push(await resolveAlert(stores, alert, now));
    }
    return changes;
  }

  async #resolveOrphans(now: Date): Promise<void> {
    const orphans = await this.#catalog.read(({ monitoring }) => monitoring.orphanedAlerts());
    if (orphans.length === 0) return;
    const changes = await this.#catalog.write(async (stores) => {
      const made: AlertChange[] = [];
      for (const alert of orphans) made.push(await resolveAlert(stores, alert, now));
      return made;
    });
    announceAlerts(this.#events, changes, now);
  }
}

async function openKinds(
  stores: Stores,
  tasks: readonly WatchedTask[],
): Promise<Map<number, Map<WatchKind, AlertRecord>>> {
  const byTask = new Map<number, Map<WatchKind, AlertRecord>>();
  for (const alert of await stores.monitoring.openAlerts(tasks.map(({ id }) => id))) {
    if (alert.task === null || !isWatchKind(alert.kind)) continue;
    const kinds = byTask.get(alert.task) ?? new Map<WatchKind, AlertRecord>();
    byTask.set(alert.task, kinds.set(alert.kind, alert));
  }
  return byTask;
}

function isWatchKind(kind: string): kind is WatchKind {
  return Object.hasOwn(SEVERITIES, kind);
}
