import type { Command } from 'commander';
import { TaskView } from '../../../../contracts/tasks.ts';
import type { Invocation } from '../../invocation.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import {
  addMonitoringOptions,
  addTaskOptions,
  taskFields,
  type MonitoringFlags,
  type TaskFlags,
} from './task-options.ts';
import { reportTask } from './task-report.ts';

interface RegisterFlags extends TaskFlags, MonitoringFlags {
  readonly type: string;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .argument('<id>', 'what its script will call it: prod-01-db')
    .option('--name <text>', 'for people (default: the id)')
    .option('--type <type>', 'database, files, copy, verification, archive, retention, or another word', 'files');
  addTaskOptions(command);
  addMonitoringOptions(command);
  addServiceOptions(command);
  addServiceExamples(
    command,
    [
      'tasks register prod-01-db --name "Production 1, database" --type database',
      'tasks register prod-01-files --expected-schedule "daily at 2:00" --grace-minutes 30',
    ],
    'Its script reports with guardit-client.sh, guardit-client.ps1 or curl (docs/guide/scripts.md).',
  );
  talksToService(command, invocation, run);
}

const run: ServiceAction<RegisterFlags> = async ({ client, flags, operands, output }) => {
  const [taskId = ''] = operands;
  const body = { taskId, displayName: flags.name ?? taskId, taskType: flags.type, ...taskFields(flags) };
  const task = await (await client()).send('POST', '/api/tasks/register', TaskView, body);
  reportTask(output, task, `Registered ${task.task_id}.`);
};
