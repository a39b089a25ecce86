import type { Command } from 'commander';
import { ServiceError } from '../../../host/attach/service-error.ts';
import type { Invocation } from '../../invocation.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';

export function define(command: Command, invocation: Invocation): void {
  addServiceOptions(command);
  addServiceExamples(command, ['logout']);
  talksToService(command, invocation, run);
}

const run: ServiceAction<object> = async ({ service, logins, output }) => {
  const { client, url, tokenSource } = await service();
  if (tokenSource !== 'login') {
    if (output.isJson) output.record({ url, logged_out: false });
    else output.say(`You are not logged in at ${url}.`);
    return;
  }
  try {
    await client.order('POST', '/api/auth/logout');
  } catch (error) {
    // It had ended already. Anything else: the token is worth something yet, so it is kept for another try.
    if (!(error instanceof ServiceError) || error.refusal?.status !== 401) throw error;
  }
  logins.remove(url);
  if (output.isJson) output.record({ url, logged_out: true });
  else output.say(`Logged out at ${url}.`);
};
