import type { Command } from 'commander';
import { ACTION_TYPES } from '../../../../contracts/actions.ts';
import { TaskView } from '../../../../contracts/tasks.ts';
import { UsageError } from '../../failure.ts';
import type { Invocation } from '../../invocation.ts';
import { taskPath } from '../paths.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import * as options from './task-options.ts';
import { reportTask } from './task-report.ts';

interface UpdateFlags extends options.TaskFlags, options.MonitoringFlags, options.ActionFlags {
  readonly label?: string;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .usage('ID [options] [-- COMMAND ARGUMENTS…]')
    .argument('<id>', 'the task id, or the number')
    .argument('[command...]', 'after --: what to execute from now on')
    .option('--name <text>', 'for people')
    .option('--label <type>', 'its type in lists')
    .option('--active', 'the opposite of --inactive')
    .option('--action <action>', `what GuardIT does: ${ACTION_TYPES.join(', ')}`, options.ACTION_NAMES);
  options.addTaskOptions(command);
  options.addMonitoringOptions(command);
  options.addActionOptions(command);
  addServiceOptions(command);
  addServiceExamples(
    command,
    [
      'tasks update prod-01-db --expected-schedule "daily at 3:00" --grace-minutes 60',
      'tasks update log-cleanup --schedule manual',
      'tasks update prod-01-db --inactive',
    ],
    'Only what is given changes. An empty text ("") takes a value away.',
  );
  talksToService(command, invocation, run);
}

const run: ServiceAction<UpdateFlags> = async ({ client, flags, operands, output }) => {
  const [id, ...words] = operands;
  const path = taskPath(id);
  const { name: displayName, label: taskType, action: type } = flags;
  const body = { displayName, taskType, type, ...options.taskFields(flags), ...options.actionFields(flags, words) };
  if (Object.values(body).every((value) => value === undefined)) {
    throw new UsageError('What is to change? "guardit tasks update --help" lists the options.');
  }
  const task = await (await client()).send('PUT', path, TaskView, body);
  reportTask(output, task, `Changed ${task.task_id}.`);
};
