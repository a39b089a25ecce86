import { SECRET_NAME } from '../../../contracts/actions.ts';
import { TaskId } from '../../../contracts/task-id.ts';
import { UsageError } from '../failure.ts';

/** The path of a task; a numeric id is one, too. Words that mean something else in a path are refused here already. */
export function taskPath(id: string | undefined, ...more: readonly string[]): string {
  const checked = TaskId.safeParse(id);
  if (!checked.success)
    throw new UsageError(`"${id ?? ''}" is not a task id: it ${checked.error.issues[0]?.message ?? 'is wrong'}.`);
  return ['/api/tasks', encodeURIComponent(checked.data), ...more].join('/');
}

export function runPath(id: string, ...more: readonly string[]): string {
  return ['/api/runs', encodeURIComponent(id), ...more].join('/');
}

/** A name that can't be one is refused before its value is asked for. */
export function secretPath(name: string): string {
  if (!SECRET_NAME.test(name)) {
    throw new UsageError(
      `${JSON.stringify(name)} can't name a secret. Use letters, digits, ".", "_" and "-", at most 100, a letter or digit first.`,
    );
  }
  return `/api/secrets/${encodeURIComponent(name)}`;
}
