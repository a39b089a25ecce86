import type { Command } from 'commander';
import { EXIT_CODES } from '../../app/errors/error-faces.ts';
import type { OverwritePolicy, Progress, RestoreItem, RestoreResult } from '../../engine/index.ts';
import { UsageError } from '../failure.ts';
import type { Invocation } from '../invocation.ts';
import { withoutZeros } from '../output/backup-json.ts';
import { formatBytes, formatDuration, plural } from '../output/format.ts';
import type { Output } from '../output/output.ts';
import { printable } from '../output/printable.ts';
import * as common from './common-options.ts';
import {
  optionalLockOf,
  requireNoOperands,
  runsOnRepository,
  type VerbAction,
  type VerbContext,
} from './repository-command.ts';
import { filterOf } from './snapshot-selection.ts';

interface RestoreFlags extends common.LockFlags, common.SnapshotFilterFlags {
  readonly target?: string;
  readonly include?: readonly string[];
  readonly iinclude?: readonly string[];
  readonly exclude?: readonly string[];
  readonly iexclude?: readonly string[];
  readonly includeFile?: readonly string[];
  readonly iincludeFile?: readonly string[];
  readonly excludeFile?: readonly string[];
  readonly iexcludeFile?: readonly string[];
  readonly overwrite?: OverwritePolicy;
  readonly sparse?: boolean;
  readonly verify?: boolean;
  readonly dryRun?: boolean;
  readonly delete?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  const { collect } = common;
  command
    .argument(...common.LOCATION_ARGUMENT)
    .argument('<snapshot>', 'latest, an id or its start; SNAPSHOT:FOLDER restores what is in that folder')
    .requiredOption('-t, --target <folder>', 'where to restore to; it is made when it is missing')
    .option('-i, --include <pattern>', 'only what matches (repeatable)', collect)
    .option('--iinclude <pattern>', 'the same, upper or lower case (repeatable)', collect)
    .option('-e, --exclude <pattern>', 'not what matches (repeatable)', collect)
    .option('--iexclude <pattern>', 'the same, upper or lower case (repeatable)', collect)
    .option('--include-file <file>', 'patterns from a file, one a line; also --iinclude-file (repeatable)', collect)
    .addOption(command.createOption('--iinclude-file <file>').argParser(collect).hideHelp())
    .option('--exclude-file <file>', 'patterns from a file, one a line; also --iexclude-file (repeatable)', collect)
    .addOption(command.createOption('--iexclude-file <file>').argParser(collect).hideHelp())
    .option(
      '--overwrite <policy>',
      'files that exist: always, if-changed (same size and time: left alone), if-newer, never (default: always)',
      common.oneOf('always', 'if-changed', 'if-newer', 'never'),
    )
    .option('--sparse', 'leave holes where files hold zeros')
    .option('--verify', 'read everything back and compare it with the snapshot')
    .option('--delete', 'remove what the snapshot does not have from restored folders; try it with --dry-run -vv first')
    .option('-n, --dry-run', 'write nothing, tell what would be done');
  common.addSnapshotFilterOptions(command, ', when the snapshot is latest');
  common.addCommonOptions(command);
  common.addNoLockOption(command);
  common.addRetryLockOption(command);
  common.addExamples(
    command,
    [
      '/mnt/backup latest --target /tmp/restored',
      '/mnt/backup latest:/home/me/documents --target ~/documents --overwrite if-changed',
      "/mnt/backup 5f2a91c0 --target /tmp/restored --include '*.odt' --verify",
      '/mnt/backup latest --host laptop --target / --dry-run -vv',
    ],
    'A restore that was interrupted is continued by the same command: what is there already is not fetched again.',
  );
  runsOnRepository(command, invocation, { outlivesItsReader: true, progressRecord: statusRecord }, run);
}

const run: VerbAction<RestoreFlags> = async (context) => {
  const { engine, output, flags } = context;
  const [snapshot = '', ...rest] = context.operands;
  requireNoOperands(rest);
  const { opening } = await context.openingRepository();
  const result = await engine.restore({
    ...context.operation,
    // Still opening: the workers start meanwhile.
    repository: opening,
    snapshot,
    filter: filterOf(flags),
    target: flags.target ?? '',
    ...patternsOf(context),
    ...(flags.overwrite !== undefined && { overwrite: flags.overwrite }),
    sparse: flags.sparse ?? false,
    verify: flags.verify ?? false,
    dryRun: flags.dryRun ?? false,
    delete: flags.delete ?? false,
    lock: optionalLockOf(flags),
    ...(output.verbosity >= 2 && { onItem: (item: RestoreItem) => showItem(output, item) }),
  });
  output.clearProgress();
  if (output.isJson) output.record(summaryRecord(result, flags.dryRun ?? false));
  else summarize(output, result, flags);
  if (result.warningCount === 0) return;
  const trouble = plural(result.warningCount, 'warning');
  output.fail(`The restore is done, but not everything could be restored: ${trouble}.`, EXIT_CODES.incomplete);
  return EXIT_CODES.incomplete;
};

