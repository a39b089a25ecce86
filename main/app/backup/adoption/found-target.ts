import { createHash } from 'node:crypto';
import type { Stores } from '../../catalog/ports.ts';
import type { SnapshotFacts } from '../../engine-jobs/ports/job-facts.ts';
import { insertTargetTask } from '../../targets/create-target.ts';
import { objectSlug } from '../../targets/object-id.ts';
import type { TargetRecord } from '../../targets/ports.ts';
import type { TargetDeps } from '../../targets/target-deps.ts';

const SYSTEM_PERSON = { ref: 'system:guardit', name: 'GuardIT' };
const LONGEST_NAME = 200;

/**
 * Within a write: the target that a snapshot of nobody we know belongs to, one for each host and its paths. It was never
 * protected here, so it is one that was removed: its backups can be listed, browsed and restored.
 */
export async function foundTarget(
  stores: Stores,
  { hostName, paths }: SnapshotFacts,
  repositoryId: string,
  defaults: Pick<TargetDeps, 'timeZone' | 'maxRetries'>,
  now: Date,
): Promise<TargetRecord> {
  const hash = createHash('sha256')
    .update(JSON.stringify([hostName, [...paths].sort()]))
    .digest('hex')
    .slice(0, 12);
  const id = `found-${objectSlug(hostName, 'host')}-${hash}`;
  const known = await stores.targets.find(id);
  if (known) return known;
  const what = `${hostName}: ${paths.join(', ')}`;
  const name = [...what].length > LONGEST_NAME ? `${[...what].slice(0, LONGEST_NAME - 1).join('')}…` : what;
  const task = await insertTargetTask(stores, { id, name, createdBy: SYSTEM_PERSON, isActive: false }, defaults, now);
  const target: TargetRecord = {
    ...{ id, name, kind: 'files', config: { paths: [...paths] }, repositoryId, retention: null, task: task.id },
    ...{ createdAt: now, updatedAt: now, removedAt: now },
  };
  if (!(await stores.targets.insert(target))) throw new Error(`The target ${id} could not be stored.`);
  return target;
}
