import type { Command } from 'commander';
import { BACKUP_TYPES, BackupList, type BackupResponse } from '../../../../contracts/backups.ts';
import { RUN_STATES } from '../../../../contracts/runs.ts';
import { oneOf, wholeNumber } from '../../commands/common-options.ts';
import type { Invocation } from '../../invocation.ts';
import { formatBytes } from '../../output/format.ts';
import { renderTable } from '../../output/table.ts';
import { textCell, timeCell } from '../cells.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';

interface ListFlags {
  readonly target?: string;
  readonly repository?: string;
  readonly type?: string;
  readonly status?: string;
  readonly limit: number;
  readonly offset: number;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .option('--target <name>', 'only of this target')
    .option('--repository <id>', 'only in this repository')
    .option('--type <type>', `only: ${BACKUP_TYPES.join(', ')}`, oneOf(...BACKUP_TYPES))
    .option('--status <state>', `only: ${RUN_STATES.join(', ')}`, oneOf(...RUN_STATES))
    .option('--limit <n>', 'how many, at most 1000', wholeNumber, 20)
    .option('--offset <n>', 'how many of the newest to leave out', wholeNumber, 0);
  addServiceOptions(command);
  addServiceExamples(command, ['backups list', 'backups list --target documents --status completed --json']);
  talksToService(command, invocation, run);
}

const run: ServiceAction<ListFlags> = async ({ client, flags, output }) => {
  const { target, repository: repository_id, type: backup_type, status, limit, offset } = flags;
  const query = { target, repository_id, backup_type, status, limit, offset };
  const page = await (await client()).get('/api/v1/backup/list', BackupList, query);
  if (output.isJson) return output.record(page);
  if (page.backups.length === 0) return output.say('There is no such backup.');
  const columns = [
    ...['Backup', 'Target', 'Type', 'State', 'Began'].map((title) => ({ title })),
    { title: 'Size', align: 'right' as const },
  ];
  for (const line of renderTable(columns, page.backups.map(rowOf))) output.print(line);
  const shown = offset + page.backups.length;
  if (shown < page.total) output.say(`${page.total} in all; --offset ${shown} shows older ones.`);
};

function rowOf(backup: BackupResponse): string[] {
  return [
    backup.backup_id,
    textCell(backup.target_name),
    backup.backup_type,
    backup.status + (backup.verify_state === 'damaged' ? ', damaged' : ''),
    timeCell(backup.started_at ?? backup.created_at),
    backup.status === 'completed' ? formatBytes(backup.total_bytes) : '',
  ];
}
