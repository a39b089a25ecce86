import type { Command } from 'commander';
import type { CopyResult } from '../../engine/index.ts';
import { UsageError } from '../failure.ts';
import type { Invocation } from '../invocation.ts';
import { formatBytes, plural } from '../output/format.ts';
import type { Output } from '../output/output.ts';
import * as common from './common-options.ts';
import { openSource } from './from-repository.ts';
import { lockOptionsOf, runsOnRepository, type VerbAction } from './repository-command.ts';
import { filterOf } from './snapshot-selection.ts';

interface CopyFlags extends common.LockFlags, common.SnapshotFilterFlags {
  readonly fromRepo: string;
  readonly fromPasswordFile?: string;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .argument('<location>', 'the repository to copy into')
    .argument('[snapshot...]', 'snapshots of the other repository; default: all that pass the filters')
    .requiredOption('--from-repo <location>', 'the repository to copy from')
    .option('--from-password-file <file>', 'its password; else GUARDIT_FROM_PASSWORD_FILE and the like, or a question');
  common.addSnapshotFilterOptions(command);
  common.addCommonOptions(command);
  common.addRetryLockOption(command);
  common.addExamples(
    command,
    ['/mnt/second --from-repo /mnt/backup', '/mnt/second latest --from-repo /mnt/backup --host laptop'],
    'What is there already is not copied again. Make the second repository with init --copy-chunker-params, so that later\n' +
      'backups into it share data with the copies.',
  );
  runsOnRepository(command, invocation, { outlivesItsReader: true }, run);
}

const run: VerbAction<CopyFlags> = async (context) => {
  const { engine, output, flags, operands } = context;
  if (flags.fromRepo === context.location)
    throw new UsageError('--from-repo names the repository that is copied into.');
  // One after the other: both may have to ask for a password.
  const target = await context.repository();
  const source = await openSource(context, flags.fromRepo);
  try {
    const lock = lockOptionsOf(flags);
    const result = await engine.copySnapshots(source, target, {
      ...context.operation,
      snapshots: operands,
      filter: filterOf(flags),
      sourceLock: lock,
      targetLock: lock,
    });
    output.clearProgress();
    report(output, result);
  } finally {
    await source.close();
  }
};

function report(output: Output, { copied, skipped, blobs, bytes }: CopyResult): void {
  for (const { sourceId, targetId } of copied) {
    if (output.isJson) output.record({ message_type: 'copied', source_snapshot_id: sourceId, snapshot_id: targetId });
    else output.say(`${sourceId.slice(0, 8)} is copied as ${targetId.slice(0, 8)}`);
  }
  for (const { sourceId, targetId } of skipped) {
    if (output.isJson) output.record({ message_type: 'skipped', source_snapshot_id: sourceId, snapshot_id: targetId });
    else if (output.verbosity >= 1) output.say(`${sourceId.slice(0, 8)} was there already as ${targetId.slice(0, 8)}`);
  }
  if (output.isJson) {
    const counts = {
      snapshots_copied: copied.length,
      snapshots_skipped: skipped.length,
      blobs_copied: blobs,
      bytes_copied: bytes,
    };
    output.record({ message_type: 'summary', ...counts });
  } else {
    const added = `${plural(blobs, 'blob')}, ${formatBytes(bytes)}`;
    output.say(
      `Copied ${plural(copied.length, 'snapshot')} (${added}); ${plural(skipped.length, 'snapshot')} had been copied before.`,
    );
  }
}
