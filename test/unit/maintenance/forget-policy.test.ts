import { describe, expect, it } from 'vitest';
import { parseCalendarDuration } from '../../../main/engine/base/duration.ts';
import { applyPolicy, type ForgetOptions, type ForgetPolicy } from '../../../main/engine/maintenance/forget-policy.ts';
import type { Snapshot } from '../../../main/engine/snapshot/snapshot.ts';
import { makeSnapshot } from '../../support/snapshots.ts';

function forget(
  times: readonly (string | [string, Partial<Snapshot>])[],
  policy: ForgetPolicy,
  options?: ForgetOptions,
) {
  const snapshots = times.map((item) => (typeof item === 'string' ? makeSnapshot(item) : makeSnapshot(...item)));
  const { keep, remove } = applyPolicy(snapshots, policy, options);
  return {
    keep: keep.map(({ snapshot, reasons }) => [snapshot.time, ...reasons]),
    remove: remove.map(({ time }) => time),
    counters: keep.map(({ counters }) => counters),
  };
}

describe('counted rules', () => {
  it('keep the newest of each period until their counter is spent', () => {
    const times = [
      '2026-03-01T10:00:00Z',
      '2026-03-01T09:00:00Z',
      '2026-02-28T23:59:59Z',
      '2026-02-28T00:00:00Z',
      '2026-02-27T12:00:00Z',
    ];
    const result = forget(times, { keep: { daily: 2 } });
    expect(result.keep).toEqual([
      ['2026-03-01T10:00:00Z', 'daily snapshot'],
      ['2026-02-28T23:59:59Z', 'daily snapshot'],
    ]);
    expect(result.counters.map(({ daily }) => daily)).toEqual([1, 0]);
  });

  it('take periods from the wall clock of each snapshot', () => {
    // Both are one UTC day, and two days where they were made.
    const times = ['2026-03-01T00:30:00+02:00', '2026-02-28T23:30:00+02:00'];
    expect(forget(times, { keep: { daily: -1 } }, { keepOldest: false }).remove).toEqual([]);
    const inUtc = ['2026-02-28T22:30:00Z', '2026-02-28T21:30:00Z'];
    expect(forget(inUtc, { keep: { daily: -1 } }, { keepOldest: false }).remove).toEqual(['2026-02-28T21:30:00Z']);
  });

  it('count ISO weeks, whose year is not always the calendar year', () => {
    const times = ['2027-01-04T00:00:00Z', '2027-01-03T00:00:00Z', '2026-12-28T00:00:00Z', '2026-12-27T00:00:00Z'];
    expect(forget(times, { keep: { weekly: -1 } }, { keepOldest: false }).remove).toEqual(['2026-12-28T00:00:00Z']);
  });

  it('keep the oldest snapshot while a counter is left, unless told otherwise', () => {
    const times = ['2026-03-01T10:00:00Z', '2026-03-01T09:00:00Z', '2026-03-01T08:00:00Z'];
    expect(forget(times, { keep: { yearly: 2 } }).keep).toEqual([
      ['2026-03-01T10:00:00Z', 'yearly snapshot'],
      ['2026-03-01T08:00:00Z', 'oldest yearly snapshot'],
    ]);
    expect(forget(times, { keep: { yearly: 1 } }).keep).toHaveLength(1);
    expect(forget(times, { keep: { yearly: 2 } }, { keepOldest: false }).keep).toHaveLength(1);
  });

  it.each([-2, 1.5, NaN, Infinity])('refuse the count %d', (last) => {
    expect(() => forget([], { keep: { last } })).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
  });
});

describe('within', () => {
  const times = ['2026-03-10T12:00:00Z', '2026-03-09T12:00:00.000000001Z', '2026-03-09T12:00:00Z'];

  it('counts from the newest snapshot, and not a nanosecond too far', () => {
    expect(forget(times, { within: parseCalendarDuration('1d') }).remove).toEqual(['2026-03-09T12:00:00Z']);
  });

  it('does not count from a snapshot in the future', () => {
    const nowNs = BigInt(Date.parse('2026-03-11T00:00:00Z')) * 1_000_000n;
    const result = forget(['2030-01-01T00:00:00Z', ...times], { within: parseCalendarDuration('1d') }, { nowNs });
    expect(result.remove).toEqual(['2026-03-09T12:00:00Z']);
  });

  it('can be limited to one snapshot of a period', () => {
    const hours = ['2026-03-10T12:00:00Z', '2026-03-10T11:00:00Z', '2026-03-09T13:00:00Z', '2026-03-08T11:00:00Z'];
    expect(forget(hours, { withinPeriod: { daily: parseCalendarDuration('2d') } }).keep).toEqual([
      ['2026-03-10T12:00:00Z', 'daily within 2d'],
      ['2026-03-09T13:00:00Z', 'daily within 2d'],
    ]);
  });
});

describe('safety', () => {
  const times = ['2026-03-02T00:00:00Z', '2026-03-01T00:00:00Z'];

  it.each([{}, { keep: { last: 0 } }, { within: parseCalendarDuration('0d') }, { keepTags: [] }])(
    'the empty policy %j removes nothing',
    (policy) => expect(forget(times, policy).remove).toEqual([]),
  );

  it('refuses to leave nothing, unless that is allowed', () => {
    const policy = { keepTags: [['important']] };
    expect(() => forget(times, policy)).toThrow(expect.objectContaining({ code: 'refused' }));
    expect(forget(times, policy, { unsafeAllowRemoveAll: true }).remove).toHaveLength(2);
    expect(forget([], policy)).toEqual({ keep: [], remove: [], counters: [] });
  });

  it('keeps by tags: all of a list, one of the lists, the empty tag for none', () => {
    const tagged: [string, Partial<Snapshot>][] = [
      ['2026-03-03T00:00:00Z', { tags: ['a', 'b'] }],
      ['2026-03-02T00:00:00Z', { tags: ['a'] }],
      ['2026-03-01T00:00:00Z', {}],
    ];
    expect(forget(tagged, { keepTags: [['a', 'b'], ['']] }).keep).toEqual([
      ['2026-03-03T00:00:00Z', 'has tags [a, b]'],
      ['2026-03-01T00:00:00Z', 'has tags []'],
    ]);
  });
});
