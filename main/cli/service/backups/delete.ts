import type { Command } from 'commander';
import type { Invocation } from '../../invocation.ts';
import { UsageError } from '../../failure.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import { backupPath } from './find-backup.ts';

export function define(command: Command, invocation: Invocation): void {
  command.argument('<backup>', 'its id').option('--confirm', 'really: what is deleted can not be restored any more');
  addServiceOptions(command);
  addServiceExamples(command, ['backups delete backup-documents-full-20261122T174900-1a2b --confirm']);
  talksToService(command, invocation, run);
}

const run: ServiceAction<{ readonly confirm?: boolean }> = async ({ client, flags, operands, output }) => {
  const [id = ''] = operands;
  if (!flags.confirm) throw new UsageError(`${id} could not be restored any more. Say --confirm to delete it.`);
  await (await client()).order('DELETE', backupPath(id));
  if (output.isJson) output.record({ deleted: id });
  else output.say(`Deleted ${id}.`);
};
