import type { Command } from 'commander';
import { LoginReply } from '../../../../contracts/access.ts';
import type { Invocation } from '../../invocation.ts';
import { formatLocalTime } from '../../output/format.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import { givenPassword } from './given-password.ts';

interface LoginFlags {
  readonly passwordFile?: string;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .argument('<name>', 'your user name')
    .option('-p, --password-file <file>', 'read the password from a file, - for standard input, instead of a question');
  addServiceOptions(command);
  addServiceExamples(
    command,
    ['login anna', 'login anna --url https://guardit.example.org', 'login anna --password-file - <password'],
    'The login is kept for you alone in logins.json of your configuration folder until it ends (12 hours) or you log out.',
  );
  talksToService(command, invocation, run);
}

const run: ServiceAction<LoginFlags> = async (context) => {
  const { flags, logins, operands, output, serviceAsNobody } = context;
  const [username = ''] = operands;
  const { client, url } = await serviceAsNobody();
  const password = await givenPassword(context, {
    of: `${username} at ${url}`,
    flag: '--password-file',
    path: flags.passwordFile,
  });
  const login = await client.send('POST', '/api/auth/login', LoginReply, { username, password });
  logins.put(url, { username: login.user.username, token: login.token, expiresAt: login.expires_at });
  // The token stays in its file: terminals and logs remember what they were shown.
  if (output.isJson) output.record({ url, user: login.user, expires_at: login.expires_at });
  else {
    const { username: name, role } = login.user;
    output.say(`Logged in at ${url} as ${name} (${role}) until ${formatLocalTime(login.expires_at)}.`);
  }
};
