import type { Command } from 'commander';
import { ACTION_TYPES } from '../../../../contracts/actions.ts';
import { TaskView } from '../../../../contracts/tasks.ts';
import { UsageError } from '../../failure.ts';
import type { Invocation } from '../../invocation.ts';
import { formatLocalTime } from '../../output/format.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import {
  ACTION_NAMES,
  actionFields,
  addActionOptions,
  addTaskOptions,
  taskFields,
  type ActionFlags,
  type TaskFlags,
} from './task-options.ts';
import { reportTask } from './task-report.ts';

interface AddFlags extends TaskFlags, ActionFlags {
  readonly id?: string;
  readonly label?: string;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .usage('NAME [options] [-- COMMAND ARGUMENTS…]')
    .argument('<name>', 'for people')
    .argument('[command...]', 'after --: what to execute')
    .option('--id <id>', 'its task id (default: made from the name)')
    .option('--action <action>', `what GuardIT does: ${ACTION_TYPES.join(', ')} (default: script)`, ACTION_NAMES)
    .option('--label <type>', 'its type in lists, such as database (default: the action)');
  addActionOptions(command);
  addTaskOptions(command);
  addServiceOptions(command);
  addServiceExamples(
    command,
    [
      'tasks add "Log cleanup" --schedule "daily at 2:00" -- node /srv/app/cleanup.js --keep 14',
      'tasks add "Dump" --shell --cwd /backups -- "pg_dump -U user mydb > backup.sql"',
      'tasks add "Health check" --action api_call --config-file health.json --schedule "every 5 minutes"',
      'tasks add "Copy" --depends-on dump -- rclone copy /backups remote:backups',
    ],
    'Tasks that run scripts or custom functions are for admins. Other users can see a command: secrets belong into a\n' +
      'configuration, by reference (docs/guide/actions.md).',
  );
  talksToService(command, invocation, run);
}

const run: ServiceAction<AddFlags> = async ({ client, flags, operands, output }) => {
  const [name = '', ...words] = operands;
  const { action = 'script', id, label } = flags;
  if (words.length > 0 && action !== 'script')
    throw new UsageError(`An ${action} has no command, but a --config-file.`);
  const fields = actionFields(flags, words);
  if (!fields.config) {
    throw new UsageError('What is it to do? Give -- COMMAND ARGUMENTS, or --config-file FILE.');
  }
  const body = { name, type: action, taskId: id, taskType: label, ...taskFields(flags), ...fields };
  const task = await (await client()).send('POST', '/api/tasks', TaskView, body);
  const next = 'next_run' in task && task.next_run ? ` It runs next at ${formatLocalTime(task.next_run)}.` : '';
  reportTask(output, task, `Added ${task.task_id}.${next}`);
};
