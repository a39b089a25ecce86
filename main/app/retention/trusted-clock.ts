import type { Catalog } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';

export interface TrustedClockParts {
  readonly catalog: Catalog;
  readonly clock: Clock;
  /** Milliseconds of steady time, which no setting of the clock disturbs. */
  readonly monotonicMs: () => number;
}

export interface ClockReading {
  readonly trusted: Date;
  readonly wall: Date;
  /** The wall clock minus the trusted one. */
  readonly differenceMs: number;
}

/** What is kept: both clocks at the last heartbeat. */
interface Heartbeat {
  readonly trusted_ms: number;
  readonly wall_ms: number;
}

const SETTING = 'clock.trusted';
const DAY_MS = 86_400_000;
/** What a service that did not run may have missed, as far as it is believed without anybody's confirmation. */
export const MAX_GAP_MS = DAY_MS;

/**
 * A clock that can't be set ahead, for everything that may be removed only after its time. While the service runs it goes as
 * steady time does; over a time in which the service did not run it follows the wall clock, but by a day at most; and it
 * never goes back. What it lacks then, an admin confirms. Setting the wall clock ahead so ends no protection.
 */
export class TrustedClock {
  readonly #parts: TrustedClockParts;
  #base: { readonly trustedMs: number; readonly monotonicMs: number };

  private constructor(parts: TrustedClockParts, trustedMs: number) {
    this.#parts = parts;
    this.#base = { trustedMs, monotonicMs: parts.monotonicMs() };
  }

  /** Takes up where the last heartbeat was. A first start believes the wall clock: there is nothing yet to protect. */
  static async load(parts: TrustedClockParts): Promise<TrustedClock> {
    const wallMs = parts.clock.now().getTime();
    const last = heartbeatOf(await parts.catalog.read(({ settings }) => settings.get(SETTING)));
    const clock = new TrustedClock(parts, last ? afterGap(last, wallMs) : wallMs);
    await clock.heartbeat();
    return clock;
  }

  now(): Date {
    const { trustedMs, monotonicMs } = this.#base;
    return new Date(trustedMs + Math.max(0, Math.floor(this.#parts.monotonicMs() - monotonicMs)));
  }

  read(): ClockReading {
    const [trusted, wall] = [this.now(), this.#parts.clock.now()];
    return { trusted, wall, differenceMs: wall.getTime() - trusted.getTime() };
  }

  /** Keeps where it is. What came after the last one counts as a gap at the next start, so once a minute is often enough. */
  async heartbeat(): Promise<void> {
    await this.#parts.catalog.write(({ settings }) => settings.put(SETTING, this.#heartbeat(this.now())));
  }

  /** Somebody who may says that the wall clock is right: from now on it is believed. `within` belongs to the same write. */
  async confirm(within: Parameters<Catalog['write']>[0]): Promise<ClockReading> {
    const before = this.read();
    await this.#parts.catalog.write(async (stores) => {
      await stores.settings.put(SETTING, this.#heartbeat(before.wall));
      await within(stores);
    });
    this.#base = { trustedMs: before.wall.getTime(), monotonicMs: this.#parts.monotonicMs() };
    return before;
  }

  #heartbeat(trusted: Date): Heartbeat {
    return { trusted_ms: trusted.getTime(), wall_ms: this.#parts.clock.now().getTime() };
  }
}

/** Where the trusted clock is after the service did not run: the wall clock's gap, but a day at most, and never back. */
export function afterGap(last: Heartbeat, wallMs: number): number {
  return last.trusted_ms + Math.min(MAX_GAP_MS, Math.max(0, wallMs - last.wall_ms));
}

function heartbeatOf(value: unknown): Heartbeat | null {
  if (typeof value !== 'object' || value === null) return null;
  const { trusted_ms, wall_ms } = value as Partial<Record<keyof Heartbeat, unknown>>;
  return Number.isSafeInteger(trusted_ms) && Number.isSafeInteger(wall_ms) ? (value as Heartbeat) : null;
}
