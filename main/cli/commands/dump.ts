import type { Command } from 'commander';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { EXIT_CODES } from '../../app/errors/error-faces.ts';
import { UsageError } from '../failure.ts';
import type { Invocation } from '../invocation.ts';
import * as common from './common-options.ts';
import { optionalLockOf, requireNoOperands, runsOnRepository, type VerbAction } from './repository-command.ts';
import { filterOf } from './snapshot-selection.ts';

interface DumpFlags extends common.LockFlags, common.SnapshotFilterFlags {
  readonly archive?: 'tar' | 'zip';
  readonly target?: string;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .argument(...common.LOCATION_ARGUMENT)
    .argument('<snapshot>', 'latest, an id or its start; SNAPSHOT:FOLDER starts in that folder')
    .argument('<path>', 'the file or folder; / is everything')
    .option('-a, --archive <format>', 'how a folder is written: tar or zip (default: tar)', common.oneOf('tar', 'zip'))
    .option('-t, --target <file>', 'write to this file instead of standard output');
  common.addSnapshotFilterOptions(command, ', when the snapshot is latest');
  common.addCommonOptions(command);
  common.addNoLockOption(command);
  common.addRetryLockOption(command);
  common.addExamples(command, [
    '/mnt/backup latest /etc/fstab',
    '/mnt/backup latest /var/www --archive zip --target www.zip',
    '/mnt/backup latest:home/me /documents | tar -tv',
  ]);
  runsOnRepository(command, invocation, { outlivesItsReader: false }, run);
}

const run: VerbAction<DumpFlags> = async (context) => {
  const { engine, output, flags, signal } = context;
  const [snapshot = '', path = '', ...rest] = context.operands;
  requireNoOperands(rest);
  const files = await engine.SnapshotFileSystem.open(await context.repository(), snapshot, {
    filter: filterOf(flags),
    lock: optionalLockOf(flags),
    signal,
  });
  try {
    const { onWarning } = context.operation;
    const format = flags.archive ?? 'tar';
    const { kind, stream } = await engine.dump(files, path, { format, signal, ...(onWarning && { onWarning }) });
    if (flags.target === undefined && kind !== 'file' && process.stdout.isTTY) {
      throw new UsageError(`${path} is a folder, and a terminal cannot show an archive. Use --target FILE, or a pipe.`);
    }
    if (flags.target === undefined) await pipeline(stream, output.rawStream(), { end: false, signal });
    else await pipeline(stream, createWriteStream(flags.target, { flush: true }), { signal });
  } finally {
    await files.close();
  }
  if (context.warningCount() === 0) return;
  output.fail('The dump is done, but it does not hold everything; see the warnings.', EXIT_CODES.incomplete);
  return EXIT_CODES.incomplete;
};
