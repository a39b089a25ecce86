import type { Command } from 'commander';
import type { Invocation } from '../../invocation.ts';
import { secretPath } from '../paths.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';

export function define(command: Command, invocation: Invocation): void {
  command.argument('<name>', 'as "guardit secrets list" shows it');
  addServiceOptions(command);
  addServiceExamples(command, ['secrets remove api-token'], 'Tasks that refer to it fail from now on.');
  talksToService(command, invocation, run);
}

const run: ServiceAction<object> = async ({ client, operands, output }) => {
  const [name = ''] = operands;
  await (await client()).order('DELETE', secretPath(name));
  if (output.isJson) output.record({ removed: name });
  else output.say(`Removed the secret ${name}.`);
};
