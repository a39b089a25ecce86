import { InvalidArgumentError, type Command } from 'commander';
import { EXIT_CODES } from '../../app/errors/error-faces.ts';
import type { CalendarDuration, ForgetGroup, ForgetPolicy, ForgetResult } from '../../engine/index.ts';
import { UsageError } from '../failure.ts';
import type { Invocation } from '../invocation.ts';
import { plural } from '../output/format.ts';
import type { Output } from '../output/output.ts';
import { reportPrune } from '../output/prune-report.ts';
import { renderSnapshots } from '../output/snapshot-table.ts';
import * as common from './common-options.ts';
import { requireDryRunWithoutLock } from './prune.ts';
import { addPruneOptions, pruneLimitsOf, type PruneFlags } from './prune-options.ts';
import { optionalLockOf, runsOnRepository, type Engine, type VerbAction } from './repository-command.ts';
import { filterOf, splitTags } from './snapshot-selection.ts';
import { describeGroup } from './snapshots.ts';

const PERIODS = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
const COUNTED = ['last', ...PERIODS] as const;
/** `-H` is --keep-hourly here, as in restic. */
const SHORT = { last: 'l', hourly: 'H', daily: 'd', weekly: 'w', monthly: 'm', yearly: 'y' } as const;

type Capitalized = Capitalize<(typeof COUNTED)[number]>;
type KeepFlags = { readonly [Rule in `keep${Capitalized}`]?: number } & {
  readonly [Rule in `keepWithin${Capitalize<(typeof PERIODS)[number]>}`]?: string;
};

interface ForgetFlags extends common.LockFlags, common.SnapshotFilterFlags, PruneFlags, KeepFlags {
  readonly keepWithin?: string;
  readonly keepTag?: readonly string[];
  readonly unsafeAllowRemoveAll?: boolean;
  readonly compact?: boolean;
  readonly groupBy?: string;
  readonly dryRun?: boolean;
  readonly prune?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  command.argument(...common.LOCATION_ARGUMENT).argument('[snapshot...]', 'remove exactly these; or use a policy');
  addPolicyOptions(command);
  command
    .optionsGroup('What it is about:')
    .option(
      '-g, --group-by <criteria>',
      "apply the policy to each group by host, paths, tags; '' is one group",
      'host,paths',
    )
    .option('-c, --compact', 'one line a snapshot, without its paths')
    .option('-n, --dry-run', 'remove nothing, tell what would be removed')
    .option('--prune', 'free the space right away, when something was removed');
  common.addSnapshotFilterOptions(command, '', '--host <host>');
  addPruneOptions(command);
  common.addCommonOptions(command);
  common.addNoLockOption(command);
  common.addRetryLockOption(command);
  common.addExamples(
    command,
    [
      '/mnt/backup --keep-daily 7 --keep-weekly 5 --keep-monthly 12 --dry-run',
      '/mnt/backup --keep-within 30d --keep-yearly unlimited --prune',
      '/mnt/backup 5f2a91c0 latest',
    ],
    'A snapshot stays when any rule wants it. A policy that would leave a group empty is refused.\n' +
      'A snapshot with the tag guardit-immutable-until:TIME stays until then, whoever asks.',
  );
  runsOnRepository(command, invocation, { outlivesItsReader: true }, run);
}

function addPolicyOptions(command: Command): void {
  command.optionsGroup('What stays:');
  for (const rule of COUNTED) {
    const what = rule === 'last' ? 'the last n snapshots' : `the last snapshot of each of the last n ${unitOf(rule)}s`;
    command.option(`-${SHORT[rule]}, --keep-${rule} <n>`, `${what}; or unlimited`, keepCount);
  }
  command.option('--keep-within <duration>', 'everything younger than, for example, 1y5m7d2h, counted from the newest');
  for (const rule of PERIODS) {
    command.option(`--keep-within-${rule} <duration>`, `the last snapshot of each ${unitOf(rule)} that is younger`);
  }
  command
    .option('--keep-tag <tag[,tag…]>', 'everything with all these tags (repeatable)', common.collect)
    .option('--unsafe-allow-remove-all', 'let the policy remove all snapshots of a group');
}

