import type { Command } from 'commander';
import { z } from 'zod';
import { SchedulerView } from '../../../../contracts/runs.ts';
import { TaskView } from '../../../../contracts/tasks.ts';
import { UsageError } from '../../failure.ts';
import { taskPath } from '../paths.ts';
import type { ServiceContext } from '../service-command.ts';

export interface AllFlags {
  readonly all?: boolean;
}

export function addTaskOrAll(command: Command): void {
  command.argument('[id]', 'the task id, or the number').option('--all', 'all tasks: the scheduler itself');
}

/** Pauses or resumes one task, or the scheduler. */
export async function changeSchedule(
  { client, flags, operands, output }: ServiceContext<AllFlags>,
  verb: 'pause' | 'resume',
  body: object | undefined,
  sentence: (what: string) => string,
): Promise<void> {
  const [id] = operands;
  if ((id === undefined) === (flags.all === undefined)) throw new UsageError('Give a task id, or --all.');
  const path = id === undefined ? `/api/scheduler/${verb}` : taskPath(id, verb);
  const answer = await (await client()).send('POST', path, z.union([TaskView, SchedulerView]), body);
  if (output.isJson) output.record(answer);
  else output.say(sentence(id ?? 'The scheduler'));
}
