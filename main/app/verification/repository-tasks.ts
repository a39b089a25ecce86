import type { Stores } from '../catalog/ports.ts';
import type { RepositoryRecord } from '../repositories/ports.ts';
import { insertManagedTask } from '../tasks/managed-task.ts';
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
  const isThere = (field: string) => present.some(({ action: { type, config } }) => type === 'verify' && field in config);
  const made: ActionTask[] = [];
  const add = async (task: { name: string; slug: string; config: Record<string, unknown>; schedule: string }) => {
    const common = { managedBy: `repository:${id}`, type: 'verify', timeZone, isActive: true, maxRetries: 2 } as const;
    made.push(
      await insertManagedTask(stores, { ...common, ...task, timeoutMs: 20 * HOUR_MS, createdBy: SYSTEM }, now),
    );
  };
  if (!isThere('structure_only')) {
    const config = { repository_id: id, structure_only: true };
    await add({ name: `Check the structure of ${name}`, slug: `check-${id}`, config, schedule: 'weekly on sunday at 11:20' });
  }
  if (!isThere('cover_days')) {
    const config = { repository_id: id, cover_days: COVER_DAYS };
    await add({ name: `Read the data of ${name} in turns`, slug: `read-${id}`, config, schedule: 'daily at 10:40' });
  }
  return made;
}
