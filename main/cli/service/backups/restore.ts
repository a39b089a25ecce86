import { resolve } from 'node:path';
import type { Command } from 'commander';
import { CreatedRestores, OVERWRITE_RULES, RestoreView } from '../../../../contracts/restores.ts';
import { EXIT_CODES } from '../../../app/errors/error-faces.ts';
import { collect, oneOf, pointInTime } from '../../commands/common-options.ts';
import { UsageError } from '../../failure.ts';
import type { Invocation } from '../../invocation.ts';
import { formatBytes, plural } from '../../output/format.ts';
import { messageCell, textCell } from '../cells.ts';
import { followRun } from '../jobs/follow-run.ts';
import { namesOf } from '../lists.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';

interface RestoreFlags {
  readonly targets?: string;
  readonly backupId?: string;
  readonly at?: Date;
  readonly verify?: boolean;
  readonly to?: string;
  readonly inPlace?: boolean;
  readonly overwrite?: string;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly wait?: boolean;
  readonly verbose?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .option('--targets <names>', 'what to restore: names or ids of targets, with commas between them')
    .option('--backup-id <id>', 'this backup, or the backups of this job (default: the newest of each target)')
    .option('--at <time>', "as it was then, such as '2026-11-22 17:49'", pointInTime)
    .option('--verify', 'read everything that is needed first; where something is damaged, nothing is restored')
    .option('--to <folder>', 'where to (default: a new folder, which is named)')
    .option('--in-place', 'to where it came from; needs --overwrite')
    .option(
      '--overwrite <rule>',
      `what happens to what is there: ${OVERWRITE_RULES.join(', ')}`,
      oneOf(...OVERWRITE_RULES),
    )
    .option('--include <pattern>', 'only what matches (repeatable)', collect)
    .option('--exclude <pattern>', 'all but what matches (repeatable)', collect)
    .option('--wait', 'show how far it is, until it has ended: it does so in any case')
    .option('--no-wait', 'begin it and do not wait for its end')
    .option('-v, --verbose', 'tell everything');
  addServiceOptions(command);
  addServiceExamples(
    command,
    [
      'restore --targets documents --verify',
      'restore --backup-id backup-documents-full-20261122T174900-1a2b --targets documents --to /srv/restored',
      "restore --targets documents --at '2026-11-22 17:49' --include '*.xlsx'",
    ],
    'Waits until it has ended. Exit code 3 when it did not restore everything. Ctrl+C ends the waiting, not the restore.',
  );
  talksToService(command, invocation, run);
}

const run: ServiceAction<RestoreFlags> = async (context) => {
  const { client, flags, output } = context;
  const created = await (await client()).send('POST', '/api/v1/restore/create', CreatedRestores, requestOf(flags));
  if (flags.wait === false) {
    if (output.isJson) return output.record(created);
    for (const { restore_id, target_id } of created.restores) {
      output.say(`Restore ${restore_id} of ${textCell(target_id)} has begun.`);
    }
    return;
  }
  let exitCode: number = EXIT_CODES.success;
  for (const { restore_id } of created.restores) {
    await followRun(context, restore_id);
    const restore = await (await client()).get(`/api/v1/restore/${restore_id}`, RestoreView);
    if (output.isJson) output.record(restore);
    else for (const line of linesOf(restore, flags.verbose ?? false)) output.print(line);
    if (restore.status !== 'completed' || restore.errors.length > 0) exitCode = EXIT_CODES.incomplete;
  }
  return exitCode;
};

function requestOf(flags: RestoreFlags): object {
  const { targets, backupId, at, verify, to, inPlace, overwrite, include, exclude } = flags;
  if (targets === undefined && backupId === undefined) throw new UsageError('Name --targets or a --backup-id.');
  if (backupId !== undefined && at !== undefined) throw new UsageError('--backup-id and --at exclude each other.');
  if (inPlace && to !== undefined) throw new UsageError('--in-place and --to exclude each other.');
  const destination = inPlace ? { original: true } : to === undefined ? undefined : { path: resolve(to) };
  return {
    ...(targets === undefined ? {} : { targets: namesOf(targets, 'the targets') }),
    backup_job_id: backupId,
    at: at?.toISOString(),
    verify_before_restore: verify,
    ...{ destination, overwrite, include, exclude },
  };
}

function linesOf(restore: RestoreView, isVerbose: boolean): string[] {
  const { status, target_id, destination, files_restored, bytes_restored, errors, backup_id } = restore;
  const head = `${textCell(target_id)}: ${status}, ${plural(files_restored, 'file')} (${formatBytes(bytes_restored)}) in ${textCell(destination)}`;
  const more = isVerbose ? [`  from ${backup_id}`] : [];
  const told = errors.map(({ item, message }) => `  ${messageCell(item === null ? message : `${item}: ${message}`)}`);
  return [head, ...more, ...told];
}
