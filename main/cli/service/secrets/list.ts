import type { Command } from 'commander';
import { SecretList } from '../../../../contracts/secrets.ts';
import type { Invocation } from '../../invocation.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';

export function define(command: Command, invocation: Invocation): void {
  addServiceOptions(command);
  addServiceExamples(command, ['secrets list', 'secrets list --json'], 'Values are never shown.');
  talksToService(command, invocation, run);
}

const run: ServiceAction<object> = async ({ client, output }) => {
  const found = await (await client()).get('/api/secrets', SecretList);
  if (output.isJson) return output.record(found);
  if (found.secrets.length === 0) return output.say('There is no secret.');
  for (const { name } of found.secrets) output.print(name);
};
