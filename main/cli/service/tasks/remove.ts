import type { Command } from 'commander';
import type { Invocation } from '../../invocation.ts';
import { taskPath } from '../paths.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';

export function define(command: Command, invocation: Invocation): void {
  command.argument('<id>', 'the task id, or the number');
  addServiceOptions(command);
  addServiceExamples(
    command,
    ['tasks remove prod-01-db'],
    'Its statuses, history and runs go with it. A task that others depend on, or that runs, stays.',
  );
  talksToService(command, invocation, run);
}

const run: ServiceAction<object> = async ({ client, operands, output }) => {
  const [id] = operands;
  await (await client()).order('DELETE', taskPath(id));
  if (output.isJson) output.record({ removed: id });
  else output.say(`Removed ${id}.`);
};