function unitOf(rule: (typeof PERIODS)[number]): string {
  return rule === 'daily' ? 'day' : rule.slice(0, -2);
}

function keepCount(text: string): number {
  if (text === 'unlimited' || text === '-1') return -1;
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Write a whole number, or unlimited.');
  return Number(text);
}

function policyOf(engine: Engine, flags: ForgetFlags): ForgetPolicy {
  const capital = <Word extends string>(word: Word) =>
    `${word.charAt(0).toUpperCase()}${word.slice(1)}` as Capitalize<Word>;
  const keep = Object.fromEntries(COUNTED.map((rule) => [rule, flags[`keep${capital(rule)}`] ?? 0]));
  const periods = PERIODS.flatMap((rule): [string, CalendarDuration][] => {
    const text = flags[`keepWithin${capital(rule)}`];
    return text === undefined ? [] : [[rule, engine.parseCalendarDuration(text)]];
  });
  return {
    keep,
    ...(flags.keepWithin !== undefined && { within: engine.parseCalendarDuration(flags.keepWithin) }),
    withinPeriod: Object.fromEntries(periods),
    keepTags: (flags.keepTag ?? []).map(splitTags),
  };
}

const run: VerbAction<ForgetFlags> = async (context) => {
  const { engine, output, flags, operands } = context;
  const policy = policyOf(engine, flags);
  requireDryRunWithoutLock(flags);
  if (operands.length === 0 && engine.isEmptyPolicy(policy)) {
    throw new UsageError('Neither snapshots nor a policy (--keep-…) were given, so nothing is removed.');
  }
  const result = await engine.forget(await context.repository(), {
    ...context.operation,
    snapshots: operands,
    policy,
    filter: filterOf(flags),
    groupBy: engine.parseGroupBy(flags.groupBy ?? ''),
    unsafeAllowRemoveAll: flags.unsafeAllowRemoveAll ?? false,
    dryRun: flags.dryRun ?? false,
    ...(flags.prune && { prune: pruneLimitsOf(engine, flags) }),
    ...(flags.dryRun && flags.lock !== false ? {} : { lock: optionalLockOf(flags) }),
  });
  output.clearProgress();
  if (output.isJson) {
    if (operands.length === 0) output.recordText(engine.goJson(engine.forgetGroupsJson(result.groups)));
  } else explain(output, result, flags);
  if (result.prune) reportPrune(output, result.prune);
  if (context.warningCount() === 0) return;
  output.fail('Not everything could be removed; see the warnings.', EXIT_CODES.incomplete);
  return EXIT_CODES.incomplete;
};

function explain(output: Output, result: ForgetResult, flags: ForgetFlags): void {
  for (const group of result.groups) explainGroup(output, group, flags);
  const removed = plural(result.removed.length, 'snapshot');
  if (result.dryRun) output.say(`Would remove ${removed}. Nothing was changed: this was a dry run.`);
  else
    output.say(`Removed ${removed}.${result.prune || result.removed.length === 0 ? '' : ' prune frees their space.'}`);
  if (result.prune) output.say();
}

function explainGroup(output: Output, group: ForgetGroup, flags: ForgetFlags): void {
  const { keep, remove, host: hostname, paths, tags } = group;
  const compact = flags.compact ?? false;
  output.say(`Snapshots${describeGroup({ hostname, paths, tags })}:`);
  if (keep.length > 0) {
    const reasons = new Map(keep.map(({ snapshot, reasons: why }) => [snapshot.id as string, why]));
    output.say(`\nkeep ${plural(keep.length, 'snapshot')}:`);
    for (const line of renderSnapshots(
      keep.map(({ snapshot }) => snapshot),
      { compact, reasons },
    ))
      output.say(line);
  }
  if (remove.length > 0) {
    output.say(`\nremove ${plural(remove.length, 'snapshot')}:`);
    for (const line of renderSnapshots(remove, { compact })) output.say(line);
  }
  output.say();
}
