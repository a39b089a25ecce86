import type { Command } from 'commander';
import { ScheduleList, type ScheduleView } from '../../../../contracts/backup-schedules.ts';
import type { Invocation } from '../../invocation.ts';
import { renderTable } from '../../output/table.ts';
import { textCell, timeCell } from '../cells.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';

export function define(command: Command, invocation: Invocation): void {
  addServiceOptions(command);
  addServiceExamples(command, ['schedule list', 'schedule list --json']);
  talksToService(command, invocation, run);
}

const run: ServiceAction<object> = async ({ client, output }) => {
  const page = await (await client()).get('/api/v1/schedules', ScheduleList, { limit: 1000 });
  if (output.isJson) return output.record(page);
  if (page.schedules.length === 0) return output.say('There is no schedule yet: guardit schedule create --help.');
  const columns = ['Schedule', 'When', 'Type', 'Targets', 'Next run', 'Last results'].map((title) => ({ title }));
  for (const line of renderTable(columns, page.schedules.map(rowOf))) output.print(line);
};

function rowOf({ schedule_id, schedule, type, targets, enabled, next_run }: ScheduleView): (string | string[])[] {
  return [
    schedule_id,
    textCell(schedule),
    type,
    targets.map(({ name }) => textCell(name)),
    enabled ? timeCell(next_run) : 'disabled',
    targets.map(({ last_run }) => last_run?.status ?? ''),
  ];
}
