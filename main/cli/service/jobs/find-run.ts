import { RunList } from '../../../../contracts/runs.ts';
import type { ServiceClient } from '../../../host/attach/index.ts';
import { UsageError } from '../../failure.ts';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
/** Of so many runs a short id may be; older ones need the whole. */
const SEARCHED = 1000;

/** The whole id of a run: given as such, or by its start as lists show it. */
export async function findRun(client: ServiceClient, given: string): Promise<string> {
  if (UUID.test(given)) return given.toLowerCase();
  if (!/^[0-9a-f-]{4,36}$/i.test(given)) {
    throw new UsageError(`"${given}" is no id of a run. "guardit jobs list" shows them; of a task: --task.`);
  }
  const { runs } = await client.get('/api/runs', RunList, { limit: SEARCHED });
  const found = runs.filter(({ id }) => id.startsWith(given.toLowerCase()));
  const [run, ...others] = found;
  if (!run) throw new UsageError(`None of the last ${SEARCHED} runs begins with ${given}.`);
  if (others.length > 0) throw new UsageError(`${found.length} runs begin with ${given}. Give more of the id.`);
  return run.id;
}

/** The newest run of a task. */
export async function lastRunOf(client: ServiceClient, taskId: string): Promise<string> {
  const { runs } = await client.get('/api/runs', RunList, { task_id: taskId, limit: 1 });
  const [run] = runs;
  if (!run) throw new UsageError(`${taskId} has not run yet.`);
  return run.id;
}
