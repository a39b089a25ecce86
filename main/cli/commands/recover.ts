import type { Command } from 'commander';
import type { Invocation } from '../invocation.ts';
import { plural } from '../output/format.ts';
import { productVersion } from '../product.ts';
import * as common from './common-options.ts';
import { lockOptionsOf, requireNoOperands, runsOnRepository, type VerbAction } from './repository-command.ts';

interface RecoverFlags extends common.LockFlags {
  readonly dryRun?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  command.argument(...common.LOCATION_ARGUMENT).option('-n, --dry-run', 'make no snapshot, tell what was found');
  common.addCommonOptions(command);
  common.addRetryLockOption(command);
  common.addExamples(
    command,
    ['/mnt/backup'],
    'Brings back snapshots that were forgotten by mistake, as long as nobody pruned: each becomes a folder of a new snapshot.\n' +
      'Run "repair LOCATION index" first when the index may be incomplete.',
  );
  runsOnRepository(command, invocation, { outlivesItsReader: true }, run);
}

const run: VerbAction<RecoverFlags> = async (context) => {
  const { engine, output, flags } = context;
  requireNoOperands(context.operands);
  const { roots, snapshotId } = await engine.recoverTrees(await context.repository(), {
    ...context.operation,
    dryRun: flags.dryRun ?? false,
    lock: lockOptionsOf(flags),
    programVersion: `guardit ${productVersion()}`,
  });
  output.clearProgress();
  if (output.isJson) {
    const saved = snapshotId === undefined ? {} : { snapshot_id: snapshotId };
    return output.record({ message_type: 'summary', unreferenced_roots: roots.length, ...saved });
  }
  output.say(`Found ${plural(roots.length, 'folder')} that no snapshot refers to.`);
  if (snapshotId !== undefined) output.say(`They are in snapshot ${snapshotId.slice(0, 8)} now, one folder each.`);
};
