import type { Command } from 'commander';
import type { Invocation } from '../invocation.ts';
import { plural } from '../output/format.ts';
import * as common from './common-options.ts';
import { runsOnRepository, type VerbAction } from './repository-command.ts';

interface UnlockFlags {
  readonly removeAll?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .argument(...common.LOCATION_ARGUMENT)
    .option('--remove-all', 'also locks of programs that are alive; only when you know that nobody is at work');
  common.addCommonOptions(command);
  common.addExamples(
    command,
    ['/mnt/backup'],
    'A lock is stale when its program is gone from this machine, or when it was not renewed for 30 minutes.',
  );
  runsOnRepository(command, invocation, { outlivesItsReader: true }, run);
}

const run: VerbAction<UnlockFlags> = async ({ output, flags, signal, repository }) => {
  const removed = await (await repository()).unlock({ removeAll: flags.removeAll ?? false, signal });
  if (output.isJson) output.record({ message_type: 'summary', removed_locks: removed.length, ids: removed });
  else if (removed.length === 0) output.say('There was no stale lock.');
  else output.say(`Removed ${plural(removed.length, 'lock')}.`);
};
