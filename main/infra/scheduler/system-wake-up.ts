import { scheduleJob, type Job } from 'node-schedule';
import type { Cancel, WakeUp } from '../../app/schedule/ports.ts';

/** How often the clock is looked at: often enough to notice within a minute that it was set or slept. */
const BEAT_MS = 30_000;
/** Alarms further ahead wait for a later beat. So a timer never runs for weeks (Node's end at 24.8 days). */
const HORIZON_MS = 2 * BEAT_MS;
/** The clock of the wall and the steady one, read one after the other, differ by less unless the former was set. */
const SET_MS = 1_000;

interface Alarm {
  readonly atMs: number;
  readonly callback: () => void;
  job: Job | null;
}

/**
 * Wakes up by this computer's clock.
 * node-schedule rings an alarm on time. But its timers count elapsed time, which stands still in a standby and knows
 * nothing of a clock being set. And its jobs belong to the whole process: whoever shuts node-schedule down takes ours along.
 * So a beat looks after the alarms, and none is more than half a minute late once the computer is awake.
 */
export class SystemWakeUp implements WakeUp {
  readonly #alarms = new Set<Alarm>();
  #beat: NodeJS.Timeout | null = null;
  /** Wall clock minus steady clock, as of the last look. */
  #differenceMs = 0;

  at(instant: Date, callback: () => void): Cancel {
    const atMs = instant.getTime();
    if (Number.isNaN(atMs)) throw new RangeError('An alarm needs a valid instant.');
    const alarm: Alarm = { atMs, callback, job: null };
    if (this.#alarms.size === 0) this.#startBeat();
    this.#alarms.add(alarm);
    this.#arm(alarm);
    return () => this.#drop(alarm);
  }

  #arm(alarm: Alarm): void {
    if (alarm.job || alarm.atMs > Date.now() + HORIZON_MS) return;
    // node-schedule takes no past instant.
    const fireAt = new Date(Math.max(alarm.atMs, Date.now() + 1));
    alarm.job = scheduleJob(fireAt, () => this.#ring(alarm));
  }

  #ring(alarm: Alarm): void {
    // A job whose clock was set back waits anew, on a timer that node-schedule can't cancel any more.
    if (!this.#alarms.has(alarm)) return;
    this.#drop(alarm);
    alarm.callback();
  }

  #drop(alarm: Alarm): void {
    if (!this.#alarms.delete(alarm)) return;
    alarm.job?.cancel();
    if (this.#alarms.size === 0) this.#stopBeat();
  }

  #startBeat(): void {
    this.#differenceMs = Date.now() - performance.now();
    this.#beat = setInterval(() => this.#lookAtClock(), BEAT_MS);
  }

  #stopBeat(): void {
    if (this.#beat) clearInterval(this.#beat);
    this.#beat = null;
  }

  #lookAtClock(): void {
    const differenceMs = Date.now() - performance.now();
    const wasSet = Math.abs(differenceMs - this.#differenceMs) > SET_MS;
    this.#differenceMs = differenceMs;
    // A copy: callbacks set new alarms, which are none of this look's.
    for (const alarm of [...this.#alarms]) {
      if (wasSet || alarm.atMs <= Date.now()) this.#ring(alarm);
      else this.#arm(alarm);
    }
  }
}
