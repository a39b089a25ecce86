import type { Command } from 'commander';
import { LoginReply, Me, User } from '../../../../contracts/access.ts';
import { UsageError } from '../../failure.ts';
import type { Invocation } from '../../invocation.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import { findUser, userPath } from './find-user.ts';
import { givenPassword } from './given-password.ts';

interface PasswordFlags {
  readonly passwordFile?: string;
  readonly newPasswordFile?: string;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .argument('[name]', "an admin gives somebody else's name; without one it is your own password")
    .option('-p, --password-file <file>', 'your own, as it is now; - for standard input')
    .option('--new-password-file <file>', 'the new one, - for standard input, instead of a question');
  addServiceOptions(command);
  addServiceExamples(
    command,
    ['users password', 'users password bert --new-password-file bert.password'],
    'Ends all logins of the user; your own login here goes on.',
  );
  talksToService(command, invocation, run);
}

const run: ServiceAction<PasswordFlags> = async (context) => {
  const [name] = context.operands;
  return name === undefined ? changeOwn(context) : changeOf(context, name);
};

const changeOwn: ServiceAction<PasswordFlags> = async (context) => {
  const { flags, logins, output } = context;
  const { passwordFile, newPasswordFile } = flags;
  if (passwordFile === '-' && newPasswordFile === '-')
    throw new UsageError('Standard input can be only one of the two.');
  const { client, url, tokenSource } = await context.service();
  const me = await client.get('/api/auth/me', Me);
  if (me.kind !== 'user') throw new UsageError('You are here by a key, which has no password. Log in, or name a user.');
  const of = `${me.name} at ${url}`;
  const currentPassword = await givenPassword(context, { of, flag: '--password-file', path: passwordFile });
  const newPassword = await givenPassword(context, {
    of,
    flag: '--new-password-file',
    path: newPasswordFile,
    isNew: true,
  });
  const login = await client.send('PUT', '/api/auth/me/password', LoginReply, { currentPassword, newPassword });
  if (tokenSource === 'login') {
    logins.put(url, { username: login.user.username, token: login.token, expiresAt: login.expires_at });
  }
  if (output.isJson) output.record(login.user);
  else output.say('Your password is changed.');
};

async function changeOf(context: Parameters<ServiceAction<PasswordFlags>>[0], name: string): Promise<void> {
  const { client, flags, output } = context;
  if (flags.passwordFile !== undefined)
    throw new UsageError('--password-file is for your own password: leave the name out.');
  const connection = await client();
  const user = await findUser(connection, name);
  const wish = { of: user.username, flag: '--new-password-file', path: flags.newPasswordFile, isNew: true };
  const password = await givenPassword(context, wish);
  const changed = await connection.send('PUT', userPath(user), User, { password });
  if (output.isJson) output.record(changed);
  else output.say(`The password of ${changed.username} is changed.`);
}
