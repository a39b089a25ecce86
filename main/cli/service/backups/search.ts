import type { Command } from 'commander';
import { SearchResult } from '../../../../contracts/browse.ts';
import { wholeNumber } from '../../commands/common-options.ts';
import type { Invocation } from '../../invocation.ts';
import { renderTable } from '../../output/table.ts';
import { sizeCell, textCell, timeCell } from '../cells.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';

export function define(command: Command, invocation: Invocation): void {
  command
    .argument('<target>', 'its id or name')
    .argument('<words...>', 'what the name contains, in any order')
    .option('--limit <n>', 'how many, at most 500', wholeNumber, 50);
  addServiceOptions(command);
  addServiceExamples(command, ['backups search documents offer 2026', 'backups search documents .xlsx --json']);
  talksToService(command, invocation, run);
}

const run: ServiceAction<{ readonly limit: number }> = async ({ client, flags, operands, output }) => {
  const [target = '', ...words] = operands;
  const path = `/api/v1/targets/${encodeURIComponent(target)}/search`;
  const found = await (await client()).get(path, SearchResult, { q: words.join(' '), limit: flags.limit });
  if (output.isJson) return output.record(found);
  const columns = [
    { title: 'Path' },
    { title: 'Size', align: 'right' as const },
    ...['Modified', 'Versions', 'In backup'].map((title) => ({ title })),
  ];
  const rows = found.hits.map(({ path, size, modified_at, versions, backup_id, present }) => [
    textCell(path) + (present ? '' : ' (deleted)'),
    sizeCell(size),
    timeCell(modified_at),
    String(versions),
    backup_id,
  ]);
  if (rows.length === 0) output.say('Nothing was found.');
  else for (const line of renderTable(columns, rows)) output.print(line);
  if (found.has_more) output.say('There is more: give more words, or a greater --limit.');
  const { complete, backups, backups_indexed: indexed } = found.index;
  if (!complete) output.say(`${indexed} of ${backups} backups have been searched; the others are being read.`);
};
