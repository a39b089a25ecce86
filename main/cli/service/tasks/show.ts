import type { Command } from 'commander';
import { TaskView } from '../../../../contracts/tasks.ts';
import type { Invocation } from '../../invocation.ts';
import { taskPath } from '../paths.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import { taskLines } from './task-report.ts';

export function define(command: Command, invocation: Invocation): void {
  command.argument('<id>', 'the task id, or the number');
  addServiceOptions(command);
  addServiceExamples(command, ['tasks show prod-01-db', 'tasks show prod-01-db --json']);
  talksToService(command, invocation, run);
}

const run: ServiceAction<object> = async ({ client, operands, output }) => {
  const task = await (await client()).get(taskPath(operands[0]), TaskView);
  if (output.isJson) output.record(task);
  else for (const line of taskLines(task)) output.print(line);
};
