import type { Command } from 'commander';
import { StartedVerification, VerificationView } from '../../../../contracts/verifications.ts';
import { EXIT_CODES } from '../../../app/errors/error-faces.ts';
import { UsageError } from '../../failure.ts';
import type { Invocation } from '../../invocation.ts';
import { formatBytes, plural } from '../../output/format.ts';
import { messageCell } from '../cells.ts';
import { followRun } from '../jobs/follow-run.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import { backupPath, newestBackup, resolveBackup } from './find-backup.ts';

interface VerifyFlags {
  readonly target?: string;
  readonly latest?: boolean;
  readonly wait?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .argument('[backup]', "a backup's id, or a job's")
    .option('--target <name>', 'instead: the newest backup of this target')
    .option('--latest', 'with --target: says so; it is the newest in any case')
    .option('--no-wait', 'begin it and do not wait for its end');
  addServiceOptions(command);
  addServiceExamples(
    command,
    ['verify backup-documents-full-20261122T174900-1a2b', 'verify --target documents --latest'],
    'Reads and hashes everything that the backup needs. Exit code 3 when something is damaged.',
  );
  talksToService(command, invocation, run);
}

const run: ServiceAction<VerifyFlags> = async (context) => {
  const { client, flags, operands, output } = context;
  const [id] = operands;
  if ((id === undefined) === (flags.target === undefined)) throw new UsageError('Name a backup, or a --target.');
  const connection = await client();
  const backup =
    flags.target === undefined
      ? await resolveBackup(connection, id ?? '')
      : await newestBackup(connection, flags.target);
  const started = await connection.send('POST', backupPath(backup.backup_id, 'verify'), StartedVerification);
  if (flags.wait === false) {
    if (output.isJson) output.record(started);
    else output.say(`The verification ${started.run_id} of ${backup.backup_id} has begun.`);
    return;
  }
  const ended = await followRun(context, started.run_id);
  const found = await connection.get(`/api/v1/verifications/${started.run_id}`, VerificationView);
  if (output.isJson) output.record(found);
  else if (found.status === 'verified')
    output.print(`${backup.backup_id} is sound: ${formatBytes(found.read_bytes)} were read.`);
  else
    output.print(
      `${backup.backup_id}: ${found.status}, ${plural(found.error_count, 'error')}. ${messageCell(ended.error?.message)}`,
    );
  return found.status === 'verified' ? EXIT_CODES.success : EXIT_CODES.incomplete;
};
