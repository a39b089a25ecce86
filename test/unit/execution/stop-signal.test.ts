import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { StopSignal } from '../../../main/infra/execution/stop-signal.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a stop', () => {
  test('by time: at the limit, not before, also after more days than a timer takes', () => {
    const limitMs = 40 * 24 * 3_600_000;
    const stop = new StopSignal(new AbortController().signal, limitMs);
    vi.advanceTimersByTime(limitMs - 1);
    expect(stop.reason).toBeNull();
    vi.advanceTimersByTime(1);
    expect([stop.reason, stop.signal.aborted]).toEqual(['timed_out', true]);
  });

  test('by cancellation: the first reason counts, and nothing stays behind', async () => {
    const cancel = new AbortController();
    const stop = new StopSignal(cancel.signal, 1000);
    cancel.abort();
    await stop.stopped;
    vi.advanceTimersByTime(2000);
    expect(stop.reason).toBe('cancelled');
    expect(vi.getTimerCount()).toBe(0);
    expect(new StopSignal(cancel.signal, null).reason).toBe('cancelled');
  });

  test('after it was disposed of nothing comes', () => {
    const cancel = new AbortController();
    const stop = new StopSignal(cancel.signal, 1000);
    stop.dispose();
    cancel.abort();
    vi.advanceTimersByTime(2000);
    expect(stop.reason).toBeNull();
  });
});
