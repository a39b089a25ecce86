import type { Command } from 'commander';
import type { Invocation } from '../invocation.ts';
import { plural } from '../output/format.ts';
import { printable } from '../output/printable.ts';
import * as common from './common-options.ts';
import { lockOptionsOf, runsOnRepository, type VerbAction } from './repository-command.ts';
import { filterOf, splitTags } from './snapshot-selection.ts';

interface TagFlags extends common.LockFlags, common.SnapshotFilterFlags {
  readonly set?: readonly string[];
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  readonly dryRun?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .argument(...common.LOCATION_ARGUMENT)
    .argument('[snapshot...]', 'ids, or the starts of ids; default: all that pass the filters')
    .option('--set <tag[,tag…]>', "replace all tags; '' removes them (repeatable)", common.collect)
    .option('--add <tag[,tag…]>', 'add tags (repeatable)', common.collect)
    .option('--remove <tag[,tag…]>', 'remove tags (repeatable)', common.collect)
    .option('-n, --dry-run', 'change nothing, tell what would be changed');
  common.addSnapshotFilterOptions(command);
  common.addCommonOptions(command);
  common.addRetryLockOption(command);
  common.addExamples(
    command,
    ['/mnt/backup latest --add monthly', '/mnt/backup --host laptop --remove old,test'],
    'A snapshot gets a new id when its tags change.',
  );
  runsOnRepository(command, invocation, { outlivesItsReader: true }, run);
}

const run: VerbAction<TagFlags> = async (context) => {
  const { engine, output, flags, operands } = context;
  const { changed } = await engine.tagSnapshots(await context.repository(), {
    ...context.operation,
    snapshots: operands,
    filter: filterOf(flags),
    set: (flags.set ?? []).flatMap(splitTags),
    add: (flags.add ?? []).flatMap(splitTags),
    remove: (flags.remove ?? []).flatMap(splitTags),
    dryRun: flags.dryRun ?? false,
    lock: lockOptionsOf(flags),
  });
  output.clearProgress();
  for (const { oldId, newId, tags } of changed) {
    if (!output.isJson) {
      const becomes = newId === undefined ? '' : ` is now ${newId.slice(0, 8)},`;
      output.say(`${oldId.slice(0, 8)}${becomes} tags: ${tags.map((tag) => printable(tag)).join(', ') || 'none'}`);
    } else if (newId !== undefined) {
      output.record({ message_type: 'changed', old_snapshot_id: oldId, new_snapshot_id: newId });
    }
  }
  if (output.isJson) output.record({ message_type: 'summary', changed_snapshots: changed.length });
  else output.say(`${flags.dryRun ? 'Would change' : 'Changed'} ${plural(changed.length, 'snapshot')}.`);
};
