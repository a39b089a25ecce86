import { DAY_LETTERS, OVERVIEW_DAYS } from '../../../contracts/overview.ts';
import { WallClock } from '../schedule/wall-clock.ts';
import type { LateTime, TaskDay } from './ports.ts';

const DAY_MS = 86_400_000;

export interface Strips {
  /** The last days, today last. */
  readonly dates: readonly string[];
  /** By the task's number. A task without an entry has no runs. */
  readonly byTask: ReadonlyMap<number, string>;
  readonly empty: string;
}

export interface StripFacts {
  readonly days: readonly TaskDay[];
  readonly warnedEnds: readonly { readonly task: number; readonly atMs: number }[];
  readonly lateTimes: readonly LateTime[];
}

/** The dates of the strip, today last. */
export function stripDates(today: string): string[] {
  const todayMs = Date.parse(today);
  // On the calendar, where each day has 24 hours.
  return Array.from({ length: OVERVIEW_DAYS }, (_day, index) =>
    new Date(todayMs - (OVERVIEW_DAYS - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  );
}

/** One letter a day for each task. The worst of a day counts: failed, then overdue, then warnings. */
export function dayStrips(dates: readonly string[], timeZone: string, nowMs: number, facts: StripFacts): Strips {
  const indexOf = new Map(dates.map((date, index) => [date, index]));
  const dayAt = dayFinder(dates, timeZone);
  const letters = new Map<number, string[]>();
  const lettersOf = (task: number) => {
    let own = letters.get(task);
    if (!own) letters.set(task, (own = Array<string>(dates.length).fill(DAY_LETTERS.none)));
    return own;
  };
  for (const { task, date, successful } of facts.days)
    put(lettersOf(task), indexOf.get(date), successful > 0 ? 'ok' : null);
  for (const { task, atMs } of facts.warnedEnds) put(lettersOf(task), dayAt(atMs), 'warning');
  for (const { task, fromMs, toMs } of facts.lateTimes) {
    const last = dayAt(toMs ?? nowMs);
    for (let index = dayAt(fromMs); index <= last; index++) put(lettersOf(task), index, 'overdue');
  }
  for (const { task, date, failed } of facts.days)
    put(lettersOf(task), indexOf.get(date), failed > 0 ? 'failed' : null);
  const byTask = new Map([...letters].map(([task, own]) => [task, own.join('')]));
  return { dates, byTask, empty: DAY_LETTERS.none.repeat(dates.length) };
}

/** Which of the days an instant lies in: the first for what was before. Thousands are asked for, and calendars are slow. */
function dayFinder(dates: readonly string[], timeZone: string): (atMs: number) => number {
  const clock = WallClock.of(timeZone);
  const begins = dates.map((date) => clock.firstReaching(Date.parse(date)));
  const [firstMs = 0] = begins;
  return (atMs) => {
    // Days have 23 to 25 hours: the guess is one off at most.
    let index = Math.min(dates.length - 1, Math.max(0, Math.floor((atMs - firstMs) / DAY_MS)));
    while (index > 0 && atMs < (begins[index] ?? 0)) index--;
    while (index < dates.length - 1 && atMs >= (begins[index + 1] ?? Infinity)) index++;
    return index;
  };
}

function put(letters: string[], index: number | undefined, what: keyof typeof DAY_LETTERS | null): void {
  if (index !== undefined && what !== null) letters[index] = DAY_LETTERS[what];
}
