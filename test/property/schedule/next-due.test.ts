import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latestDue, nextDue } from '../../../main/app/schedule/next-due.ts';
import { WEEKDAYS, intervalMs, parseSchedule, type Schedule } from '../../../main/app/schedule/schedule.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ANCHOR = new Date(0);

/** Offsets as Intl words them, not Luxon. */
class IntlZone {
  static readonly #zones = new Map<string, IntlZone>();
  readonly #format: Intl.DateTimeFormat;
  private constructor(name: string) {
    this.#format = new Intl.DateTimeFormat('en', { timeZone: name, timeZoneName: 'longOffset' });
  }
  static of(name: string): IntlZone {
    const zone = IntlZone.#zones.get(name) ?? new IntlZone(name);
    IntlZone.#zones.set(name, zone);
    return zone;
  }
  offset(instant: number): number {
    const [, sign = '+', hours = '0', minutes = '0'] =
      /GMT(?:([+-])(\d\d):(\d\d))?$/.exec(this.#format.format(instant)) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR + Number(minutes) * MINUTE);
  }
  /** A noon shortly before a change of the year's, or some noon of it. */
  someChange(year: number, which: number): number {
    const noons = Array.from({ length: 365 }, (_, day) => Date.UTC(year, 0, 1 + day, 12));
    const changes = noons.filter((noon) => this.offset(noon) !== this.offset(noon + DAY));
    const choice = changes.length > 0 ? changes : noons;
    return choice[which % choice.length] ?? 0;
  }
}

interface Sample {
  readonly schedule: Schedule;
  /** Whether the schedule names a wall time, given as if it were UTC. */
  readonly names: (wall: Date) => boolean;
  readonly rhythm: boolean;
}

const hour = fc.oneof(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 1, 2, 3, 23));
const minute = fc.oneof(fc.integer({ min: 0, max: 59 }), fc.constantFrom(0, 15, 30, 59));
const isAt = (wall: Date, h: number, m: number) => wall.getUTCHours() === h && wall.getUTCMinutes() === m;
const time = (h: number, m: number) => `${h}:${String(m).padStart(2, '0')}`;
const few = (values: fc.Arbitrary<number>) => fc.uniqueArray(values, { minLength: 1, maxLength: 4 });

const sample: fc.Arbitrary<Sample> = fc.oneof(
  fc.tuple(hour, minute).map(([h, m]) => ({
    schedule: parseSchedule(`daily at ${time(h, m)}`),
    names: (wall: Date) => isAt(wall, h, m),
    rhythm: false,
  })),
  fc.tuple(fc.constantFrom(...WEEKDAYS), hour, minute).map(([day, h, m]) => ({
    schedule: parseSchedule(`weekly on ${day} at ${time(h, m)}`),
    names: (wall: Date) => WEEKDAYS[wall.getUTCDay()] === day && isAt(wall, h, m),
    rhythm: false,
  })),
  fc.tuple(fc.integer({ min: 1, max: 31 }), hour, minute).map(([day, h, m]) => ({
    schedule: parseSchedule(`monthly on ${day} at ${time(h, m)}`),
    names: (wall: Date) => {
      const isLast = new Date(wall.getTime() + DAY).getUTCDate() === 1;
      const isDay = wall.getUTCDate() === day || (isLast && wall.getUTCDate() < day);
      return isDay && isAt(wall, h, m);
    },
    rhythm: false,
  })),
  fc.tuple(few(minute), few(hour)).map(([minutes, hours]) => ({
    schedule: parseSchedule(`${minutes.join(',')} ${hours.join(',')} * * *`),
    names: (wall: Date) => hours.includes(wall.getUTCHours()) && minutes.includes(wall.getUTCMinutes()),
    rhythm: false,
  })),
  fc.tuple(few(minute), fc.option(fc.integer({ min: 0, max: 6 }))).map(([minutes, day]) => ({
    schedule: parseSchedule(`${minutes.join(',')} * * * ${day ?? '*'}`),
    names: (wall: Date) => minutes.includes(wall.getUTCMinutes()) && (day === null || wall.getUTCDay() === day),
    rhythm: true,
  })),
);

const NOTABLE = [
  ['Australia/Lord_Howe', 2025],
  ['America/Sao_Paulo', 2018],
  ['Europe/Berlin', 2026],
  ['Asia/Kathmandu', 1985],
  ['Pacific/Apia', 2011],
  ['Pacific/Kwajalein', 1993],
  ['Antarctica/Troll', 2024],
  ['Africa/Casablanca', 2024],
  ['Europe/Dublin', 2024],
  ['America/Caracas', 2016],
] as const;
// Since 1973 no zone had an offset with seconds.
const anyYear = fc.tuple(
  fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
  fc.oneof(fc.integer({ min: 1973, max: 2037 }), fc.integer({ min: 2015, max: 2030 })),
);
const place = fc.oneof(fc.constantFrom(...NOTABLE), anyYear);

