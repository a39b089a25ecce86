import type { Command } from 'commander';
import { Me } from '../../../../contracts/access.ts';
import type { Invocation } from '../../invocation.ts';
import { formatLocalTime } from '../../output/format.ts';
import { fieldLines, textCell } from '../cells.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';

const SOURCES = {
  file: 'the token file that was named',
  login: 'your login',
  installation: "the admin token of the service's data folder",
} as const;

export function define(command: Command, invocation: Invocation): void {
  addServiceOptions(command);
  addServiceExamples(command, ['whoami', 'whoami --json']);
  talksToService(command, invocation, run);
}

const run: ServiceAction<object> = async ({ service, output }) => {
  const { client, url, tokenSource } = await service();
  if (tokenSource === 'none') {
    if (output.isJson) output.record({ url, me: null });
    else output.say(`Nobody, at ${url}: a script of this machine, which may watch and report on monitored tasks.`);
    return;
  }
  const me = await client.get('/api/auth/me', Me);
  if (output.isJson) return output.record({ url, me });
  const lines = fieldLines([
    ['Name', textCell(me.name)],
    ['Role', me.role],
    ['Tenant', textCell(me.tenant_id)],
    ['Agent', textCell(me.agent_id)],
    ['By', SOURCES[tokenSource]],
    ['Until', me.expires_at && formatLocalTime(me.expires_at)],
    ['At', url],
  ]);
  for (const line of lines) output.print(line);
};
