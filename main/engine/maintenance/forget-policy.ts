import { civilFromDays, isoWeek } from '../base/civil-date.ts';
import { formatCalendarDuration, isZeroDuration, subtractDuration, type CalendarDuration } from '../base/duration.ts';
import { EngineError } from '../base/errors.ts';
import { parseTime, type Instant } from '../base/rfc3339.ts';
import { describeProtection, protectionOf } from '../snapshot/protection.ts';
import { hasTags, newestFirst } from '../snapshot/snapshot-filter.ts';

const COUNTED_RULES = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export type CountedRule = (typeof COUNTED_RULES)[number];
export type PeriodRule = Exclude<CountedRule, 'last'>;
const PERIOD_RULES: readonly PeriodRule[] = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'];

/** A snapshot is kept if any rule wants it (repository-format, section 18). */
export interface ForgetPolicy {
  /** How many snapshots each rule keeps: 0 or absent for no rule, -1 for no limit. */
  readonly keep?: Partial<Readonly<Record<CountedRule, number>>>;
  /** Everything younger than this, counted back from the newest snapshot that is not in the future. */
  readonly within?: CalendarDuration;
  /** The last snapshot of every period, as far back as the duration reaches. */
  readonly withinPeriod?: Partial<Readonly<Record<PeriodRule, CalendarDuration>>>;
  /** A list matches when the snapshot has all its tags; one matching list is enough. The empty tag stands for "untagged". */
  readonly keepTags?: readonly (readonly string[])[];
}

/** What a policy looks at. */
export interface PolicySnapshot {
  readonly id: string;
  /** RFC 3339; its offset decides the periods. */
  readonly time: string;
  readonly tags: readonly string[];
}

export interface ForgetOptions {
  /** Lets a policy remove every snapshot of the group. */
  readonly unsafeAllowRemoveAll?: boolean;
  /** Also keep the group's oldest snapshot while a counter is left, as restic does since 0.16. On by default. */
  readonly keepOldest?: boolean;
  /** Now, in nanoseconds since 1970. */
  readonly nowNs?: bigint;
}

export interface KeptSnapshot<S extends PolicySnapshot> {
  readonly snapshot: S;
  /** In restic's words: `last snapshot`, `oldest daily snapshot`, `within 7d`, …; or `immutable until …`. */
  readonly reasons: readonly string[];
  /** What was left of each counter after this snapshot; -1 for no limit. */
  readonly counters: Readonly<Record<CountedRule, number>>;
}

export interface ForgetPlan<S extends PolicySnapshot> {
  readonly keep: readonly KeptSnapshot<S>[];
  readonly remove: readonly S[];
}

/** Whether a policy has any rule. Without one, nothing is ever removed. */
export function isEmptyPolicy(policy: ForgetPolicy): boolean {
  const durations = [policy.within, ...Object.values(policy.withinPeriod ?? {})];
  return (
    Object.values(policy.keep ?? {}).every((count) => count === 0) &&
    durations.every((duration) => duration === undefined || isZeroDuration(duration)) &&
    (policy.keepTags ?? []).length === 0
  );
}

/**
 * Decides one group's fate (see `groupSnapshots`); removes nothing itself. Periods are those of the offset stored in each
 * snapshot's time, not of UTC or of this computer. What its tag protects is kept besides, and counted like everything else.
 * Throws `invalid_argument` for a bad count, `refused` when no snapshot would be left.
 */
export function applyPolicy<S extends PolicySnapshot>(
  snapshots: Iterable<S>,
  policy: ForgetPolicy,
  options: ForgetOptions = {},
): ForgetPlan<S> {
  checkCounts(policy);
  const group = newestFirst(snapshots).map((snapshot) => ({ snapshot, instant: parseTime(snapshot.time) }));
  if (isEmptyPolicy(policy)) {
    const counters = countersOf([]);
    return { keep: group.map(({ snapshot }) => ({ snapshot, reasons: ['policy is empty'], counters })), remove: [] };
  }
  const newest = newestNotInFuture(
    group.map(({ instant }) => instant),
    options.nowNs,
  );
  const counted = countedRulesOf(policy);
  const timed = timedRulesOf(policy, newest);
  const keep: KeptSnapshot<S>[] = [];
  const remove: S[] = [];
  for (const [position, { snapshot, instant }] of group.entries()) {
    const isOldest = (options.keepOldest ?? true) && position === group.length - 1;
    const reasons = [
      ...(policy.keepTags ?? [])
        .filter((tags) => hasTags(snapshot, tags))
        .map((tags) => `has tags [${tags.join(', ')}]`),
      ...timed.filter((rule) => rule.period === undefined).flatMap((rule) => rule.judge(instant, isOldest)),
      ...counted.flatMap((rule) => rule.judge(instant, position, isOldest)),
      ...timed.filter((rule) => rule.period !== undefined).flatMap((rule) => rule.judge(instant, isOldest)),
    ];
    const protection = protectionOf(snapshot, options.nowNs);
    if (protection) reasons.push(describeProtection(protection));
    if (reasons.length === 0) remove.push(snapshot);
    else keep.push({ snapshot, reasons, counters: countersOf(counted) });
  }
  if (keep.length === 0 && remove.length > 0 && !options.unsafeAllowRemoveAll) throw removesAll(remove);
  return { keep, remove };
}

