import type { Command } from 'commander';
import type { Invocation } from '../../invocation.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import { schedulePath } from './schedule-path.ts';

export function define(command: Command, invocation: Invocation): void {
  command.argument('<schedule>', 'its id or name');
  addServiceOptions(command);
  addServiceExamples(command, ['schedule remove daily-full-backup'], 'The backups that it made stay.');
  talksToService(command, invocation, run);
}

const run: ServiceAction<object> = async ({ client, operands, output }) => {
  const [id = ''] = operands;
  await (await client()).order('DELETE', schedulePath(id));
  if (output.isJson) output.record({ removed: id });
  else output.say(`Removed the schedule ${id}. The backups that it made stay.`);
};
