import type { Command } from 'commander';
import type { Invocation } from '../../invocation.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';

export function define(command: Command, invocation: Invocation): void {
  command.argument('<id>', 'as "guardit keys list" shows it');
  addServiceOptions(command);
  addServiceExamples(command, ['keys remove 5f2a91c0'], 'Requests that come with it are refused from now on.');
  talksToService(command, invocation, run);
}

const run: ServiceAction<object> = async ({ client, operands, output }) => {
  const [id = ''] = operands;
  await (await client()).order('DELETE', `/api/auth/keys/${encodeURIComponent(id)}`);
  if (output.isJson) output.record({ removed: id });
  else output.say(`Removed the key ${id}.`);
};
