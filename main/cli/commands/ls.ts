import type { Command } from 'commander';
import type { StoredSnapshot } from '../../engine/index.ts';
import type { Invocation } from '../invocation.ts';
import { formatLocalTime } from '../output/format.ts';
import { nodeLine } from '../output/node-line.ts';
import { printable } from '../output/printable.ts';
import { snapshotRecord } from '../output/snapshot-json.ts';
import * as common from './common-options.ts';
import { optionalLockOf, runsOnRepository, type VerbAction } from './repository-command.ts';
import { filterOf } from './snapshot-selection.ts';

interface LsFlags extends common.LockFlags, common.SnapshotFilterFlags {
  readonly long?: boolean;
  readonly humanReadable?: boolean;
  readonly recursive?: boolean;
}

/** Entries between two looks at whether the reader keeps up. */
const ENTRIES_A_LOOK = 256;

export function define(command: Command, invocation: Invocation): void {
  command
    .argument(...common.LOCATION_ARGUMENT)
    .argument('<snapshot>', 'latest, an id or its start; SNAPSHOT:FOLDER starts in that folder')
    .argument('[folder...]', 'only these folders, absolute, and what lies directly in them; default: everything')
    .option('-l, --long', 'with type, permissions, owner, size and time')
    .option('--human-readable', 'sizes in KiB, MiB, …')
    .option('--recursive', 'everything below the given folders');
  common.addSnapshotFilterOptions(command, ', when the snapshot is latest');
  common.addCommonOptions(command);
  common.addNoLockOption(command);
  common.addRetryLockOption(command);
  common.addExamples(command, [
    '/mnt/backup latest',
    '/mnt/backup latest /home/me -l --human-readable',
    '/mnt/backup latest:home/me /documents --recursive --json',
  ]);
  runsOnRepository(command, invocation, { outlivesItsReader: false }, run);
}

const run: VerbAction<LsFlags> = async (context) => {
  const { engine, output, flags, signal } = context;
  const [reference = '', ...folders] = context.operands;
  const entries = engine.listSnapshot(await context.repository(), reference, {
    signal,
    filter: filterOf(flags),
    folders,
    recursive: flags.recursive ?? false,
    lock: optionalLockOf(flags),
    onSnapshot: (snapshot) => {
      if (output.isJson)
        output.record({ ...snapshotRecord(snapshot), message_type: 'snapshot', struct_type: 'snapshot' });
      else output.say(describe(snapshot));
    },
  });
  let count = 0;
  for await (const { path, node } of entries) {
    if (output.isJson) output.recordText(engine.goJson(engine.listedNodeJson(path, node)));
    else output.print(nodeLine(engine, path, node, flags));
    if (++count % ENTRIES_A_LOOK === 0) await output.ready();
  }
};

function describe({ id, paths, hostname, time }: StoredSnapshot): string {
  const where = `${paths.map((path) => printable(path)).join(', ')} on ${printable(hostname)}`;
  return `Snapshot ${id.slice(0, 8)} of ${where}, ${formatLocalTime(time)}:`;
}
