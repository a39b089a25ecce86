import { IANAZone } from 'luxon';
import { quote, ScheduleError } from './schedule-error.ts';

const HOUR_MS = 3_600_000;
/** Nowhere has a clock been changed twice within so short a time. */
const PROBE_MS = 6 * HOUR_MS;
/** No zone was ever further from UTC (Manila, Alaska: 15:56). */
const FURTHEST_OFFSET_MS = 16 * HOUR_MS;
/** No clock was ever set back further (a day, where the date line moved). */
const FURTHEST_BACK_MS = 26 * HOUR_MS;
const REMEMBERED_PROBES = 4096;

/** A time in which the offset stays the same. */
interface Stretch {
  readonly startMs: number;
  /** Exclusive. */
  readonly endMs: number;
  readonly offsetMs: number;
}

/** A clock set back: the wall times from `wallStartMs` until before `wallEndMs` are shown once more from `startMs` on. */
export interface Repeat {
  readonly startMs: number;
  readonly wallStartMs: number;
  readonly wallEndMs: number;
}

/** Throws a ScheduleError (`invalid_time_zone`) unless `name` is in the IANA database, such as `Europe/Berlin` or `UTC`. */
export function checkTimeZone(name: string): string {
  // Offsets ("+02:00") are valid for Intl, but don't know daylight saving and are rarely what is meant.
  if (/^[A-Za-z]/.test(name) && IANAZone.isValidZone(name)) return name;
  throw new ScheduleError(
    'invalid_time_zone',
    `Unknown time zone ${quote(name)}. Use a name of the IANA database, like "Europe/Berlin" or "UTC".`,
  );
}

/** What clocks on the walls of a time zone show. Wall times are numbers as in wall-pattern.ts. */
export class WallClock {
  static readonly #clocks = new Map<string, WallClock>();
  readonly #zone: IANAZone;
  readonly #probes = new Map<number, number>();
  readonly #changes = new Map<number, number>();

  private constructor(timeZone: string) {
    this.#zone = IANAZone.create(checkTimeZone(timeZone));
  }

  /** One clock a zone: its probes are worth keeping, and there are only some hundred zones. */
  static of(timeZone: string): WallClock {
    const known = WallClock.#clocks.get(timeZone);
    if (known) return known;
    const clock = new WallClock(timeZone);
    WallClock.#clocks.set(timeZone, clock);
    return clock;
  }

  /** The wall time at an instant. */
  readAt(instantMs: number): number {
    return instantMs + this.#offsetAt(instantMs);
  }

  /**
   * The first instant at which the clock shows `wallMs` or a later time. So a time that the clock leaves out has come
   * when it has been set forward, and a time that it shows twice has come the first time.
   */
  firstReaching(wallMs: number): number {
    const stretches = this.#stretches(wallMs - FURTHEST_OFFSET_MS, wallMs + FURTHEST_OFFSET_MS);
    for (const { startMs, endMs, offsetMs } of stretches) {
      const instantMs = Math.max(startMs, wallMs - offsetMs);
      if (instantMs < endMs) return instantMs;
    }
    throw new RangeError(`${this.#zone.name} has an offset of more than 16 hours at ${new Date(wallMs).toISOString()}`);
  }

  /** The latest time the clock has ever shown up to an instant: it is past what it shows now while an hour is repeated. */
  latestReading(instantMs: number): number {
    const readings = this.#stretches(instantMs - FURTHEST_BACK_MS, instantMs + 1)
      .filter(({ startMs }) => startMs <= instantMs)
      .map(({ endMs, offsetMs }) => Math.min(endMs - 1, instantMs) + offsetMs);
    return Math.max(...readings);
  }

  /** Where the clock was set back, from a day before `fromMs` until `toMs`; of a longer time only its first days. */
  repeatsAround(fromMs: number, toMs: number): Repeat[] {
    const endMs = Math.min(toMs, fromMs + FURTHEST_BACK_MS);
    const stretches = this.#stretches(fromMs - FURTHEST_BACK_MS, endMs + 1);
    return stretches.flatMap((stretch, index) => {
      const before = stretches[index - 1];
      if (!before || before.offsetMs <= stretch.offsetMs) return [];
      const { startMs, offsetMs } = stretch;
      return [{ startMs, wallStartMs: startMs + offsetMs, wallEndMs: startMs + before.offsetMs }];
    });
  }

  #offsetAt(instantMs: number): number {
    // Luxon counts minutes; before standard times, offsets had seconds.
    return Math.round(this.#zone.offset(instantMs) * 60_000);
  }

  /** Consecutive stretches that cover at least `[fromMs, toMs]`. */
  #stretches(fromMs: number, toMs: number): Stretch[] {
    const found: Stretch[] = [];
    const firstMs = Math.floor(fromMs / PROBE_MS) * PROBE_MS;
    let startMs = firstMs;
    let probeMs = firstMs;
    for (; probeMs < toMs; probeMs += PROBE_MS) {
      const offsetMs = this.#probe(probeMs);
      if (offsetMs === this.#probe(probeMs + PROBE_MS)) continue;
      const endMs = this.#changeAfter(probeMs);
      found.push({ startMs, endMs, offsetMs });
      startMs = endMs;
    }
    found.push({ startMs, endMs: probeMs + 1, offsetMs: this.#probe(probeMs) });
    return found;
  }

  #probe(instantMs: number): number {
    return remember(this.#probes, instantMs, () => this.#offsetAt(instantMs));
  }

  /** The first instant with another offset than the probe has, given that the next probe has another one. */
  #changeAfter(probeMs: number): number {
    return remember(this.#changes, probeMs, () => {
      let [low, high] = [probeMs, probeMs + PROBE_MS];
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (this.#offsetAt(middle) === this.#probe(probeMs)) low = middle;
        else high = middle;
      }
      return high;
    });
  }
}

/** Tasks of a zone ask for the same days, and an offset costs some 10 µs. */
function remember(known: Map<number, number>, key: number, compute: () => number): number {
  let value = known.get(key);
  if (value === undefined) {
    value = compute();
    if (known.size >= REMEMBERED_PROBES) known.clear();
    known.set(key, value);
  }
  return value;
}
