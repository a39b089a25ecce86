import type { DataSetName } from './data/data-set.ts';

/** `must` holds in every release; `goal` is what we are after. A value is good when it is not above them. */
export interface Target {
  readonly must: number;
  readonly goal: number;
}

/** GuardIT's time by restic's, for each kind of work by its key. */
export const TIME_TARGETS: Readonly<Record<string, Partial<Record<DataSetName, Target>>>> = {
  backup: { D1: { must: 0.55, goal: 0.42 }, D2: { must: 0.58, goal: 0.42 }, D3: { must: 0.62, goal: 0.48 } },
  unchanged: { D2: { must: 0.33, goal: 0.22 } },
  changed: forAll({ must: 0.6, goal: 0.4 }),
  restore: forAll({ must: 0.66, goal: 0.5 }),
  check: forAll({ must: 0.62, goal: 0.48 }),
  prune: forAll({ must: 0.25, goal: 0.15 }),
};

/** GuardIT's peak memory by restic's. */
export const FIRST_BACKUP_MEMORY_TARGET: Target = { must: 1.25, goal: 1 };
export const OTHER_MEMORY_TARGET: Target = { must: 1.7, goal: 1.2 };

/** GuardIT's repository after the first backup by restic's. */
export const SIZE_TARGET: Target = { must: 1.01, goal: 0.99 };

/** In bytes a blob. restic's own index takes 155 to 180. */
export const INDEX_TARGET: Target = { must: 64, goal: 36 };

function forAll(target: Target): Record<DataSetName, Target> {
  return { D1: target, D2: target, D3: target };
}
