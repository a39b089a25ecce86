import type { Command } from 'commander';
import { User, UserRole } from '../../../../contracts/access.ts';
import { oneOf } from '../../commands/common-options.ts';
import type { Invocation } from '../../invocation.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import { givenPassword } from './given-password.ts';

interface AddFlags {
  readonly role: string;
  readonly passwordFile?: string;
  readonly tenant?: string;
}

const ROLES = UserRole.options;

export function define(command: Command, invocation: Invocation): void {
  command
    .argument('<name>', 'letters, digits and . _ @ + -')
    .requiredOption('--role <role>', ROLES.join(', '), oneOf(...ROLES))
    .option('-p, --password-file <file>', 'read the password from a file, - for standard input, instead of a question')
    .option('--tenant <id>', 'only for this tenant');
  addServiceOptions(command);
  addServiceExamples(
    command,
    ['users add anna --role admin', 'users add bert --role viewer --password-file bert.password'],
    'The first one is made with the admin token of the data folder. A password has at least 10 characters.',
  );
  talksToService(command, invocation, run);
}

const run: ServiceAction<AddFlags> = async (context) => {
  const { client, flags, operands, output } = context;
  const [username = ''] = operands;
  const { role, tenant: tenantId, passwordFile: path } = flags;
  const connection = await client();
  const password = await givenPassword(context, { of: username, flag: '--password-file', path, isNew: true });
  const user = await connection.send('POST', '/api/auth/users', User, { username, password, role, tenantId });
  if (output.isJson) output.record(user);
  else output.say(`Added ${user.username} (${user.role}).`);
};
