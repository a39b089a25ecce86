import { describe, expect, it } from 'vitest';
import type { SnapshotId } from '../../../main/engine/base/ids.ts';
import { resolveIdPrefix } from '../../../main/engine/repository/id-prefix.ts';

describe('resolveIdPrefix', () => {
  const ids = ['ab12', 'ab34', 'cd56'].map((start) => start.padEnd(64, '0') as SnapshotId);

  it('completes a unique prefix, in either case', () => {
    expect(resolveIdPrefix(ids, 'c', 'snapshot')).toBe(ids[2]);
    expect(resolveIdPrefix(ids, 'AB3', 'snapshot')).toBe(ids[1]);
    expect(resolveIdPrefix(ids, ids[0] ?? '', 'snapshot')).toBe(ids[0]);
  });

  it.each([
    ['ab', 'ambiguous_id'],
    ['', 'invalid_argument'],
    ['ff', 'not_found'],
    ['laters', 'invalid_argument'],
    ['.*', 'invalid_argument'],
  ])('refuses %j as %s', (prefix, code) => {
    expect(() => resolveIdPrefix(ids, prefix, 'snapshot')).toThrow(expect.objectContaining({ code }));
  });
});
