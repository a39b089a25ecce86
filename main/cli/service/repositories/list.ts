import type { Command } from 'commander';
import { RepositoryList, type Repository } from '../../../../contracts/repositories.ts';
import type { Invocation } from '../../invocation.ts';
import { renderTable } from '../../output/table.ts';
import { messageCell, textCell } from '../cells.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';

export function define(command: Command, invocation: Invocation): void {
  addServiceOptions(command);
  addServiceExamples(command, ['repositories list', 'repositories list --json']);
  talksToService(command, invocation, run);
}

const run: ServiceAction<object> = async ({ client, output }) => {
  const list = await (await client()).get('/api/v1/repositories', RepositoryList);
  if (output.isJson) return output.record(list);
  if (list.repositories.length === 0) return output.say('There is no repository yet: guardit repositories add --help.');
  const columns = ['Repository', 'Kind', 'Where', 'Recovery kit', 'Trouble'].map((title) => ({ title }));
  for (const line of renderTable(columns, list.repositories.map(rowOf))) output.print(line);
};

function rowOf({ repository_id, kind, location, kit, problem }: Repository): string[] {
  const path = typeof location['path'] === 'string' ? location['path'] : JSON.stringify(location);
  const needs = { store: 'to be stored', renew: 'to be renewed' } as const;
  return [repository_id, kind, textCell(path), kit.needs === null ? 'stored' : needs[kit.needs], messageCell(problem)];
}