function patternsOf({ engine, flags }: VerbContext<RestoreFlags>) {
  const read = (files: readonly string[] = []) => files.flatMap((file) => engine.readPatternFile(file));
  const include = [...(flags.include ?? []), ...read(flags.includeFile)];
  const iinclude = [...(flags.iinclude ?? []), ...read(flags.iincludeFile)];
  const exclude = [...(flags.exclude ?? []), ...read(flags.excludeFile)];
  const iexclude = [...(flags.iexclude ?? []), ...read(flags.iexcludeFile)];
  const includes = include.length + iinclude.length > 0;
  if (includes && exclude.length + iexclude.length > 0)
    throw new UsageError('Use either includes or excludes, not both.');
  if (flags.verify && flags.dryRun) throw new UsageError('--verify has nothing to verify in a --dry-run.');
  return { include, iinclude, exclude, iexclude };
}

function statusRecord(progress: Progress, elapsedSeconds: number): object | undefined {
  if (progress.phase === 'load-index') return undefined;
  const { filesDone, totalFiles = 0, bytesDone, totalBytes = 0 } = progress;
  return withoutZeros({
    message_type: 'status',
    seconds_elapsed: Math.floor(elapsedSeconds),
    percent_done: totalBytes > 0 ? Math.min(1, bytesDone / totalBytes) : 0,
    total_files: totalFiles,
    files_restored: filesDone,
    total_bytes: totalBytes,
    bytes_restored: bytesDone,
  });
}

function summaryRecord(result: RestoreResult, dryRun: boolean): object {
  return {
    ...withoutZeros({
      message_type: 'summary',
      seconds_elapsed: Math.floor(result.secondsElapsed),
      total_files: result.totalFiles,
      files_restored: result.filesRestored,
      files_skipped: result.filesSkipped,
      files_deleted: result.filesDeleted,
      total_bytes: result.totalBytes,
      bytes_restored: result.bytesRestored,
      bytes_skipped: result.bytesSkipped,
    }),
    snapshot_id: result.snapshot.id,
    target: result.target,
    ...(result.filesVerified > 0 && { files_verified: result.filesVerified }),
    ...(dryRun && { dry_run: true }),
  };
}

function showItem(output: Output, { action, path, type, sizeBytes }: RestoreItem): void {
  if (output.isJson) output.record({ message_type: 'verbose_status', action, item: path, size: sizeBytes });
  else output.print(`${action.padEnd(9)} ${printable(path)}${type === 'file' ? `  ${formatBytes(sizeBytes)}` : ''}`);
}

function summarize(output: Output, result: RestoreResult, flags: RestoreFlags): void {
  const verb = flags.dryRun ? 'Would restore' : 'Restored';
  const folders = result.foldersRestored;
  const entries =
    plural(result.filesRestored - folders, 'file') + (folders > 0 ? ` and ${plural(folders, 'folder')}` : '');
  const amount = `${entries} (${formatBytes(result.bytesRestored)})`;
  const took = formatDuration(result.secondsElapsed);
  output.say(
    `${verb} ${amount} of snapshot ${result.snapshot.id.slice(0, 8)} to ${printable(result.target)} in ${took}.`,
  );
  if (result.filesSkipped > 0) {
    const skipped = plural(result.filesSkipped, 'entry', 'entries');
    output.say(`Left ${skipped} (${formatBytes(result.bytesSkipped)}) as they were.`);
  }
  if (result.filesDeleted > 0) {
    const deleted = plural(result.filesDeleted, 'entry', 'entries');
    output.say(`${flags.dryRun ? 'Would delete' : 'Deleted'} ${deleted} that the snapshot does not have.`);
  }
  if (result.filesVerified > 0)
    output.say(`Verified ${plural(result.filesVerified, 'file')}: they equal the snapshot.`);
}
