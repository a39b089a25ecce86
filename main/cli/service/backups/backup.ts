import type { Command } from 'commander';
import { BACKUP_TYPES, CreatedBackups, type BackupResponse } from '../../../../contracts/backups.ts';
import type { RunDetails } from '../../../../contracts/runs.ts';
import { EXIT_CODES } from '../../../app/errors/error-faces.ts';
import { oneOf, wholeNumber } from '../../commands/common-options.ts';
import type { Invocation } from '../../invocation.ts';
import { formatBytes, plural } from '../../output/format.ts';
import { messageCell, textCell } from '../cells.ts';
import { followRun } from '../jobs/follow-run.ts';
import { namesOf } from '../lists.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import { findBackup } from './find-backup.ts';

interface BackupFlags {
  readonly type: string;
  readonly retentionDays?: number;
  readonly description?: string;
  readonly wait?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .argument('<targets>', 'names or ids, with commas between them; the name of a kind stands for all of that kind')
    .option('--type <type>', BACKUP_TYPES.join(', '), oneOf(...BACKUP_TYPES), 'incremental')
    .option('--retention-days <n>', 'keep these backups for so many days', wholeNumber)
    .option('--description <text>', 'what it is for')
    .option('--wait', 'show how far it is, until all have ended: it does so in any case')
    .option('--no-wait', 'begin it and do not wait for its end');
  addServiceOptions(command);
  addServiceExamples(
    command,
    ['backup documents,pictures --type full', 'backup files --type incremental --retention-days 30'],
    'Waits until all have ended. Exit code 3 when one did not complete. Ctrl+C ends the waiting, not the backups.',
  );
  talksToService(command, invocation, run);
}

const run: ServiceAction<BackupFlags> = async (context) => {
  const { client, flags, operands, output } = context;
  const targets = namesOf(operands[0], 'the targets');
  const { type, retentionDays: retention_days, description } = flags;
  const body = { type, targets, retention_days, description };
  const created = await (await client()).send('POST', '/api/v1/backup/create', CreatedBackups, body);
  if (flags.wait === false) {
    if (output.isJson) return output.record(created);
    output.say(`Started ${plural(created.backups.length, 'backup')} as job ${created.backup_job_id}:`);
    for (const { backup_id, target_name } of created.backups) output.print(`  ${backup_id}  ${textCell(target_name)}`);
    return;
  }
  let exitCode: number = EXIT_CODES.success;
  for (const started of created.backups) {
    const ended = started.run_id === null ? null : await followRun(context, started.run_id);
    const backup = await findBackup(await client(), started.backup_id);
    if (output.isJson) output.record(backup);
    else output.print(sentence(backup, ended));
    if (backup.status !== 'completed') exitCode = EXIT_CODES.incomplete;
  }
  return exitCode;
};

function sentence(backup: BackupResponse, run: RunDetails | null): string {
  const { backup_id, status, target_name, total_bytes, stored_bytes, warnings, error } = backup;
  const head = `${textCell(target_name)}: ${backup_id} ${status}`;
  if (status !== 'completed') return `${head}. ${messageCell(error?.message ?? run?.error?.message)}`;
  const added = stored_bytes === null ? '' : `, ${formatBytes(stored_bytes)} added`;
  return `${head}, ${formatBytes(total_bytes)}${added}${warnings > 0 ? `, ${plural(warnings, 'warning')}` : ''}.`;
}
