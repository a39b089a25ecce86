import type { Command } from 'commander';
import type { ArchivedItem, ArchiveResult, CompressionMode } from '../../engine/index.ts';
import { EXIT_CODES } from '../../app/errors/error-faces.ts';
import { UsageError } from '../failure.ts';
import type { Invocation } from '../invocation.ts';
import { formatBytes, formatCount, formatDuration, plural } from '../output/format.ts';
import type { Output } from '../output/output.ts';
import { printable } from '../output/printable.ts';
import { productVersion } from '../product.ts';
import { backupSummaryRecord, statusRecord } from '../output/backup-json.ts';
import * as common from './common-options.ts';
import { readFilesFrom, type FilesFromFlags } from './files-from.ts';
import { lockOptionsOf, runsOnRepository, type VerbAction, type VerbContext } from './repository-command.ts';
import { splitTags } from './snapshot-selection.ts';

interface BackupFlags extends common.LockFlags, FilesFromFlags {
  readonly tag?: readonly string[];
  readonly host?: string;
  readonly exclude?: readonly string[];
  readonly iexclude?: readonly string[];
  readonly excludeFile?: readonly string[];
  readonly iexcludeFile?: readonly string[];
  readonly excludeCaches?: boolean;
  readonly excludeIfPresent?: readonly string[];
  readonly excludeLargerThan?: string;
  readonly oneFileSystem?: boolean;
  readonly parent?: string;
  readonly force?: boolean;
  readonly groupBy?: string;
  readonly dryRun?: boolean;
  readonly stdin?: boolean;
  readonly stdinFilename: string;
  readonly time?: Date;
  readonly ignoreInode?: boolean;
  readonly ignoreCtime?: boolean;
  readonly withAtime?: boolean;
  readonly skipIfUnchanged?: boolean;
  readonly compression?: CompressionMode;
  readonly readConcurrency?: number;
  /** Commander's `--no-scan`. */
  readonly scan: boolean;
}

const COMPRESSION_MODES = ['auto', 'off', 'max'] as const;

export function define(command: Command, invocation: Invocation): void {
  command.argument(...common.LOCATION_ARGUMENT).argument('[path...]', 'files and folders to save');
  addSelectionOptions(command);
  addSnapshotOptions(command);
  common.addCommonOptions(command);
  common.addRetryLockOption(command);
  common.addExamples(
    command,
    [
      '/mnt/backup ~/documents ~/pictures --tag home',
      "/mnt/backup / --one-file-system --exclude-caches --exclude '/home/*/.cache'",
      '/mnt/backup /srv --dry-run -vv              see what would be saved',
      '/mnt/backup --stdin --stdin-filename db.sql < dump.sql',
    ],
    'Only what changed since the last snapshot is read. A file that cannot be read is a warning, and the exit code is 3.',
  );
  const readsInput = (flags: BackupFlags) =>
    flags.stdin === true ||
    [flags.filesFrom, flags.filesFromVerbatim, flags.filesFromRaw].some((list) => list?.includes('-'));
  runsOnRepository(command, invocation, { outlivesItsReader: true, progressRecord: statusRecord, readsInput }, run);
}

function addSelectionOptions(command: Command): void {
  const { collect } = common;
  command
    .optionsGroup('What is saved:')
    .option('-e, --exclude <pattern>', 'leave out what matches (repeatable)', collect)
    .option('--iexclude <pattern>', 'the same, upper or lower case (repeatable)', collect)
    .option('--exclude-file <file>', 'patterns from a file, one a line (repeatable)', collect)
    .option('--iexclude-file <file>', 'the same, upper or lower case (repeatable)', collect)
    .option('--exclude-caches', 'leave out the content of folders marked with a CACHEDIR.TAG')
    .option(
      '--exclude-if-present <name[:header]>',
      'leave out the content of folders that hold this file (repeatable)',
      collect,
    )
    .option('--exclude-larger-than <size>', 'leave out files above this size, for example 512M')
    .option('-x, --one-file-system', 'stay on the file systems of the given paths')
    .option(
      '--files-from <file>',
      'paths from a file: patterns and comments, one a line; - is standard input (repeatable)',
      collect,
    )
    .option('--files-from-verbatim <file>', 'the same, every line as it is (repeatable)', collect)
    .option(
      '--files-from-raw <file>',
      'the same, each path ends with a zero byte, as from find -print0 (repeatable)',
      collect,
    )
    .option('--stdin', 'save what comes on standard input as one file')
    .option('--stdin-filename <name>', 'what to call it', 'stdin');
}

function addSnapshotOptions(command: Command): void {
  command
    .optionsGroup('How it is saved:')
    .option('--tag <tag[,tag…]>', 'tags for the new snapshot (repeatable)', common.collect)
    .option('-H, --host <name>', "the snapshot's host name (default: $RESTIC_HOST, or this machine's)")
    .option(
      '--time <time>',
      "the snapshot's time, for example '2026-11-22 17:49:30' (default: now)",
      common.pointInTime,
    )
    .option('--parent <snapshot>', 'compare with this snapshot (default: the last one of this host and these paths)')
    .option('-g, --group-by <criteria>', 'what makes a snapshot the last one: host, paths, tags (default: host,paths)')
    .option('-f, --force', 'read every file again')
    .option('--ignore-inode', 'a changed inode number or ctime does not make a file count as changed')
    .option('--ignore-ctime', 'a changed ctime does not make a file count as changed')
    .option('--with-atime', 'save the time of the last access, too')
    .option('--skip-if-unchanged', 'make no snapshot when it would equal the last one')
    .option(
      '--compression <mode>',
      'auto, off or max (default: $RESTIC_COMPRESSION, or auto)',
      common.oneOf(...COMPRESSION_MODES),
    )
    .option('--read-concurrency <n>', 'worker threads (default: one a core)', common.wholeNumber)
    .option('--no-scan', 'do not count files ahead; progress then has no percentage')
    .option('-n, --dry-run', 'write nothing, tell what would be saved');
}

