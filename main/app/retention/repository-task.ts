import type { ActionType } from '../../../contracts/actions.ts';
import type { Stores } from '../catalog/ports.ts';
import { repositoryNotFound } from '../repositories/repository-access.ts';
import { insertManagedTask } from '../tasks/managed-task.ts';
import { hasAction, type ActionTask } from '../tasks/task.ts';

const TASKS = {
  prune: { words: 'Free what no backup needs in', schedule: 'weekly on sunday at 5:00' },
  cleanup: { words: 'Remove old backups of', schedule: null },
} as const satisfies Partial<Record<ActionType, { words: string; schedule: string | null }>>;

/** A day: a large repository on a slow disk takes its time. */
const TIMEOUT_MS = 24 * 3_600_000;

/** Within a write: the task of a repository that prunes it or cleans it up, made where it is missing. Throws `not_found`. */
export async function repositoryTask(
  stores: Stores,
  type: keyof typeof TASKS,
  repositoryId: string,
  { timeZone, at }: { readonly timeZone: string; readonly at: Date },
): Promise<{ readonly task: ActionTask; readonly isNew: boolean }> {
  const repository = await stores.repositories.find(repositoryId);
  if (!repository) throw repositoryNotFound(repositoryId);
  const managedBy = `repository:${repositoryId}`;
  const present = (await stores.tasks.managedBy(managedBy)).filter(hasAction);
  const found = present.find(({ action }) => action.type === type);
  if (found) return { task: found, isNew: false };
  const { words, schedule } = TASKS[type];
  const task = await insertManagedTask(
    stores,
    {
      ...{ managedBy, type, schedule, timeZone },
      name: `${words} ${repository.name}`,
      slug: `${type}-${repositoryId}`,
      config: { repository_id: repositoryId },
      isActive: true,
      maxRetries: type === 'prune' ? 3 : 0,
      timeoutMs: TIMEOUT_MS,
      createdBy: { ref: 'system:guardit', name: 'GuardIT' },
    },
    at,
  );
  return { task, isNew: true };
}
