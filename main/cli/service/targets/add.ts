import { resolve } from 'node:path';
import type { Command } from 'commander';
import { TARGET_KINDS, TargetView } from '../../../../contracts/targets.ts';
import { collect, oneOf } from '../../commands/common-options.ts';
import { UsageError } from '../../failure.ts';
import type { Invocation } from '../../invocation.ts';
import { addKeepOptions, keptBy, type KeepFlags } from '../schedules/keep-options.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';

interface AddFlags extends KeepFlags {
  readonly kind: string;
  readonly repository: string;
  readonly exclude?: readonly string[];
  readonly excludeCaches?: boolean;
  readonly metadataFile?: string;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .argument('<name>', 'for people; its id is made from it')
    .argument('<paths...>', 'files and folders to protect')
    .option(
      '--kind <kind>',
      'files; or scenarios: one folder, each folder in it an item of its own',
      oneOf(...TARGET_KINDS),
      'files',
    )
    .requiredOption('--repository <id>', 'where its backups go')
    .option('--exclude <pattern>', "leave out what matches one of restic's patterns (repeatable)", collect)
    .option('--exclude-caches', 'leave out folders that a CACHEDIR.TAG marks')
    .option('--metadata-file <path>', "with scenarios: where an item's metadata lies in it");
  addKeepOptions(command);
  addServiceOptions(command);
  addServiceExamples(command, [
    'targets add documents /home/me/documents --repository nas --keep-daily 14 --keep-monthly 12',
    'targets add apps /srv/scenarios --kind scenarios --repository nas --exclude node_modules',
  ]);
  talksToService(command, invocation, run);
}

const run: ServiceAction<AddFlags> = async ({ client, flags, operands, output }) => {
  const [name = '', ...given] = operands;
  const paths = given.map((path) => resolve(path));
  const { kind, repository: repository_id, exclude: excludes, excludeCaches: exclude_caches } = flags;
  if (kind === 'scenarios' && paths.length !== 1) throw new UsageError('Scenarios lie in one folder: name just that.');
  const where = kind === 'scenarios' ? { path: paths[0], metadata_file: flags.metadataFile } : { paths };
  const body = { name, kind, repository_id, config: { ...where, excludes, exclude_caches }, retention: keptBy(flags) };
  const made = await (await client()).send('POST', '/api/v1/targets', TargetView, body);
  if (output.isJson) output.record(made);
  else output.say(`${made.target_id} is a target now. Back it up: guardit backup ${made.target_id}`);
};
