import type { Catalog, Stores } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { RepositoryRecord } from '../repositories/ports.ts';
import { insertManagedTask } from '../tasks/managed-task.ts';
import { announce } from '../tasks/task-deps.ts';
import { hasAction, type ActionTask, type TaskPerson } from '../tasks/task.ts';

const SYSTEM: TaskPerson = { ref: 'system:guardit', name: 'GuardIT' };
const HOUR_MS = 3_600_000;
const COVER_DAYS = 30;

/**
 * Within a write: every repository is checked by itself, its structure each week, a thirtieth of its data each day, in the
 * late morning, when backups are over as a rule. Gives the tasks that were not there yet: publish `task.created` for them.
 */
export async function ensureCheckTasks(
  stores: Stores,
  { id, name }: Pick<RepositoryRecord, 'id' | 'name'>,
  timeZone: string,
  now: Date,
): Promise<readonly ActionTask[]> {
  const present = (await stores.tasks.managedBy(`repository:${id}`)).filter(hasAction);
  const isThere = (field: string) =>
    present.some(({ action: { type, config } }) => type === 'verify' && field in config);
  const made: ActionTask[] = [];
  const add = async (task: { name: string; slug: string; config: Record<string, unknown>; schedule: string }) => {
    const common = { managedBy: `repository:${id}`, type: 'verify', timeZone, isActive: true, maxRetries: 2 } as const;
    made.push(await insertManagedTask(stores, { ...common, ...task, timeoutMs: 20 * HOUR_MS, createdBy: SYSTEM }, now));
  };
  if (!isThere('structure_only')) {
    const config = { repository_id: id, structure_only: true };
    await add({
      name: `Check the structure of ${name}`,
      slug: `check-${id}`,
      config,
      schedule: 'weekly on sunday at 11:20',
    });
  }
  if (!isThere('cover_days')) {
    const config = { repository_id: id, cover_days: COVER_DAYS };
    await add({ name: `Read the data of ${name} in turns`, slug: `read-${id}`, config, schedule: 'daily at 10:40' });
  }
  return made;
}

export interface CheckTasksParts {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly timeZone: string;
  readonly log: { warn(details: object, message: string): void };
}

/** Sees to it that each repository has these tasks: when it is made or connected, and at the start. */
export class CheckTasks {
  readonly #parts: CheckTasksParts;
  readonly #stopFollowing: () => void;

  constructor(parts: CheckTasksParts) {
    this.#parts = parts;
    this.#stopFollowing = parts.events.subscribe(({ type }) => {
      if (type !== 'repository.created' && type !== 'repository.connected') return;
      // Where that fails, the next start does it.
      this.ensureAll().catch((error: unknown) => {
        parts.log.warn({ err: error }, 'The tasks that check a new repository could not be made.');
      });
    });
  }

  start(): Promise<void> {
    return this.ensureAll();
  }

  stop(): void {
    this.#stopFollowing();
  }

  async ensureAll(): Promise<void> {
    const { catalog, clock, events, timeZone } = this.#parts;
    const now = clock.now();
    const repositories = await catalog.read((stores) => stores.repositories.list());
    if (repositories.length === 0) return;
    const made = await catalog.write(async (stores) => {
      const tasks: ActionTask[] = [];
      for (const each of await stores.repositories.list())
        tasks.push(...(await ensureCheckTasks(stores, each, timeZone, now)));
      return tasks;
    });
    for (const task of made) announce({ events }, 'created', task, now);
  }
}
