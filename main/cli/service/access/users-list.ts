import type { Command } from 'commander';
import type { Invocation } from '../../invocation.ts';
import { renderTable } from '../../output/table.ts';
import { textCell, timeCell } from '../cells.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import { allUsers } from './find-user.ts';

export function define(command: Command, invocation: Invocation): void {
  addServiceOptions(command);
  addServiceExamples(command, ['users list', 'users list --json']);
  talksToService(command, invocation, run);
}

const run: ServiceAction<object> = async ({ client, output }) => {
  const users = await allUsers(await client());
  if (output.isJson) return output.record({ users, total: users.length });
  if (users.length === 0) return output.say('There is no user yet. "guardit users add" makes one.');
  const columns = ['Name', 'Role', 'Tenant', 'State', 'Last login'].map((title) => ({ title }));
  const rows = users.map((user) => [
    textCell(user.username),
    user.role,
    textCell(user.tenant_id),
    user.disabled ? 'disabled' : 'enabled',
    timeCell(user.last_login_at),
  ]);
  for (const line of renderTable(columns, rows)) output.print(line);
};