/** The minutes of a time span at which a schedule is due, by looking at the clock on the wall every minute. */
function watchTheClock({ names, rhythm }: Sample, zone: IntlZone, from: number, to: number): number[] {
  const due: number[] = [];
  let latest = from - 2 * DAY + zone.offset(from - 2 * DAY);
  for (let instant = from - 2 * DAY + MINUTE; instant <= to; instant += MINUTE) {
    const shown = instant + zone.offset(instant);
    let isDue = rhythm && names(new Date(shown));
    for (; latest < shown; latest += MINUTE) isDue ||= !rhythm && names(new Date(latest + MINUTE));
    if (isDue && instant > from) due.push(instant);
  }
  return due;
}

function allDue(schedule: Schedule, timeZone: string, from: number, to: number): number[] {
  const due: number[] = [];
  for (let after = new Date(from); ;) {
    const next = nextDue(schedule, { after, timeZone, anchor: ANCHOR });
    if (!next || next.getTime() > to) return due;
    due.push(next.getTime());
    after = next;
  }
}

describe('over any change of clocks', () => {
  it('a task is due exactly when somebody who watches the clock would say so', () => {
    fc.assert(
      fc.property(place, fc.nat(), fc.integer({ min: -720, max: 1440 }), sample, (where, which, minutes, tried) => {
        const [timeZone, year] = where;
        const zone = IntlZone.of(timeZone);
        const from = zone.someChange(year, which) + minutes * MINUTE;
        const to = from + 1.5 * DAY;
        expect(allDue(tried.schedule, timeZone, from, to)).toEqual(watchTheClock(tried, zone, from, to));
      }),
      { numRuns: 60 },
    );
  });

  it('no wait is longer than the schedule and the change together', () => {
    fc.assert(
      fc.property(place, fc.nat(), hour, minute, ([timeZone, year], which, h, m) => {
        const from = IntlZone.of(timeZone).someChange(year, which) - 2 * DAY;
        const due = allDue(parseSchedule(`daily at ${time(h, m)}`), timeZone, from, from + 5 * DAY);
        const waits = due.map((instant, index) => instant - (due[index - 1] ?? from));
        expect(Math.max(...waits)).toBeLessThanOrEqual(2 * DAY);
        expect(Math.min(...waits.slice(1))).toBeGreaterThan(0);
      }),
    );
  });
});

const anyInstant = fc.integer({ min: Date.UTC(1973), max: Date.UTC(2060) });

describe('looking forwards and backwards', () => {
  it('finds the same instants', () => {
    fc.assert(
      fc.property(
        place,
        fc.nat(),
        fc.integer({ min: -DAY, max: 2 * DAY }),
        sample,
        (around, which, ms, { schedule }) => {
          const [timeZone, year] = around;
          const instant = IntlZone.of(timeZone).someChange(year, which) + ms;
          const after = new Date(instant);
          const where = { timeZone, anchor: ANCHOR };
          const next = nextDue(schedule, { ...where, after });
          if (!next) throw new Error('A schedule with times has a next one.');
          expect(next.getTime()).toBeGreaterThan(instant);
          expect(latestDue(schedule, { ...where, after, until: next })).toEqual(next);
          expect(latestDue(schedule, { ...where, after, until: new Date(next.getTime() - 1) })).toBeNull();
          const latest = latestDue(schedule, { ...where, after: ANCHOR, until: after });
          if (!latest) throw new Error('A schedule with times has an earlier one.');
          expect(nextDue(schedule, { ...where, after: latest })).toEqual(next);
          expect(nextDue(schedule, { ...where, after: new Date(latest.getTime() - 1) })).toEqual(latest);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('intervals stay on the grid of their anchor', () => {
    const every = fc
      .tuple(fc.integer({ min: 1, max: 400 }), fc.constantFrom('minutes', 'hours'))
      .map(([count, unit]) => parseSchedule(`every ${count} ${unit}`) as Schedule & { kind: 'interval' });
    fc.assert(
      fc.property(every, anyInstant, anyInstant, (schedule, anchorMs, afterMs) => {
        const anchor = new Date(anchorMs);
        const due = Number(nextDue(schedule, { after: new Date(afterMs), timeZone: 'Europe/Berlin', anchor }));
        expect((due - anchorMs) % intervalMs(schedule)).toBe(0);
        expect(due).toBeGreaterThan(Math.max(afterMs, anchorMs));
        expect(due - Math.max(afterMs, anchorMs)).toBeLessThanOrEqual(intervalMs(schedule));
      }),
    );
  });
});
