import { gracefulShutdown } from 'node-schedule';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SystemWakeUp } from '../../../../main/infra/scheduler/system-wake-up.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 10, 12);

let wakeUp: SystemWakeUp;
let rung: { readonly name: string; readonly atMs: number }[];

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  wakeUp = new SystemWakeUp();
  rung = [];
});

afterEach(() => {
  vi.clearAllTimers();
  vi.useRealTimers();
});

/** Notes when it rang, on the wall. */
function setAlarm(name: string, atMs: number) {
  return wakeUp.at(new Date(atMs), () => rung.push({ name, atMs: Date.now() }));
}

/** Time passes in steps, as on a computer that is awake. */
function pass(ms: number): void {
  vi.advanceTimersByTime(ms);
}

function setClock(byMs: number): void {
  vi.setSystemTime(Date.now() + byMs);
}

describe('an alarm', () => {
  it('rings once, at its instant', () => {
    setAlarm('a', START + 5 * MINUTE + 123);
    pass(5 * MINUTE + 122);
    expect(rung).toEqual([]);
    pass(DAY);
    expect(rung).toEqual([{ name: 'a', atMs: START + 5 * MINUTE + 123 }]);
  });

  it('rings at once for a past or present instant, but not from within the call', () => {
    setAlarm('past', START - DAY);
    setAlarm('present', START);
    expect(rung).toEqual([]);
    pass(SECOND);
    expect(rung.map(({ name }) => name).sort()).toEqual(['past', 'present']);
  });

  it('rings after months, which no timer of Node can wait for', () => {
    setAlarm('a', START + 100 * DAY);
    pass(100 * DAY - 1);
    expect(rung).toEqual([]);
    pass(1);
    expect(rung).toEqual([{ name: 'a', atMs: START + 100 * DAY }]);
  });

  it('rings in the order of the instants', () => {
    for (const minutes of [3, 1, 2]) setAlarm(`in ${minutes}`, START + minutes * MINUTE);
    pass(HOUR);
    expect(rung.map(({ name }) => name)).toEqual(['in 1', 'in 2', 'in 3']);
  });

  it('may set the next one', () => {
    const again = () => {
      rung.push({ name: 'again', atMs: Date.now() });
      if (rung.length < 3) wakeUp.at(new Date(Date.now() + MINUTE), again);
    };
    wakeUp.at(new Date(START + MINUTE), again);
    pass(HOUR);
    expect(rung.map(({ atMs }) => atMs - START)).toEqual([MINUTE, 2 * MINUTE, 3 * MINUTE]);
  });

  it('is silent when cancelled, also twice or after it rang', () => {
    const cancels = [setAlarm('soon', START + 10), setAlarm('late', START + DAY), setAlarm('kept', START + MINUTE)];
    cancels[0]?.();
    cancels[1]?.();
    pass(2 * DAY);
    expect(rung.map(({ name }) => name)).toEqual(['kept']);
    for (const cancel of cancels) cancel();
    pass(DAY);
    expect(rung).toHaveLength(1);
  });

  it('is refused for no instant at all', () => {
    expect(() => setAlarm('never', NaN)).toThrow(RangeError);
  });
});

it('leaves no timer behind that would keep the process alive', () => {
  const cancel = setAlarm('cancelled', START + DAY);
  setAlarm('rings', START + MINUTE);
  expect(vi.getTimerCount()).toBeGreaterThan(0);
  pass(MINUTE);
  cancel();
  expect(vi.getTimerCount()).toBe(0);
});

describe('a clock that does not simply run', () => {
  it('slept through the instant: rings within a minute of waking up', () => {
    setAlarm('a', START + HOUR);
    pass(MINUTE);
    // Timers stand still in a standby, the clock does not.
    setClock(8 * HOUR);
    pass(MINUTE);
    expect(rung.map(({ name }) => name)).toEqual(['a']);
  });

  it('slept for less: wakes up nevertheless, and whoever was woken asks again', () => {
    setAlarm('a', START + 8 * HOUR);
    setClock(HOUR);
    pass(MINUTE);
    expect(rung.map(({ name }) => name)).toEqual(['a']);
  });

  it('set back: wakes up within a minute, not after hours', () => {
    setAlarm('soon', START + 20 * SECOND);
    setAlarm('later', START + 10 * HOUR);
    setClock(-5 * HOUR);
    pass(MINUTE);
    expect(rung.map(({ name }) => name).sort()).toEqual(['later', 'soon']);
  });

  it('corrected by little: rings at its instant', () => {
    setAlarm('a', START + HOUR);
    pass(10 * MINUTE);
    setClock(-500);
    pass(50 * MINUTE);
    expect(rung).toEqual([]);
    pass(500);
    expect(rung).toEqual([{ name: 'a', atMs: START + HOUR }]);
  });

  it('set back while an alarm waits: it can still be cancelled, and another one rings', () => {
    const cancel = setAlarm('first', START + 5 * SECOND);
    setAlarm('second', START + 20 * SECOND);
    setClock(-800);
    // node-schedule waits anew for the first alarm, on a timer that it can't cancel.
    pass(5 * SECOND);
    cancel();
    pass(2 * MINUTE);
    expect(rung.map(({ name }) => name)).toEqual(['second']);
  });
});

it('rings, a little late, even if node-schedule was told to drop all jobs', async () => {
  setAlarm('a', START + 50 * SECOND);
  const down = gracefulShutdown();
  pass(MINUTE);
  await down;
  expect(rung).toEqual([{ name: 'a', atMs: START + MINUTE }]);
});

it('works on a real clock', async () => {
  vi.useRealTimers();
  const instant = new Date(Date.now() + 30);
  await new Promise<void>((resolve) => wakeUp.at(instant, resolve));
  expect(Date.now()).toBeGreaterThanOrEqual(instant.getTime());
});
