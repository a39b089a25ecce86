import { MAX_TIMEOUT_MS } from '../../../contracts/tasks.ts';
import type { ActionType } from '../../../contracts/actions.ts';
import type { Stores } from '../catalog/ports.ts';
import { insertManagedTask } from '../tasks/managed-task.ts';
import { hasAction, type ActionTask, type TaskPerson } from '../tasks/task.ts';
import type { TargetRecord } from '../targets/ports.ts';

/** What is done for a target when somebody asks for it, beside its backups: each has a task that its runs belong to. */
export type TargetWork = Extract<ActionType, 'restore' | 'verify' | 'restore_drill'>;

const NAMES: Readonly<Record<TargetWork, (target: string) => string>> = {
  restore: (target) => `Restore of ${target}`,
  verify: (target) => `Verification of ${target}`,
  restore_drill: (target) => `Restore drill of ${target}`,
};
const SLUGS: Readonly<Record<TargetWork, string>> = { restore: 'restore', verify: 'verify', restore_drill: 'drill' };
const SYSTEM: TaskPerson = { ref: 'system:guardit', name: 'GuardIT' };

/** Within a write. `isNew`: publish `task.created` after it. */
export async function taskForTarget(
  stores: Stores,
  { id, name }: Pick<TargetRecord, 'id' | 'name'>,
  type: TargetWork,
  { timeZone, now }: { readonly timeZone: string; readonly now: Date },
): Promise<{ readonly task: ActionTask; readonly isNew: boolean }> {
  const managedBy = `target:${id}`;
  const known = (await stores.tasks.managedBy(managedBy)).filter(hasAction).find(({ action }) => action.type === type);
  if (known) return { task: known, isNew: false };
  const task = await insertManagedTask(
    stores,
    {
      managedBy,
      name: NAMES[type](name),
      slug: `${SLUGS[type]}-${id}`,
      type,
      config: { target_id: id },
      schedule: null,
      timeZone,
      isActive: true,
      // Somebody waits for it and sees what went wrong.
      maxRetries: 0,
      timeoutMs: MAX_TIMEOUT_MS,
      createdBy: SYSTEM,
      priority: type === 'restore' ? 'high' : 'normal',
    },
    now,
  );
  return { task, isNew: true };
}
