import { InvalidArgumentError, type Command } from 'commander';

/** What every verb of `guardit repo` understands. */
export interface CommonFlags {
  readonly passwordFile?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: number;
  readonly debug?: boolean;
}

export interface LockFlags {
  /** Milliseconds. */
  readonly retryLock?: number;
  /** Commander's `--no-lock`. */
  readonly lock?: boolean;
}

export const LOCATION_ARGUMENT = ['<location>', 'where the repository is, for example /mnt/backup'] as const;

const COMMON_GROUP = 'Options of every verb:';

export function addCommonOptions(command: Command): void {
  command
    .optionsGroup(COMMON_GROUP)
    .option('-p, --password-file <file>', 'read the password from a file; white space around it does not count')
    .option('--json', 'results as JSON, one object a line, with the field names of restic')
    .option('-q, --quiet', 'only results and trouble, no progress')
    .option('-v, --verbose', 'say more; -vv: a line for every file', (_value, count: number) => count + 1, 0)
    .option('--debug', 'show where an error came from')
    .helpOption('-h, --help', 'explain this verb');
}

export function addRetryLockOption(command: Command): void {
  command.option('--retry-lock <duration>', 'wait up to this long for a lock, for example 5m or 2h', durationMs);
}

/** For verbs that only read, and for dry runs. */
export function addNoLockOption(command: Command): void {
  command.option('--no-lock', 'take no lock, for repositories that cannot be written');
}

export interface SnapshotFilterFlags {
  readonly host?: readonly string[];
  readonly tag?: readonly string[];
  readonly path?: readonly string[];
}

/** `-H` means `--keep-hourly` in forget: there the short form must be left out. */
export function addSnapshotFilterOptions(command: Command, when = '', hostFlags = '-H, --host <host>'): void {
  command
    .option(hostFlags, `only snapshots of this host${when} (repeatable; default: $RESTIC_HOST)`, collect)
    .option('--tag <tag[,tag…]>', `only snapshots with all these tags${when} (repeatable: any of the lists)`, collect)
    .option('--path <path>', `only snapshots of this absolute path${when} (repeatable: all of them)`, collect);
}

/** For options that may be given several times. */
export function collect(value: string, previous: readonly string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Go's durations as far as people write them: `90s`, `5m`, `1h30m`. */
export function durationMs(text: string): number {
  if (text === '0') return 0;
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/.test(text)) {
    throw new InvalidArgumentError('Write a duration such as 90s, 5m or 1h30m.');
  }
  let totalMs = 0;
  for (const [, digits, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)) {
    totalMs += Number(digits) * (UNIT_MS[unit] ?? 0);
  }
  return totalMs;
}

/** A whole number that is not negative. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Write a whole number.');
  return Number(text);
}

/** One of a few words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const word = words.find((candidate) => candidate === text);
    if (word === undefined) throw new InvalidArgumentError(`Choose one of ${words.join(', ')}.`);
    return word;
  };
}

const LOCAL_TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?$/;

/** `2026-11-22 17:49:30` in the local zone as in restic, the same without seconds or time, or RFC 3339. */
export function pointInTime(text: string): Date {
  const match = LOCAL_TIME.exec(text);
  const [year, month, day, hour = 0, minute = 0, second = 0] = (match ?? [])
    .slice(1)
    .map((digits) => Number(digits ?? 0));
  const date =
    match && year !== undefined && month !== undefined && day !== undefined
      ? new Date(year, month - 1, day, hour, minute, second)
      : new Date(/^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : NaN);
  // A day that the month lacks would silently become another one.
  if (Number.isNaN(date.getTime()) || (match && (date.getDate() !== day || date.getHours() !== hour))) {
    throw new InvalidArgumentError("Write a time such as '2026-11-22 17:49:30'.");
  }
  return date;
}

/** Shows worked examples below the options. */
export function addExamples(command: Command, lines: readonly string[], closing = ''): void {
  const examples = lines.map((line) => `  guardit repo ${command.name()} ${line}`.trimEnd());
  command.addHelpText('after', ['', 'Examples:', ...examples, ...(closing ? ['', closing] : [])].join('\n'));
}