const run: VerbAction<BackupFlags> = async (context) => {
  const { engine, output, flags } = context;
  const warn = (message: string) => context.operation.onWarning?.({ item: message, message, during: 'scan' });
  const targets = [...context.operands, ...readFilesFrom(flags, warn)];
  if (flags.stdin && targets.length > 0)
    throw new UsageError('--stdin saves standard input alone: give no paths with it.');
  const { opening } = await context.openingRepository();
  const result = await engine.archive({
    ...context.operation,
    // Still opening: the walk and the workers start meanwhile.
    repository: opening,
    ...(flags.stdin ? { stdin: { stream: process.stdin, filename: flags.stdinFilename } } : { targets }),
    ...archiveSettings(context),
    ...(output.verbosity >= 2 && { onItem: (item: ArchivedItem) => showItem(output, item) }),
  });
  output.clearProgress();
  if (output.isJson) output.record(backupSummaryRecord(result, flags.dryRun ?? false));
  else summarize(output, result, flags.dryRun ?? false);
  if (result.warnings === 0) return;
  output.fail('The backup is done, but not everything could be read; see the warnings.', EXIT_CODES.incomplete);
  return EXIT_CODES.incomplete;
};

function archiveSettings({ engine, flags }: VerbContext<BackupFlags>) {
  const hostname = flags.host ?? process.env['RESTIC_HOST'];
  const compression = flags.compression ?? environmentCompression();
  const largerThan = flags.excludeLargerThan;
  return {
    excludes: {
      patterns: flags.exclude ?? [],
      patternFiles: flags.excludeFile ?? [],
      insensitivePatterns: flags.iexclude ?? [],
      insensitivePatternFiles: flags.iexcludeFile ?? [],
      excludeCaches: flags.excludeCaches ?? false,
      ifPresent: flags.excludeIfPresent ?? [],
      ...(largerThan !== undefined && { largerThanBytes: engine.parseByteSize(largerThan) }),
    },
    oneFileSystem: flags.oneFileSystem ?? false,
    tags: (flags.tag ?? []).flatMap(splitTags).filter((tag) => tag !== ''),
    ...(hostname && { hostname }),
    ...(flags.time && { time: flags.time }),
    ...(flags.parent !== undefined && { parent: flags.parent }),
    ...(flags.groupBy !== undefined && { groupBy: engine.parseGroupBy(flags.groupBy) }),
    force: flags.force ?? false,
    ignoreInode: flags.ignoreInode ?? isSet('RESTIC_IGNORE_INODE'),
    ignoreCtime: flags.ignoreCtime ?? isSet('RESTIC_IGNORE_CTIME'),
    withAtime: flags.withAtime ?? false,
    dryRun: flags.dryRun ?? false,
    skipIfUnchanged: flags.skipIfUnchanged ?? false,
    scan: flags.scan,
    lock: lockOptionsOf(flags),
    programVersion: `guardit ${productVersion()}`,
    ...(compression && { compression }),
    ...(flags.readConcurrency !== undefined && { workers: flags.readConcurrency }),
  };
}

/** restic's other modes lie between ours. */
function environmentCompression(): CompressionMode | undefined {
  const mode = process.env['RESTIC_COMPRESSION'];
  return COMPRESSION_MODES.find((known) => known === mode);
}

function isSet(variable: string): boolean {
  return /^(?:1|t|true)$/i.test(process.env[variable] ?? '');
}

function showItem(output: Output, { path, action, sizeBytes, type }: ArchivedItem): void {
  const word = action === 'changed' ? 'modified' : action;
  if (output.isJson) output.record({ message_type: 'verbose_status', action: word, item: path, data_size: sizeBytes });
  else output.print(`${word.padEnd(9)} ${printable(path)}${type === 'file' ? `  ${formatBytes(sizeBytes)}` : ''}`);
}

function summarize(output: Output, result: ArchiveResult, dryRun: boolean): void {
  const counts = (added: number, changed: number, same: number) =>
    `${formatCount(added)} new, ${formatCount(changed)} changed, ${formatCount(same)} unchanged`;
  output.say();
  output.say(`Files:    ${counts(result.filesNew, result.filesChanged, result.filesUnmodified)}`);
  output.say(`Folders:  ${counts(result.dirsNew, result.dirsChanged, result.dirsUnmodified)}`);
  if (output.verbosity >= 1) {
    output.say(`Blobs:    ${formatCount(result.dataBlobs)} of data, ${formatCount(result.treeBlobs)} of folders`);
    output.say(result.parentId ? `Parent:   ${result.parentId.slice(0, 8)}` : 'Parent:   none, every file was read');
  }
  const verb = dryRun ? 'Would add' : 'Added';
  output.say(`${verb}:    ${formatBytes(result.dataAdded)} (${formatBytes(result.dataAddedPacked)} stored)`);
  output.say();
  const amount = `${plural(result.totalFilesProcessed, 'file')}, ${formatBytes(result.totalBytesProcessed)}`;
  output.say(`Went through ${amount} in ${formatDuration(result.durationMs / 1000)}.`);
  if (dryRun) output.say('Nothing was written: this was a dry run.');
  else if (result.snapshotId) output.say(`Snapshot ${result.snapshotId.slice(0, 8)} saved.`);
  else output.say('Nothing had changed, so no snapshot was made.');
}
