import type { Command } from 'commander';
import type { Invocation } from '../../invocation.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';

export function define(command: Command, invocation: Invocation): void {
  command.argument('<target>', 'its id or name');
  addServiceOptions(command);
  addServiceExamples(
    command,
    ['targets remove documents'],
    'It is protected no more; its backups stay until they are removed.',
  );
  talksToService(command, invocation, run);
}

const run: ServiceAction<object> = async ({ client, operands, output }) => {
  const [id = ''] = operands;
  await (await client()).order('DELETE', `/api/v1/targets/${encodeURIComponent(id)}`);
  if (output.isJson) output.record({ removed: id });
  else output.say(`${id} is protected no more. Its backups stay.`);
};
