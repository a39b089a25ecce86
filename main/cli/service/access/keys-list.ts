import type { Command } from 'commander';
import { ApiKeyList } from '../../../../contracts/access.ts';
import type { Invocation } from '../../invocation.ts';
import { renderTable } from '../../output/table.ts';
import { textCell, timeCell } from '../cells.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import { allPages } from './all-pages.ts';
import { allUsers } from './find-user.ts';

export function define(command: Command, invocation: Invocation): void {
  addServiceOptions(command);
  addServiceExamples(command, ['keys list', 'keys list --json']);
  talksToService(command, invocation, run);
}

const run: ServiceAction<object> = async ({ client, output }) => {
  const connection = await client();
  const keys = await allPages(async (page) => {
    const { keys: items, total } = await connection.get('/api/auth/keys', ApiKeyList, page);
    return { items, total };
  });
  if (output.isJson) return output.record({ keys, total: keys.length });
  if (keys.length === 0) return output.say('There is no API key.');
  const names = new Map((await allUsers(connection)).map(({ id, username }) => [id, username]));
  const columns = ['ID', 'Name', 'Role', 'For', 'Made by', 'Expires', 'Last used'].map((title) => ({ title }));
  const rows = keys.map((key) => [
    key.id,
    textCell(key.name),
    key.role,
    textCell(key.agent_id ?? key.tenant_id),
    textCell(names.get(key.created_by) ?? key.created_by),
    key.expires_at ? timeCell(key.expires_at) : 'never',
    timeCell(key.last_used_at),
  ]);
  for (const line of renderTable(columns, rows)) output.print(line);
};
