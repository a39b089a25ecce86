import type { Command } from 'commander';
import { EXIT_CODES } from '../../app/errors/error-faces.ts';
import type { CheckResult } from '../../engine/index.ts';
import { UsageError } from '../failure.ts';
import type { Invocation } from '../invocation.ts';
import { formatBytes, plural } from '../output/format.ts';
import type { Output } from '../output/output.ts';
import { printable } from '../output/printable.ts';
import * as common from './common-options.ts';
import { optionalLockOf, requireNoOperands, runsOnRepository, type VerbAction } from './repository-command.ts';

interface CheckFlags extends common.LockFlags {
  readonly readData?: boolean;
  readonly readDataSubset?: string;
  readonly checkUnused?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .argument(...common.LOCATION_ARGUMENT)
    .option('--read-data', 'read and verify every byte, not only the structure')
    .option('--read-data-subset <part>', 'read a part: 2/5 (the second fifth), 10% or 50G (both at random)')
    .option('--check-unused', 'also tell how much no snapshot needs');
  common.addCommonOptions(command);
  common.addNoLockOption(command);
  common.addRetryLockOption(command);
  common.addExamples(
    command,
    ['/mnt/backup', '/mnt/backup --read-data', '/mnt/backup --read-data-subset 1/7     on Mondays, 2/7 on Tuesdays, …'],
    'Changes nothing. Exit code 1 means damage; the output says which snapshots it concerns and how to repair it.',
  );
  runsOnRepository(command, invocation, { outlivesItsReader: true }, run);
}

const run: VerbAction<CheckFlags> = async (context) => {
  const { engine, output, flags, location } = context;
  requireNoOperands(context.operands);
  if (flags.readData && flags.readDataSubset !== undefined) {
    throw new UsageError('Use either --read-data or --read-data-subset, not both.');
  }
  const { opening, backend } = await context.openingRepository();
  const result = await engine.check({
    ...context.operation,
    repository: opening,
    backend,
    readData: flags.readData ?? false,
    ...(flags.readDataSubset !== undefined && { readDataSubset: flags.readDataSubset }),
    checkUnused: flags.checkUnused ?? false,
    affectedSnapshots: true,
    lock: optionalLockOf(flags),
  });
  output.clearProgress();
  if (output.isJson) report(output, result);
  else explain(output, result, location);
  if (result.ok) return;
  output.fail('The repository contains errors.', EXIT_CODES.failure);
  return EXIT_CODES.failure;
};

/** restic's lines, and with the findings what they are about. */
function report(output: Output, result: CheckResult): void {
  for (const error of result.errors) output.complain(JSON.stringify({ message_type: 'error', ...error }));
  if (output.verbosity >= 1) {
    for (const hint of result.hints) output.complain(JSON.stringify({ message_type: 'hint', ...hint }));
  }
  output.record({
    message_type: 'summary',
    num_errors: result.errorCount,
    broken_packs: result.brokenPacks.length > 0 ? result.brokenPacks : null,
    suggest_repair_index: result.suggestRepairIndex,
    suggest_prune: result.suggestPrune,
    num_hints: result.hintCount,
    ...(result.affected && { affected_snapshots: result.affected }),
  });
}

function explain(output: Output, result: CheckResult, location: string): void {
  const { counts } = result;
  for (const { message } of result.errors) output.complain(`error: ${printable(message)}`);
  const unlisted = result.errorCount - result.errors.length;
  if (unlisted > 0) output.complain(`… and ${plural(unlisted, 'more error')}.`);
  for (const { message } of result.hints) output.say(`hint: ${printable(message)}`);
  const checked = `${plural(counts.snapshots, 'snapshot')}, ${plural(counts.trees, 'folder')} and ${plural(counts.packs, 'pack')}`;
  output.say(`Checked ${checked} with ${plural(counts.blobs, 'blob')}.`);
  if (counts.readPacks > 0)
    output.say(`Read ${plural(counts.readPacks, 'pack')} (${formatBytes(counts.readBytes)}) completely.`);
  if (result.ok) output.say('No errors were found.');
  else adviseRepair(output, result, location);
}

function adviseRepair(output: Output, result: CheckResult, location: string): void {
  for (const { id, paths, more } of result.affected ?? []) {
    output.complain(`Snapshot ${id.slice(0, 8)} cannot be restored completely:`);
    for (const path of paths) output.complain(`  ${printable(path)}`);
    if (more) output.complain('  … and more');
  }
  const steps = [
    ...(result.suggestRepairIndex ? [`guardit repo repair ${location} index`] : []),
    ...(result.brokenPacks.length > 0 ? [`guardit repo repair ${location} packs ${result.brokenPacks.join(' ')}`] : []),
    ...(result.suggestRepairIndex && result.brokenPacks.length === 0
      ? []
      : [`guardit repo repair ${location} snapshots --forget`]),
  ];
  output.complain('\nMake a copy of the repository if you can. Then save what is left with:');
  for (const step of steps) output.complain(`  ${step}`);
  output.complain('and back up again: what is still there at the source is filled in.');
}
