import type { Command } from 'commander';
import { z } from 'zod';
import { TASK_PRIORITIES, TASK_STATES, TaskView } from '../../../../contracts/tasks.ts';
import { oneOf } from '../../commands/common-options.ts';
import type { Invocation } from '../../invocation.ts';
import { renderTable } from '../../output/table.ts';
import { textCell, timeCell } from '../cells.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';

interface ListFlags {
  readonly status?: string;
  readonly type?: string;
  readonly priority?: string;
  readonly search?: string;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .option('--status <state>', `only tasks in this state: ${TASK_STATES.join(', ')}`, oneOf(...TASK_STATES))
    .option('--type <type>', 'only tasks of this type, or with this kind of action')
    .option(
      '--priority <priority>',
      `only tasks of this priority: ${TASK_PRIORITIES.join(', ')}`,
      oneOf(...TASK_PRIORITIES),
    )
    .option('--search <text>', 'only tasks with this in their id, name or description');
  addServiceOptions(command);
  addServiceExamples(command, ['tasks list', 'tasks list --type database', 'tasks list --status failed --json']);
  talksToService(command, invocation, run);
}

const run: ServiceAction<ListFlags> = async ({ client, flags, output }) => {
  const { status, type, priority, search: q } = flags;
  const tasks = await (await client()).get('/api/tasks', z.array(TaskView), { status, type, priority, q });
  if (output.isJson) return output.record(tasks);
  if (tasks.length === 0) return output.say('There is no such task.');
  const columns = ['ID', 'Name', 'Type', 'Schedule', 'State', 'Last', 'Next'].map((title) => ({ title }));
  for (const line of renderTable(columns, tasks.map(rowOf))) output.print(line);
};

function rowOf(task: TaskView): string[] {
  const isAction = 'config' in task;
  const schedule = isAction ? task.schedule : task.expected_schedule;
  const state = isAction ? task.state : 'monitored';
  return [
    textCell(task.task_id),
    textCell(task.display_name),
    textCell(task.task_type),
    textCell(schedule),
    task.is_active ? state : 'inactive',
    timeCell(isAction ? task.last_run : task.last_seen),
    isAction ? timeCell(task.next_run) : '',
  ];
}
