import type { Command } from 'commander';
import { EXIT_CODES } from '../../app/errors/error-faces.ts';
import { UsageError } from '../failure.ts';
import type { Invocation } from '../invocation.ts';
import { formatCount, plural } from '../output/format.ts';
import { printable } from '../output/printable.ts';
import * as common from './common-options.ts';
import {
  lockOptionsOf,
  requireNoOperands,
  runsOnRepository,
  type VerbAction,
  type VerbContext,
} from './repository-command.ts';
import { filterOf } from './snapshot-selection.ts';

interface RepairFlags extends common.LockFlags, common.SnapshotFilterFlags {
  readonly readAllPacks?: boolean;
  readonly forget?: boolean;
  readonly dryRun?: boolean;
  readonly backupFolder: string;
}

const ACTIONS = ['index', 'snapshots', 'packs'] as const;

export function define(command: Command, invocation: Invocation): void {
  command
    .usage('LOCATION index|packs ID...|snapshots [ID...] [options]')
    .argument(...common.LOCATION_ARGUMENT)
    .argument('<action>', ACTIONS.join(', '))
    .argument('[id...]', 'the damaged packs, or the snapshots to repair (default: all)')
    .option('--read-all-packs', 'index: believe no index, read every pack')
    .option('--backup-folder <folder>', 'packs: where copies of the damaged packs are kept', '.')
    .option('--forget', 'snapshots: remove the damaged originals')
    .option('-n, --dry-run', 'index and snapshots: change nothing, tell what would be done');
  common.addSnapshotFilterOptions(command);
  common.addCommonOptions(command);
  common.addRetryLockOption(command);
  common.addExamples(
    command,
    [
      '/mnt/backup index',
      '/mnt/backup packs 73d04e61',
      '/mnt/backup snapshots --dry-run',
      '/mnt/backup snapshots --forget',
    ],
    'In this order, as far as check says so: the index, then packs, then snapshots. Each step gives up what is lost in it,\n' +
      'so make a copy of the repository first if you can. Back up again afterwards: that fills in what the source still has.',
  );
  runsOnRepository(command, invocation, { outlivesItsReader: true, actions: ACTIONS }, run);
}

const run: VerbAction<RepairFlags> = async (context) => {
  const [action, ...operands] = context.operands;
  switch (action) {
    case 'index':
      requireNoOperands(operands);
      return repairIndex(context);
    case 'packs':
      return repairPacks(context, operands);
    case 'snapshots':
      return repairSnapshots(context, operands);
    default:
      throw new UsageError(`Repair what? Choose one of ${ACTIONS.join(', ')}.`);
  }
};

/** A dry run takes no lock unless one is asked for. */
function settingsOf({ operation, flags }: VerbContext<RepairFlags>) {
  const dryRun = flags.dryRun ?? false;
  return { ...operation, dryRun, ...(!dryRun && { lock: lockOptionsOf(flags) }) };
}

async function repairIndex(context: VerbContext<RepairFlags>): Promise<void> {
  const { engine, output, flags } = context;
  const repository = await context.repository();
  const result = await engine.repairIndex(repository, {
    ...settingsOf(context),
    readAllPacks: flags.readAllPacks ?? false,
  });
  output.clearProgress();
  const { damagedIndexes, addedPacks, vanishedPacks, unreadablePacks } = result;
  if (output.isJson) {
    return output.record({
      message_type: 'summary',
      damaged_indexes: damagedIndexes,
      added_packs: addedPacks,
      vanished_packs: vanishedPacks,
      unreadable_packs: unreadablePacks,
      indexes_written: result.indexesWritten,
      indexes_removed: result.indexesRemoved,
      dry_run: result.dryRun,
    });
  }
  output.say(`Unreadable index files: ${formatCount(damagedIndexes.length)}`);
  output.say(`Packs entered anew:     ${formatCount(addedPacks.length)}`);
  output.say(`Packs that are gone:    ${formatCount(vanishedPacks.length)}`);
  output.say(`Unreadable packs:       ${formatCount(unreadablePacks.length)}`);
  output.say(result.dryRun ? 'Nothing was changed: this was a dry run.' : 'The index says again what the packs hold.');
}

async function repairPacks(context: VerbContext<RepairFlags>, packs: readonly string[]): Promise<void> {
  const { engine, output, flags } = context;
  if (packs.length === 0) throw new UsageError('Which packs? "check --read-data" finds the damaged ones.');
  if (flags.dryRun) throw new UsageError('--dry-run is for index and snapshots.');
  const { operation } = context;
  const settings = { ...operation, packs, backupFolder: flags.backupFolder, lock: lockOptionsOf(flags) };
  const result = await engine.repairPacks(await context.repository(), settings);
  output.clearProgress();
  if (output.isJson) {
    return output.record({
      message_type: 'summary',
      packs: result.packs,
      salvaged_blobs: result.salvagedBlobs,
      lost_blobs: result.lostBlobs.map(({ type, id, reason }) => ({ type, id, reason })),
      new_packs: result.newPacks,
    });
  }
  for (const { type, id, reason } of result.lostBlobs) output.say(`lost: ${type} ${id} (${printable(reason)})`);
  output.say(`Saved ${plural(result.salvagedBlobs, 'blob')}, lost ${formatCount(result.lostBlobs.length)}.`);
  output.say('Now repair the snapshots: they may refer to what is lost.');
}

async function repairSnapshots(context: VerbContext<RepairFlags>, snapshots: readonly string[]): Promise<number> {
  const { engine, output, flags } = context;
  const { snapshots: results, dryRun } = await engine.repairSnapshots(await context.repository(), {
    ...settingsOf(context),
    snapshots,
    filter: filterOf(flags),
    forget: flags.forget ?? false,
  });
  output.clearProgress();
  const damaged = results.filter(({ outcome }) => outcome !== 'unchanged');
  for (const { id, outcome, newId, changes } of damaged) {
    if (output.isJson) {
      output.record({
        message_type: 'snapshot',
        snapshot_id: id,
        outcome,
        ...(newId && { new_snapshot_id: newId }),
        changes,
      });
      continue;
    }
    output.say(`${id.slice(0, 8)} ${outcome}${newId === undefined ? '' : `, now ${newId.slice(0, 8)}`}`);
    for (const { path, what } of changes) output.say(`  ${printable(path)}: ${what}`);
  }
  if (output.isJson) output.record({ message_type: 'summary', changed_snapshots: damaged.length, dry_run: dryRun });
  else
    output.say(
      `${dryRun ? 'Would change' : 'Changed'} ${plural(damaged.length, 'snapshot')} of ${formatCount(results.length)}.`,
    );
  const unreadable = damaged.some(({ outcome }) => outcome === 'unreadable');
  return unreadable && !flags.forget ? EXIT_CODES.failure : EXIT_CODES.success;
}
