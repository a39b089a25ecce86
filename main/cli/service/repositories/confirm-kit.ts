import type { Command } from 'commander';
import type { Invocation } from '../../invocation.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';

export function define(command: Command, invocation: Invocation): void {
  command.argument('<repository>', 'its id');
  addServiceOptions(command);
  addServiceExamples(
    command,
    ['repositories confirm-kit nas'],
    'Says that the newest recovery kit is stored in a safe place.',
  );
  talksToService(command, invocation, run);
}

const run: ServiceAction<object> = async ({ client, operands, output }) => {
  const [id = ''] = operands;
  await (await client()).order('POST', `/api/v1/repositories/${encodeURIComponent(id)}/kit/confirm`);
  if (output.isJson) output.record({ confirmed: id });
  else output.say(`It is noted that the recovery kit of ${id} is stored.`);
};
