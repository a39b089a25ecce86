import type { Command } from 'commander';
import { FilesPage } from '../../../../contracts/browse.ts';
import type { Invocation } from '../../invocation.ts';
import { renderTable } from '../../output/table.ts';
import { sizeCell, textCell, timeCell } from '../cells.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import { backupPath } from './find-backup.ts';

export function define(command: Command, invocation: Invocation): void {
  command.argument('<backup>', 'its id').argument('[folder]', 'a folder of it, such as /srv/documents', '/');
  addServiceOptions(command);
  addServiceExamples(command, ['backups files backup-documents-full-20261122T174900-1a2b /srv/documents']);
  talksToService(command, invocation, run);
}

const run: ServiceAction<object> = async ({ client, operands, output }) => {
  const [id = '', path = '/'] = operands;
  const connection = await client();
  let cursor: string | undefined;
  do {
    const page = await connection.get(backupPath(id, 'files'), FilesPage, { path, cursor });
    if (output.isJson) for (const entry of page.entries) output.record(entry);
    else if (page.total === 0) output.say('The folder is empty.');
    else for (const line of linesOf(page)) output.print(line);
    cursor = page.next_cursor ?? undefined;
    await output.ready();
  } while (cursor !== undefined && !output.isClosed);
};

function linesOf({ entries }: FilesPage): string[] {
  const columns = [
    { title: 'Mode' },
    { title: 'Size', align: 'right' as const },
    { title: 'Modified' },
    { title: 'Name' },
  ];
  return renderTable(
    columns,
    entries.map(({ type, mode, size, modified_at, name, link_target }) => [
      mode,
      sizeCell(size),
      timeCell(modified_at),
      textCell(name) + (type === 'dir' ? '/' : '') + (link_target === null ? '' : ` -> ${textCell(link_target)}`),
    ]),
  );
}
