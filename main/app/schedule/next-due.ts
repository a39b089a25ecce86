import { intervalMs, type Schedule } from './schedule.ts';
import { WallClock } from './wall-clock.ts';
import { wallPatternOf, type WallPattern } from './wall-pattern.ts';

/** Where a schedule is followed. */
export interface DuePlace {
  /** A name of the IANA time zone database. */
  readonly timeZone: string;
  /** From where an interval counts: when its task was scheduled. The first run is one interval later. */
  readonly anchor: Date;
}

/**
 * The first due instant later than `after`; null for a manual schedule.
 *
 * What happens when clocks change, for every time zone and change:
 * - A time on the wall (daily, weekly, monthly, cron) is due at the first instant at which the clock shows it or a later
 *   time. One that the clock leaves out is due as soon as it has been set forward; several left out together, or one that
 *   coincides with the next, are a single run. One that the clock shows twice is due once, the first time.
 * - A cron expression with times in all 24 hours (`0 * * * *`) is a rhythm, not a time of day: it is due whenever the
 *   clock shows one of its times. Nothing is made up for an hour left out, and a repeated hour has its runs again, or the
 *   task would rest for an hour.
 * - An interval is elapsed time: due instants are `anchor` plus whole multiples of it, whatever clocks show or how late
 *   earlier runs were.
 */
export function nextDue(
  schedule: Schedule,
  { after, timeZone, anchor }: DuePlace & { readonly after: Date },
): Date | null {
  if (schedule.kind === 'manual') return null;
  if (schedule.kind === 'interval') {
    const count = Math.floor((after.getTime() - anchor.getTime()) / intervalMs(schedule)) + 1;
    return new Date(anchor.getTime() + Math.max(1, count) * intervalMs(schedule));
  }
  const clock = WallClock.of(timeZone);
  const pattern = wallPatternOf(schedule);
  if (pattern.everyHour) return new Date(nextShown(pattern, clock, after.getTime()));
  return new Date(clock.firstReaching(pattern.after(clock.latestReading(after.getTime()))));
}

/** The last due instant later than `after` and not later than `until`, by the rules of `nextDue`; null if there is none. */
export function latestDue(
  schedule: Schedule,
  { after, until, timeZone, anchor }: DuePlace & { readonly after: Date; readonly until: Date },
): Date | null {
  if (schedule.kind === 'manual') return null;
  let dueMs: number;
  if (schedule.kind === 'interval') {
    const count = Math.floor((until.getTime() - anchor.getTime()) / intervalMs(schedule));
    if (count < 1) return null;
    dueMs = anchor.getTime() + count * intervalMs(schedule);
  } else {
    const clock = WallClock.of(timeZone);
    const pattern = wallPatternOf(schedule);
    dueMs = pattern.everyHour
      ? latestShown(pattern, clock, until.getTime())
      : clock.firstReaching(pattern.upTo(clock.latestReading(until.getTime())));
  }
  return dueMs > after.getTime() ? new Date(dueMs) : null;
}

function nextShown(pattern: WallPattern, clock: WallClock, afterMs: number): number {
  let wallMs = pattern.after(clock.latestReading(afterMs));
  let dueMs = clock.firstReaching(wallMs);
  while (clock.readAt(dueMs) !== wallMs) {
    // Left out by the clock: go on with what it shows instead.
    wallMs = pattern.after(clock.readAt(dueMs) - 1);
    dueMs = clock.firstReaching(wallMs);
  }
  // A time shown again comes before the next new one only where the clock has just been set back, or soon will be.
  for (const { startMs, wallStartMs, wallEndMs } of clock.repeatsAround(afterMs, dueMs)) {
    const againMs = pattern.after(Math.max(afterMs - startMs + wallStartMs, wallStartMs - 1));
    if (againMs < wallEndMs) dueMs = Math.min(dueMs, startMs + againMs - wallStartMs);
  }
  return dueMs;
}

function latestShown(pattern: WallPattern, clock: WallClock, untilMs: number): number {
  let wallMs = pattern.upTo(clock.latestReading(untilMs));
  let dueMs = clock.firstReaching(wallMs);
  while (clock.readAt(dueMs) !== wallMs) {
    wallMs = pattern.upTo(clock.readAt(dueMs - 1));
    dueMs = clock.firstReaching(wallMs);
  }
  for (const { startMs, wallStartMs, wallEndMs } of clock.repeatsAround(dueMs, untilMs)) {
    const againMs = pattern.upTo(Math.min(untilMs - startMs + wallStartMs, wallEndMs - 1));
    if (againMs >= wallStartMs) dueMs = Math.max(dueMs, startMs + againMs - wallStartMs);
  }
  return dueMs;
}
