import type { Stores } from '../catalog/ports.ts';
import type { TaskLogRecord } from './ports.ts';
import type { Run } from './run.ts';

const LONGEST_MESSAGE = 4_000;

/** Notes what happened to a run in its task's log (seed 2, "Task Logs"), within the write that makes it so. */
export async function logTask(
  stores: Pick<Stores, 'taskLog'>,
  { id, task }: Pick<Run, 'id' | 'task'>,
  { at, level, message, data }: TaskLogRecord,
): Promise<void> {
  const bounded = message.slice(0, LONGEST_MESSAGE);
  await stores.taskLog.append(task, id, { at, level, message: bounded, data: { run_id: id, ...data } });
}
