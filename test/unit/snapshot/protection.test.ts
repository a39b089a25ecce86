import { describe, expect, test } from 'vitest';
import type { SnapshotId } from '../../../main/engine/base/ids.ts';
import { parseTime } from '../../../main/engine/base/rfc3339.ts';
import {
  checkNewTags,
  describeProtection,
  IMMUTABLE_TAG,
  protectionOf,
  refuseRemoval,
  refuseWeakening,
} from '../../../main/engine/snapshot/protection.ts';

const NOW = parseTime('2026-06-01T12:00:00Z').epochNs;
const until = (time: string) => `${IMMUTABLE_TAG}${time}`;
const snapshot = (...tags: string[]) => ({ id: 'a'.repeat(64) as SnapshotId, tags });

describe('what a tag protects', () => {
  test.each([
    [[], undefined],
    [['guardit', 'immutable'], undefined],
    [[until('2026-06-01T12:00:00Z')], undefined],
    [[until('2026-06-01T12:00:00.000000001Z')], '2026-06-01T12:00:00.000000001Z'],
    // The same instant by another clock.
    [[until('2026-06-01T13:59:59+02:00')], undefined],
    [[until('2026-06-01T14:00:01+02:00')], '2026-06-01T14:00:01+02:00'],
    [[until('2027-01-01T00:00:00Z'), until('2028-01-01T00:00:00Z')], '2028-01-01T00:00:00Z'],
    [[until('2020-01-01T00:00:00Z'), until('2028-01-01T00:00:00Z')], '2028-01-01T00:00:00Z'],
  ])('%j: until %s', (tags, expected) => {
    expect(protectionOf(snapshot(...tags), NOW)?.until).toBe(expected);
  });

  test.each(['', 'tomorrow', '2027-13-01T00:00:00Z', '2027-01-01', '2027-01-01T00:00:00'])(
    'a time that is none protects for ever: "%s"',
    (text) => {
      const protection = protectionOf(snapshot(until(text), until('2020-01-01T00:00:00Z')), NOW);
      expect(protection?.until).toBeNull();
      expect(protection && describeProtection(protection)).toContain(`"${until(text)}"`);
    },
  );
});

test('a removal before the time is refused with the time, one after it is not', () => {
  const kept = snapshot(until('2027-01-01T00:00:00Z'));
  expect(() => refuseRemoval(kept, NOW)).toThrow(/aaaaaaaa.*immutable until 2027-01-01T00:00:00Z/);
  expect(() => refuseRemoval(kept, parseTime('2027-01-01T00:00:00Z').epochNs)).not.toThrow();
});

describe('other tags', () => {
  const kept = snapshot('a', until('2027-01-01T00:00:00Z'));

  test.each([[['a']], [[]], [['a', until('2026-12-31T23:59:59Z')]]])('%j would end it earlier', (tags) => {
    expect(() => refuseWeakening(kept, tags, NOW)).toThrow(/neither removed nor shortened/);
  });

  test.each([
    [[until('2027-01-01T00:00:00Z')]],
    [[until('2027-06-01T00:00:00Z')]],
    [[until('2027-01-01T01:00:00+01:00'), 'b']],
  ])('%j would not', (tags) => {
    expect(() => refuseWeakening(kept, tags, NOW)).not.toThrow();
  });

  test('one that protects for ever is not replaced by a time', () => {
    expect(() => refuseWeakening(snapshot(until('x')), [until('2099-01-01T00:00:00Z')], NOW)).toThrow(/neither/);
  });

  test('a protection that is over can go', () => {
    expect(() => refuseWeakening(snapshot(until('2020-01-01T00:00:00Z')), [], NOW)).not.toThrow();
  });

  test('nobody gets a tag that protects for ever by mistake', () => {
    expect(() => checkNewTags(['a', until('next year')])).toThrow(/next year/);
    expect(() => checkNewTags(['a', until('2027-01-01T00:00:00Z')])).not.toThrow();
  });
});
