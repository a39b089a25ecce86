import type { Command } from 'commander';
import { FileVersions } from '../../../../contracts/browse.ts';
import type { Invocation } from '../../invocation.ts';
import { renderTable } from '../../output/table.ts';
import { sizeCell, timeCell } from '../cells.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';

export function define(command: Command, invocation: Invocation): void {
  command.argument('<target>', 'its id or name').argument('<path>', 'as "backups search" shows it');
  addServiceOptions(command);
  addServiceExamples(command, ['backups versions documents /srv/documents/offer.pdf']);
  talksToService(command, invocation, run);
}

const run: ServiceAction<object> = async ({ client, operands, output }) => {
  const [target = '', path = ''] = operands;
  const address = `/api/v1/targets/${encodeURIComponent(target)}/versions`;
  const found = await (await client()).get(address, FileVersions, { path });
  if (output.isJson) return output.record(found);
  const columns = [
    { title: 'Modified' },
    { title: 'Size', align: 'right' as const },
    ...['First seen', 'Last seen', 'In backup'].map((title) => ({ title })),
  ];
  const rows = found.versions.map(({ modified_at, size, first_seen, last_seen, backup_id }) => [
    timeCell(modified_at),
    sizeCell(size),
    timeCell(first_seen),
    timeCell(last_seen),
    backup_id,
  ]);
  if (rows.length === 0) output.say('No backup has it.');
  else for (const line of renderTable(columns, rows)) output.print(line);
  if (!found.index.complete) output.say('Not all backups have been searched yet; they are being read.');
};
