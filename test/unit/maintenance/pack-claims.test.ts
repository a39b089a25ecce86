import { expect, it } from 'vitest';
import { PackClaims } from '../../../main/engine/maintenance/pack-claims.ts';

it('each pack is taken by one of all who share the claims', () => {
  const main = new PackClaims(3);
  const worker = new PackClaims(main.shared);
  expect([main.take(0), worker.take(0), worker.take(2), main.take(2), main.take(1)]).toEqual([
    true,
    false,
    true,
    false,
    true,
  ]);
  expect([0, 1, 2].map((place) => worker.isTaken(place))).toEqual([true, true, true]);
  expect(new PackClaims(1).isTaken(0)).toBe(false);
});
