import type { Command } from 'commander';
import { EXIT_CODES } from '../../app/errors/error-faces.ts';
import type { DiffResult } from '../../engine/index.ts';
import { UsageError } from '../failure.ts';
import type { Invocation } from '../invocation.ts';
import { formatBytes, formatCount } from '../output/format.ts';
import type { Output } from '../output/output.ts';
import { printable } from '../output/printable.ts';
import { snakeCaseKeys } from '../output/snapshot-json.ts';
import * as common from './common-options.ts';
import { optionalLockOf, runsOnRepository, type VerbAction } from './repository-command.ts';

interface DiffFlags extends common.LockFlags {
  readonly metadata?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .argument(...common.LOCATION_ARGUMENT)
    .argument('<before>', 'latest, an id or its start, each with an optional :FOLDER')
    .argument('<after>', 'the same')
    .option('--metadata', 'also show what only changed its owner, permissions or times');
  common.addCommonOptions(command);
  common.addNoLockOption(command);
  common.addRetryLockOption(command);
  common.addExamples(
    command,
    ['/mnt/backup 5f2a91c0 latest', '/mnt/backup 5f2a91c0:home/me latest:home/me --metadata'],
    '+ added, - removed, M content changed, U metadata changed, T type changed, M? content changed under the same metadata.',
  );
  runsOnRepository(command, invocation, { outlivesItsReader: false }, run);
}

const run: VerbAction<DiffFlags> = async (context) => {
  const { engine, output, flags, operands } = context;
  const [before, after, ...rest] = operands;
  if (before === undefined || after === undefined || rest.length > 0)
    throw new UsageError('Give exactly two snapshots.');
  const result = await engine.diffSnapshots(await context.repository(), before, after, {
    ...context.operation,
    metadata: flags.metadata ?? false,
    lock: optionalLockOf(flags),
    onChange: ({ path, modifier }) => {
      if (output.isJson) output.record({ message_type: 'change', path: path.toString(), modifier });
      else output.print(`${modifier.padEnd(5)}${printable(path.toString())}`);
    },
  });
  if (output.isJson) output.record(statisticsRecord(result));
  else summarize(output, result);
  return context.warningCount() > 0 ? EXIT_CODES.incomplete : EXIT_CODES.success;
};

function statisticsRecord({ before, after, changedFiles, added, removed }: DiffResult): object {
  return {
    message_type: 'statistics',
    source_snapshot: before.id,
    target_snapshot: after.id,
    changed_files: changedFiles,
    added: snakeCaseKeys(added),
    removed: snakeCaseKeys(removed),
  };
}

function summarize(output: Output, { added, removed, changedFiles }: DiffResult): void {
  const counts = (plus: number, minus: number) => `${formatCount(plus)} new, ${formatCount(minus)} removed`;
  output.say();
  output.say(`Files:    ${counts(added.files, removed.files)}, ${formatCount(changedFiles)} changed`);
  output.say(`Folders:  ${counts(added.dirs, removed.dirs)}`);
  output.say(`Others:   ${counts(added.others, removed.others)}`);
  output.say(`Blobs:    ${counts(added.dataBlobs + added.treeBlobs, removed.dataBlobs + removed.treeBlobs)}`);
  output.say(`Data:     ${formatBytes(added.bytes)} added, ${formatBytes(removed.bytes)} removed`);
}
