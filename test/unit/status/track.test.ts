import { describe, expect, it } from 'vitest';
import type { Status } from '../../../contracts/status.ts';
import type { Report } from '../../../main/app/status/ports.ts';
import { decide, type EndedRun, type OpenRun, type Track } from '../../../main/app/status/track.ts';

const HOUR = 3_600_000;

function report(status: Status, atMs = 0, more: Partial<Report> = {}): Report {
  return { atMs, status, message: null, progress: null, data: null, ...more };
}

function running(more: Partial<OpenRun> = {}): Track {
  const open = { id: 1, beganAtMs: 0, seenAtMs: 0, progress: null, warned: false, ...more };
  return { last: report('running', open.seenAtMs), open, ended: null };
}

function ended(status: Status, more: Partial<EndedRun> = {}): Track {
  const failed = status === 'failed' || status === 'error';
  return { last: report(status), open: null, ended: { id: 1, atMs: 0, status, failed, pace: null, ...more } };
}

describe('running', () => {
  it('begins a run when none is open, also after one has ended', () => {
    expect(decide(null, report('running'), null)).toEqual({ kind: 'open', abandons: false });
    expect(decide(ended('completed'), report('running', 1), null)).toEqual({ kind: 'open', abandons: false });
    expect(decide(ended('failed'), report('running', 1), null)).toEqual({ kind: 'open', abandons: false });
  });

  it('is progress while a run is open', () => {
    expect(decide(running(), report('running', 11 * HOUR, { progress: 5 }), null).kind).toBe('note');
    expect(decide(running({ progress: 50 }), report('running', HOUR - 1, { progress: 0 }), null).kind).toBe('note');
  });

  it.each([
    ['12 hours of silence', running({ seenAtMs: HOUR }), report('running', 13 * HOUR), null],
    ['progress back at 0 after an hour', running({ progress: 50 }), report('running', HOUR, { progress: 0 }), null],
    ['progress at 0 beyond its longest duration', running(), report('running', 61_000, { progress: 0 }), 60_000],
  ])('gives up the open run and begins another: %s', (_, track, next, maxDurationMs) => {
    expect(decide(track, next, maxDurationMs)).toEqual({ kind: 'open', abandons: true });
  });
});

describe('the end of a run', () => {
  it.each([
    ['completed', false, false],
    ['failed', true, false],
    ['error', true, false],
  ] as const)('%s closes the open run, and is a whole run without one', (status, failed, warned) => {
    expect(decide(running(), report(status, 5), null)).toEqual({ kind: 'close', failed, warned });
    expect(decide(null, report(status), null)).toEqual({ kind: 'whole', failed, warned });
  });

  it('keeps in mind that there was a warning', () => {
    expect(decide(running(), report('warning', 5, { progress: 99 }), null)).toEqual({ kind: 'note', warned: true });
    expect(decide(running({ warned: true }), report('completed', 9), null)).toMatchObject({
      kind: 'close',
      warned: true,
    });
  });

  it('a warning with progress 100 ends a run as a success, and so does one without a run', () => {
    const success = { failed: false, warned: true };
    expect(decide(running(), report('warning', 5, { progress: 100 }), null)).toEqual({ kind: 'close', ...success });
    expect(decide(null, report('warning'), null)).toEqual({ kind: 'whole', ...success });
  });

  it.each([
    ['the same within 10 s', 'completed', report('completed', 10_000), 'repeat'],
    ['the same later', 'completed', report('completed', 10_001), 'whole'],
    ['another message', 'completed', report('completed', 1, { message: 'more' }), 'whole'],
    ['failed after error', 'error', report('failed', 60_000, { message: 'more' }), 'repeat'],
    ['error after failed, later', 'failed', report('error', 60_001), 'whole'],
    ['failed after completed', 'completed', report('failed', 1), 'whole'],
    ['completed after failed', 'failed', report('completed', 1), 'whole'],
    ['a warning after a success', 'completed', report('warning', 60_000), 'repeat'],
    ['a warning after a failure', 'failed', report('warning', 1), 'whole'],
  ] as const)('said once more: %s', (_, before, next, kind) => {
    expect(decide(ended(before), next, null).kind).toBe(kind);
  });
});

it('unknown changes nothing', () => {
  for (const track of [null, running(), ended('failed')]) {
    expect(decide(track, report('unknown', 99 * HOUR), 1)).toEqual({ kind: 'note', warned: false });
  }
});
