import type { Command } from 'commander';
import { TaskView } from '../../../../contracts/tasks.ts';
import type { Invocation } from '../../invocation.ts';
import { formatLocalTime } from '../../output/format.ts';
import { taskPath } from '../paths.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import { reportTask } from './task-report.ts';

export function define(command: Command, invocation: Invocation): void {
  command.argument('<id>', 'the task id, or the number');
  addServiceOptions(command);
  addServiceExamples(command, ['tasks skip log-cleanup']);
  talksToService(command, invocation, run);
}

const run: ServiceAction<object> = async ({ client, operands, output }) => {
  const task = await (await client()).send('POST', taskPath(operands[0], 'skip-next'), TaskView);
  const next = 'next_run' in task && task.next_run ? `It runs next at ${formatLocalTime(task.next_run)}.` : '';
  reportTask(output, task, `The next start of ${task.task_id} is left out. ${next}`.trimEnd());
};