function checkCounts(policy: ForgetPolicy): void {
  for (const [rule, count] of Object.entries(policy.keep ?? {})) {
    if (!Number.isSafeInteger(count) || count < -1) {
      throw new EngineError('invalid_argument', `keep-${rule} must be a count, or -1 for no limit: ${count}`);
    }
  }
}

function removesAll(snapshots: readonly PolicySnapshot[]): EngineError {
  const message = `The policy would remove all ${snapshots.length} snapshots of a group. Nothing was removed; allow it explicitly if you mean it.`;
  return new EngineError('refused', message, { context: { snapshots: snapshots.map(({ id }) => id) } });
}

/** Go's zero time when all snapshots lie in the future: then every one of them is "within". */
const GO_ZERO: Instant = parseTime('0001-01-01T00:00:00Z');

function newestNotInFuture(instants: readonly Instant[], nowNs = BigInt(Date.now()) * 1_000_000n): Instant {
  return instants.find(({ epochNs }) => epochNs < nowNs) ?? GO_ZERO;
}

// BigInt division rounds towards zero; times before 1970 need the floor.
const NS_PER_MINUTE = 60_000_000_000n;

/** Names the period that an instant falls in, by the wall clock of its own offset. */
const PERIOD_OF: Readonly<Record<PeriodRule, (instant: Instant) => string>> = {
  hourly: (instant) => `${wallClock(instant).days} ${wallClock(instant).hour}`,
  daily: (instant) => String(wallClock(instant).days),
  weekly: (instant) => {
    const { year, week } = isoWeek(wallClock(instant).days);
    return `${year} ${week}`;
  },
  monthly: (instant) => {
    const { year, month } = civilFromDays(wallClock(instant).days);
    return `${year} ${month}`;
  },
  yearly: (instant) => String(civilFromDays(wallClock(instant).days).year),
};

function wallClock({ epochNs, offsetMinutes }: Instant): { days: number; hour: number } {
  const intoMinute = ((epochNs % NS_PER_MINUTE) + NS_PER_MINUTE) % NS_PER_MINUTE;
  const minutes = Number((epochNs - intoMinute) / NS_PER_MINUTE);
  const hours = Math.floor((minutes + offsetMinutes) / 60);
  const days = Math.floor(hours / 24);
  return { days, hour: hours - days * 24 };
}

/** Remembers the period it kept last, and how many snapshots it may still keep. */
class CountedKeeper {
  readonly rule: CountedRule;
  left: number;
  #lastPeriod: string | undefined;

  constructor(rule: CountedRule, count: number) {
    this.rule = rule;
    this.left = count;
  }

  judge(instant: Instant, position: number, isOldest: boolean): string[] {
    if (this.left === 0) return [];
    const period = this.rule === 'last' ? String(position) : PERIOD_OF[this.rule](instant);
    const isRepeated = period === this.#lastPeriod;
    if (isRepeated && !isOldest) return [];
    this.#lastPeriod = period;
    if (this.left > 0) this.left--;
    return [`${isRepeated ? 'oldest ' : ''}${this.rule} snapshot`];
  }
}

function countedRulesOf(policy: ForgetPolicy): CountedKeeper[] {
  return COUNTED_RULES.map((rule) => new CountedKeeper(rule, policy.keep?.[rule] ?? 0));
}

function countersOf(counted: readonly CountedKeeper[]): Record<CountedRule, number> {
  const counters = { last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };
  for (const { rule, left } of counted) counters[rule] = left;
  return counters;
}

/** Keeps what is younger than a limit: all of it, or the last snapshot of each period. A snapshot exactly at the limit is too old. */
class TimedKeeper {
  readonly period: PeriodRule | undefined;
  readonly #duration: CalendarDuration;
  readonly #limitNs: bigint;
  #lastPeriod: string | undefined;

  constructor(duration: CalendarDuration, newest: Instant, period?: PeriodRule) {
    this.period = period;
    this.#duration = duration;
    this.#limitNs = subtractDuration(newest, duration);
  }

  judge(instant: Instant, isOldest: boolean): string[] {
    if (instant.epochNs <= this.#limitNs) return [];
    const span = formatCalendarDuration(this.#duration);
    if (this.period === undefined) return [`within ${span}`];
    const period = PERIOD_OF[this.period](instant);
    const isRepeated = period === this.#lastPeriod;
    if (isRepeated && !isOldest) return [];
    this.#lastPeriod = period;
    return [isRepeated ? `oldest ${this.period} within` : `${this.period} within ${span}`];
  }
}

function timedRulesOf(policy: ForgetPolicy, newest: Instant): TimedKeeper[] {
  const { within, withinPeriod = {} } = policy;
  const rules: TimedKeeper[] = [];
  if (within !== undefined && !isZeroDuration(within)) rules.push(new TimedKeeper(within, newest));
  for (const period of PERIOD_RULES) {
    const duration = withinPeriod[period];
    if (duration !== undefined && !isZeroDuration(duration)) rules.push(new TimedKeeper(duration, newest, period));
  }
  return rules;
}
