import type { Command } from 'commander';
import type { GroupKey, StoredSnapshot } from '../../engine/index.ts';
import type { Invocation } from '../invocation.ts';
import { plural } from '../output/format.ts';
import { printable } from '../output/printable.ts';
import { snapshotRecord } from '../output/snapshot-json.ts';
import { renderSnapshots } from '../output/snapshot-table.ts';
import * as common from './common-options.ts';
import { runsOnRepository, underSharedLock, type VerbAction } from './repository-command.ts';
import { filterOf, selectSnapshots } from './snapshot-selection.ts';

interface SnapshotsFlags extends common.LockFlags, common.SnapshotFilterFlags {
  readonly compact?: boolean;
  readonly latest?: number;
  readonly groupBy?: string;
}

export function define(command: Command, invocation: Invocation): void {
  command.argument(...common.LOCATION_ARGUMENT).argument('[snapshot...]', 'ids, or the starts of ids; default: all');
  common.addSnapshotFilterOptions(command);
  command
    .option('-c, --compact', 'one line a snapshot, without its paths')
    .option('--latest <n>', 'only the last n snapshots of each host and paths', common.wholeNumber)
    .option('-g, --group-by <criteria>', 'in groups by host, paths, tags, or several: host,paths');
  common.addCommonOptions(command);
  common.addNoLockOption(command);
  common.addRetryLockOption(command);
  common.addExamples(command, [
    '/mnt/backup',
    '/mnt/backup --host laptop --latest 3',
    '/mnt/backup --tag monthly --json',
  ]);
  runsOnRepository(command, invocation, { outlivesItsReader: false }, run);
}

const run: VerbAction<SnapshotsFlags> = async (context) => {
  const { engine, output, flags, operands, signal } = context;
  const repository = await context.repository();
  const groupBy = flags.groupBy === undefined ? undefined : engine.parseGroupBy(flags.groupBy);
  const selected = await underSharedLock(repository, flags, signal, () =>
    selectSnapshots(context, repository, operands, filterOf(flags)),
  );
  const groups = engine
    .groupSnapshots(selected, groupBy ?? { host: false, paths: false, tags: false })
    .map((group) => ({
      key: group.key,
      snapshots: latestOf(engine, group.snapshots, flags.latest, groupBy !== undefined),
    }));

  if (output.isJson) {
    const records = groups.map(({ key, snapshots }) => ({
      group_key: key,
      snapshots: [...snapshots].reverse().map(snapshotRecord),
    }));
    output.record(groupBy === undefined ? records.flatMap(({ snapshots }) => snapshots) : records);
    return;
  }
  for (const { key, snapshots } of groups) {
    if (groupBy !== undefined) output.print(`Snapshots${describeGroup(key)}:`);
    for (const line of renderSnapshots(snapshots, { compact: flags.compact ?? false })) output.print(line);
    output.print(`${plural(snapshots.length, 'snapshot')}\n`);
  }
  if (groups.length === 0)
    output.say(`No snapshots${operands.length > 0 ? '' : ' match; a backup makes the first one'}.`);
};

/** `snapshots` come newest first. Without groups, the last ones of each host and paths count, as in restic. */
function latestOf(
  engine: Parameters<typeof run>[0]['engine'],
  snapshots: readonly StoredSnapshot[],
  latest: number | undefined,
  grouped: boolean,
): readonly StoredSnapshot[] {
  if (latest === undefined || latest === 0) return snapshots;
  if (grouped) return snapshots.slice(0, latest);
  const wanted = new Set(engine.groupSnapshots(snapshots).flatMap((group) => group.snapshots.slice(0, latest)));
  return snapshots.filter((snapshot) => wanted.has(snapshot));
}

/** ` of host laptop, paths /home`, or nothing for the one group of all. */
export function describeGroup({ hostname, paths, tags }: GroupKey): string {
  const parts = [
    hostname === '' ? '' : `host ${printable(hostname)}`,
    paths === null ? '' : `paths ${paths.map((path) => printable(path)).join(', ')}`,
    tags === null ? '' : `tags ${tags.map((tag) => printable(tag)).join(', ')}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : ` of ${parts.join(', ')}`;
}
