import type { Command } from 'commander';
import type { Invocation } from '../../invocation.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import { findUser, userPath } from './find-user.ts';

export function define(command: Command, invocation: Invocation): void {
  command.argument('<name>', 'the user name');
  addServiceOptions(command);
  addServiceExamples(command, ['users remove bert'], 'Ends their logins. API keys that they made stay.');
  talksToService(command, invocation, run);
}

const run: ServiceAction<object> = async ({ client, operands, output }) => {
  const connection = await client();
  const user = await findUser(connection, operands[0] ?? '');
  await connection.order('DELETE', userPath(user));
  if (output.isJson) output.record({ removed: user.username });
  else output.say(`Removed ${user.username}.`);
};
