import type { Command } from 'commander';
import type { FindObjectsOptions, FoundObject, Repository, StoredSnapshot } from '../../engine/index.ts';
import { UsageError } from '../failure.ts';
import type { Invocation } from '../invocation.ts';
import { formatLocalTime } from '../output/format.ts';
import { nodeLine } from '../output/node-line.ts';
import { printable } from '../output/printable.ts';
import * as common from './common-options.ts';
import { optionalLockOf, runsOnRepository, type VerbAction, type VerbContext } from './repository-command.ts';
import { filterOf } from './snapshot-selection.ts';

interface FindFlags extends common.LockFlags, common.SnapshotFilterFlags {
  readonly snapshot?: readonly string[];
  readonly oldest?: Date;
  readonly newest?: Date;
  readonly ignoreCase?: boolean;
  readonly blob?: boolean;
  readonly tree?: boolean;
  readonly pack?: boolean;
  readonly showPackId?: boolean;
  readonly long?: boolean;
  readonly humanReadable?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .argument(...common.LOCATION_ARGUMENT)
    .argument('<pattern...>', 'names with * and ?, or paths from the root; with --blob, --tree, --pack: ids')
    .option('-i, --ignore-case', 'upper or lower case')
    .option('-s, --snapshot <id>', 'only in this snapshot (repeatable)', common.collect)
    .option(
      '-O, --oldest <time>',
      "only what was modified then or later, for example '2026-11-22 17:49:30'",
      common.pointInTime,
    )
    .option('-N, --newest <time>', 'only what was modified then or earlier', common.pointInTime)
    .option('--blob', 'find the files that use a blob')
    .option('--tree', 'find the folders that a tree is')
    .option('--pack', 'find all that lies in a pack')
    .option('--show-pack-id', 'with --blob and --tree: also the pack')
    .option('-l, --long', 'with type, permissions, owner, size and time')
    .option('--human-readable', 'sizes in KiB, MiB, …');
  common.addSnapshotFilterOptions(command);
  common.addCommonOptions(command);
  common.addNoLockOption(command);
  common.addRetryLockOption(command);
  common.addExamples(command, [
    "/mnt/backup 'invoice-*.pdf'",
    "/mnt/backup '/home/me/**/*.odt' --newest 2026-01-01 -l",
    '/mnt/backup --pack 73d04e61            what a damaged pack means for the files',
  ]);
  runsOnRepository(command, invocation, { outlivesItsReader: false }, run);
}

const run: VerbAction<FindFlags> = async (context) => {
  const { flags } = context;
  const kinds = [flags.blob, flags.tree, flags.pack].filter((kind) => kind === true);
  if (kinds.length > 1) throw new UsageError('Use only one of --blob, --tree and --pack.');
  if (kinds.length === 1) await findObjects(context, await context.repository());
  else await findByName(context, await context.repository());
};

function selectionOf({ flags, signal }: VerbContext<FindFlags>) {
  return { signal, snapshots: flags.snapshot ?? [], filter: filterOf(flags), lock: optionalLockOf(flags) };
}

const toNs = (date: Date) => BigInt(date.getTime()) * 1_000_000n;

async function findByName(context: VerbContext<FindFlags>, repository: Repository): Promise<void> {
  const { engine, output, flags, operands } = context;
  const report = output.isJson ? new JsonMatches(output) : new MatchLines(output);
  const found = engine.findInSnapshots(repository, {
    ...selectionOf(context),
    patterns: operands,
    ignoreCase: flags.ignoreCase ?? false,
    ...(flags.oldest && { oldestNs: toNs(flags.oldest) }),
    ...(flags.newest && { newestNs: toNs(flags.newest) }),
  });
  for await (const { snapshot, path, node } of found) {
    const text = output.isJson ? engine.goJson(engine.foundNodeJson(path, node)) : nodeLine(engine, path, node, flags);
    report.add(snapshot, text);
    await output.ready();
  }
  report.finish();
}

type Output = VerbContext<unknown>['output'];

/** One document, as in restic: a list with an object a snapshot that had matches. */
class JsonMatches {
  readonly #output: Output;
  readonly #groups: string[] = [];
  #snapshot: StoredSnapshot | undefined;
  #matches: string[] = [];

  constructor(output: Output) {
    this.#output = output;
  }

  add(snapshot: StoredSnapshot, match: string): void {
    if (snapshot !== this.#snapshot) this.#closeGroup();
    this.#snapshot = snapshot;
    this.#matches.push(match);
  }

  finish(): void {
    this.#closeGroup();
    this.#output.recordText(`[${this.#groups.join(',')}]`);
  }

  #closeGroup(): void {
    if (!this.#snapshot) return;
    const matches = this.#matches.join(',');
    this.#groups.push(`{"matches":[${matches}],"hits":${this.#matches.length},"snapshot":"${this.#snapshot.id}"}`);
    this.#matches = [];
  }
}

class MatchLines {
  readonly #output: Output;
  #snapshot: StoredSnapshot | undefined;

  constructor(output: Output) {
    this.#output = output;
  }

  add(snapshot: StoredSnapshot, line: string): void {
    if (snapshot !== this.#snapshot) {
      if (this.#snapshot) this.#output.say();
      this.#output.say(`In snapshot ${snapshot.id.slice(0, 8)} of ${formatLocalTime(snapshot.time)}:`);
      this.#snapshot = snapshot;
    }
    this.#output.print(line);
  }

  finish(): void {
    if (!this.#snapshot) this.#output.say('Nothing was found.');
  }
}

async function findObjects(context: VerbContext<FindFlags>, repository: Repository): Promise<void> {
  const { engine, output, flags, operands } = context;
  const ids: Pick<FindObjectsOptions, 'blobs' | 'trees' | 'packs'> = flags.blob
    ? { blobs: operands }
    : flags.tree
      ? { trees: operands }
      : { packs: operands };
  const records: object[] = [];
  let count = 0;
  for await (const found of engine.findObjects(repository, { ...selectionOf(context), ...ids })) {
    count++;
    if (output.isJson) records.push(objectRecord(found));
    else showObject(output, found, flags.showPackId ?? false);
    await output.ready();
  }
  if (output.isJson) output.record(records);
  else if (count === 0) output.say('No snapshot uses it.');
}

function objectRecord({ type, id, path, parentTree, snapshot }: FoundObject): object {
  return {
    object_type: type,
    id,
    path,
    ...(parentTree !== undefined && { parent_tree: parentTree }),
    snapshot: snapshot.id,
    time: snapshot.time,
  };
}

function showObject(
  output: Output,
  { type, id, path, parentTree, packId, snapshot }: FoundObject,
  showPack: boolean,
): void {
  output.print(`${type} ${id}`);
  output.print(`  in ${printable(path)}${parentTree === undefined ? '' : ` (tree ${parentTree.slice(0, 8)})`}`);
  output.print(`  of snapshot ${snapshot.id.slice(0, 8)} (${formatLocalTime(snapshot.time)})`);
  if (showPack && packId !== undefined) output.print(`  stored in pack ${packId}`);
}
