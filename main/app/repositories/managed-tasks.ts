import type { ActionTask, Task, TaskPerson } from '../tasks/task.ts';
import { hasAction } from '../tasks/task.ts';
import { insertManagedTask, updateManagedTask, type ManagedTask } from '../tasks/managed-task.ts';
import type { Stores } from '../catalog/ports.ts';
import type { RepositoryRecord } from './ports.ts';

/** What GuardIT makes by itself. */
const SYSTEM_PERSON: TaskPerson = { ref: 'system:guardit', name: 'GuardIT' };
const MINUTE_MS = 60_000;
const OWN_TASKS = ['key_rotation', 'settings_backup'] as const;
type OwnTask = (typeof OWN_TASKS)[number];

/** A change to a task that the scheduler has to hear of, after the write. */
export interface TaskNews {
  readonly what: 'created' | 'updated' | 'deleted';
  readonly task: Task;
}

/**
 * Within a write: the tasks that a repository has by what its record says. Both can be run on request, whatever their
 * schedule; the settings' only where they are held.
 */
export async function alignTasks(
  stores: Stores,
  record: RepositoryRecord,
  timeZone: string,
  now: Date,
): Promise<TaskNews[]> {
  const present = await tasksOf(stores, record.id);
  const news: TaskNews[] = [];
  for (const type of OWN_TASKS) {
    const wanted = wantedTask(type, record, timeZone);
    const task = present.find(({ action }) => action.type === type);
    if (task && wanted) {
      const { name, config, schedule } = wanted;
      news.push({ what: 'updated', task: await updateManagedTask(stores, task, { name, config, schedule }, now) });
    } else if (wanted) {
      news.push({ what: 'created', task: await insertManagedTask(stores, wanted, now) });
    } else if (task) {
      // Its history stays; it starts no more by itself.
      news.push({
        what: 'updated',
        task: await updateManagedTask(stores, task, { schedule: null, isActive: false }, now),
      });
    }
  }
  return news;
}

/** Within a write: a repository that goes takes its tasks along. */
export async function removeTasks(stores: Stores, repositoryId: string): Promise<TaskNews[]> {
  const tasks = await tasksOf(stores, repositoryId);
  for (const { id } of tasks) await stores.tasks.delete(id);
  return tasks.map((task) => ({ what: 'deleted', task }));
}

export async function tasksOf(stores: Stores, repositoryId: string): Promise<ActionTask[]> {
  return (await stores.tasks.managedBy(`repository:${repositoryId}`)).filter(hasAction);
}

function wantedTask(type: OwnTask, record: RepositoryRecord, timeZone: string): ManagedTask | null {
  const { id, name, rotationDays, holdsSettings } = record;
  const common = {
    managedBy: `repository:${id}`,
    type,
    config: { repository_id: id },
    timeZone,
    isActive: true,
    maxRetries: 3,
    createdBy: SYSTEM_PERSON,
  };
  if (type === 'key_rotation') {
    return {
      ...common,
      name: `Replace the key of ${name}`,
      slug: `key-rotation-${id}`,
      schedule: rotationDays === 0 ? null : 'daily at 4:15',
      timeoutMs: 30 * MINUTE_MS,
    };
  }
  if (!holdsSettings) return null;
  return {
    ...common,
    name: `Back GuardIT's settings up to ${name}`,
    slug: `settings-backup-${id}`,
    schedule: 'daily at 3:30',
    timeoutMs: 120 * MINUTE_MS,
  };
}
