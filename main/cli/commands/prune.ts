import type { Command } from 'commander';
import { EXIT_CODES } from '../../app/errors/error-faces.ts';
import { UsageError } from '../failure.ts';
import type { Invocation } from '../invocation.ts';
import { reportPrune } from '../output/prune-report.ts';
import * as common from './common-options.ts';
import { addPruneOptions, pruneLimitsOf, type PruneFlags } from './prune-options.ts';
import { optionalLockOf, requireNoOperands, runsOnRepository, type VerbAction } from './repository-command.ts';

interface Flags extends common.LockFlags, PruneFlags {
  readonly dryRun?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  command.argument(...common.LOCATION_ARGUMENT).option('-n, --dry-run', 'change nothing, tell what would be done');
  addPruneOptions(command);
  common.addCommonOptions(command);
  common.addNoLockOption(command);
  common.addRetryLockOption(command);
  common.addExamples(
    command,
    ['/mnt/backup --dry-run', '/mnt/backup', '/mnt/backup --max-unused 0           as small as it gets'],
    'forget removes snapshots; prune then frees the space. Nobody else can use the repository meanwhile.',
  );
  runsOnRepository(command, invocation, { outlivesItsReader: true }, run);
}

const run: VerbAction<Flags> = async (context) => {
  const { engine, output, flags } = context;
  requireNoOperands(context.operands);
  requireDryRunWithoutLock(flags);
  const { opening } = await context.openingRepository();
  const result = await engine.prune(opening, {
    ...context.operation,
    ...pruneLimitsOf(engine, flags),
    dryRun: flags.dryRun ?? false,
    ...(flags.dryRun && flags.lock !== false ? {} : { lock: optionalLockOf(flags) }),
  });
  output.clearProgress();
  reportPrune(output, result);
  if (context.warningCount() === 0) return;
  output.fail('Something could not be deleted; the next prune tries again.', EXIT_CODES.incomplete);
  return EXIT_CODES.incomplete;
};

/** Whoever writes without a lock destroys what others write. */
export function requireDryRunWithoutLock(flags: common.LockFlags & { readonly dryRun?: boolean }): void {
  if (flags.lock === false && !flags.dryRun) throw new UsageError('--no-lock is only for a --dry-run here.');
}
