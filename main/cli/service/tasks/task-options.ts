import { InvalidArgumentError, type Command } from 'commander';
import { ACTION_TYPES } from '../../../../contracts/actions.ts';
import { TASK_PRIORITIES } from '../../../../contracts/tasks.ts';
import { collect, durationMs, oneOf, wholeNumber } from '../../commands/common-options.ts';
import { UsageError } from '../../failure.ts';
import { readJsonInput } from '../input.ts';

/** What can be said of any task. An empty text takes a value away again. */
export interface TaskFlags {
  readonly name?: string;
  readonly description?: string;
  readonly server?: string;
  readonly timeZone?: string;
  readonly active?: boolean;
  readonly inactive?: boolean;
  readonly graceMinutes?: number | '';
  readonly maxDurationMinutes?: number | '';
}

export interface MonitoringFlags {
  readonly expectedSchedule?: string;
}

/** Of tasks that GuardIT runs. */
export interface ActionFlags {
  readonly action?: string;
  readonly configFile?: string;
  readonly cwd?: string;
  readonly shell?: boolean;
  readonly schedule?: string;
  readonly priority?: string;
  readonly dependsOn?: readonly string[];
  readonly maxRetries?: number | '';
  readonly timeout?: number | '';
  readonly assignTo?: string;
}

export function addTaskOptions(command: Command): void {
  command
    .option('--description <text>', 'what it is about')
    .option('--server <id>', 'the machine that it belongs to')
    .option('--time-zone <zone>', "of its schedule, such as Europe/Berlin (default: the service's)")
    .option('--grace-minutes <n>', 'how late it may be before that is an alarm', numberOrNothing)
    .option('--max-duration-minutes <n>', 'a run that takes longer is stuck', numberOrNothing)
    .option('--inactive', 'nothing is expected of it, and it starts no more');
}

export function addMonitoringOptions(command: Command): void {
  command.option('--expected-schedule <schedule>', 'when its script should run, such as "daily at 2:00"');
}

export function addActionOptions(command: Command): void {
  command
    .option('--config-file <file>', "the action's configuration as JSON (docs/guide/actions.md); - for standard input")
    .option('--cwd <folder>', 'with a command: where it runs (default: the data folder)')
    .option('--shell', 'with a command: let a shell read it, with its > | * and $')
    .option('--schedule <schedule>', 'such as "every 15 minutes", "daily at 2:00", "0 2 * * 1-5", or manual')
    .option('--priority <priority>', TASK_PRIORITIES.join(', '), oneOf(...TASK_PRIORITIES))
    .option('--depends-on <id>', 'runs only when that task has completed (repeatable)', collect)
    .option('--max-retries <n>', 'how often a failure is tried again', numberOrNothing)
    .option('--timeout <duration>', 'for one execution, such as 90s or 2h', durationOrNothing)
    .option('--assign-to <user>', 'a user who sees and runs it, too');
}

export const ACTION_NAMES = oneOf(...ACTION_TYPES);

// Commander makes an empty text of a null that a parser answers, so that is what stands for nothing until the end.
function numberOrNothing(text: string): number | '' {
  return text === '' ? '' : wholeNumber(text);
}

function durationOrNothing(text: string): number | '' {
  if (text === '') return '';
  const milliseconds = durationMs(text);
  if (milliseconds === 0) throw new InvalidArgumentError('Write a duration such as 90s, 5m or 1h30m.');
  return milliseconds;
}

/** What is left out stays out: JSON drops it. */
export function taskFields(flags: TaskFlags & MonitoringFlags) {
  if (flags.active && flags.inactive) throw new UsageError('--active and --inactive contradict each other.');
  return {
    description: unlessEmpty(flags.description),
    serverId: unlessEmpty(flags.server),
    timeZone: unlessEmpty(flags.timeZone),
    isActive: flags.inactive ? false : flags.active ? true : undefined,
    graceMinutes: unlessEmpty(flags.graceMinutes),
    maxDurationMinutes: unlessEmpty(flags.maxDurationMinutes),
    expectedSchedule: unlessEmpty(flags.expectedSchedule),
  };
}

export function actionFields(flags: ActionFlags, words: readonly string[]) {
  const dependencies = flags.dependsOn?.filter((id) => id !== '');
  return {
    config: configOf(flags, words),
    schedule: unlessEmpty(flags.schedule),
    priority: flags.priority,
    dependencies,
    maxRetries: unlessEmpty(flags.maxRetries),
    timeout: unlessEmpty(flags.timeout),
    assignedTo: unlessEmpty(flags.assignTo),
  };
}

function configOf({ configFile, cwd, shell }: ActionFlags, words: readonly string[]) {
  const [program, ...args] = words;
  if (configFile !== undefined) {
    if (program !== undefined) throw new UsageError('Give --config-file or a command, not both.');
    if (cwd !== undefined || shell) throw new UsageError('--cwd and --shell go with a command; a file says it itself.');
    return readJsonInput(configFile, 'configuration');
  }
  if (program === undefined) {
    if (cwd !== undefined || shell)
      throw new UsageError('--cwd and --shell go with a command: -- COMMAND [ARGUMENTS].');
    return undefined;
  }
  if (!shell && cwd === undefined && /[\\/]/.test(program) && !/^(?:[\\/]|[A-Za-z]:)/.test(program)) {
    throw new UsageError(`${program} would be looked for in the data folder: give its whole path, or --cwd FOLDER.`);
  }
  return {
    command: program,
    ...(args.length > 0 && { args }),
    ...(cwd !== undefined && { cwd }),
    ...(shell && { shell }),
  };
}

function unlessEmpty<Value>(value: Value | '' | undefined): Value | null | undefined {
  return value === '' ? null : value;
}
