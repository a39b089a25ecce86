import type { Run } from '../runs/ports.ts';
import type { ActionTask } from '../tasks/task.ts';
import type { TargetPlaces } from './target-places.ts';

const REPOSITORY = 'repository:';

/**
 * What a run shares with others. A target has one backup at a time; a repository has a few works at a time. Restores take
 * nothing: whoever needs a file does not wait for a backup.
 */
export function slotKeys(
  { action }: ActionTask,
  { type, params }: Pick<Run, 'type' | 'params'>,
  places: Pick<TargetPlaces, 'repositoryOf'>,
): readonly string[] {
  if (type === 'restore') return [];
  // What was asked for with this run is more exact than what its task says.
  const named: Record<string, unknown> = {
    ...action.config,
    ...(typeof params === 'object' && params !== null ? params : {}),
  };
  const target = named['target_id'];
  const repository = named['repository_id'] ?? (typeof target === 'string' ? places.repositoryOf(target) : undefined);
  const takesTarget = type === 'backup' || type === 'consolidate';
  return [
    ...(takesTarget && typeof target === 'string' ? [`target:${target}`] : []),
    ...(typeof repository === 'string' ? [`${REPOSITORY}${repository}`] : []),
  ];
}

/** How many may use a key at once. */
export function slotLimit(key: string, perRepository: number): number {
  return key.startsWith(REPOSITORY) ? perRepository : 1;
}
