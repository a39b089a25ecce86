import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  offsetAt,
  placeOf,
  scrolled,
  scrolledHeight,
  type Place,
} from '../../../renderer/features/restore/browse/scroll-scale.ts';

const ROW_PX = 32;
const extent = { totalPx: 1_000_000 * ROW_PX, viewPx: 640 };
const mostOffset = extent.totalPx - extent.viewPx;
const mostTop = scrolledHeight(extent.totalPx) - extent.viewPx;
const offsetOf = ({ scrollTop, shift }: Place) => scrollTop + shift;

test('what fits into an element is not scaled', () => {
  const small = { totalPx: 5000 * ROW_PX, viewPx: 640 };
  expect(placeOf(100_000, small)).toEqual({ scrollTop: 100_000, shift: 0 });
  expect(scrolled({ scrollTop: 0, shift: 0 }, 90_000, small)).toEqual({ scrollTop: 90_000, shift: 0 });
});

test('a million rows fit into an element that every browser draws', () => {
  expect(scrolledHeight(extent.totalPx)).toBeLessThan(16_000_000);
});

test('both ends are reached exactly', () => {
  expect(placeOf(0, extent)).toEqual({ scrollTop: 0, shift: 0 });
  expect(offsetOf(placeOf(mostOffset, extent))).toBe(mostOffset);
  expect(placeOf(mostOffset, extent).scrollTop).toBe(mostTop);
  expect(offsetAt(mostTop, extent)).toBe(mostOffset);
});

test('bar and rows belong together: there and back is the same row, and further down is further down', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: mostOffset }), (offset) => {
      const place = placeOf(offset, extent);
      expect(offsetOf(place)).toBe(offset);
      expect(Math.abs(offsetAt(place.scrollTop, extent) - offset)).toBeLessThanOrEqual(ROW_PX);
      expect(place.scrollTop).toBeLessThanOrEqual(placeOf(Math.min(mostOffset, offset + ROW_PX), extent).scrollTop);
    }),
  );
});

test('the wheel moves rows by the pixel, wherever one is', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 300_000, max: mostOffset - 300_000 }),
      fc.integer({ min: -600, max: 600 }),
      (at, by) => {
        const before = placeOf(at, extent);
        expect(offsetOf(scrolled(before, before.scrollTop + by, extent))).toBe(at + by);
      },
    ),
  );
});

test('who only turns the wheel comes to both ends', () => {
  for (const direction of [-1, 1]) {
    let place = placeOf(mostOffset / 2, extent);
    // Without a rest, so that the bar is never put where it belongs, but for the ends.
    for (let turns = 0; turns < 60_000; turns++) {
      const top = Math.min(mostTop, Math.max(0, place.scrollTop + direction * 600));
      place = scrolled(place, top, extent);
    }
    expect(offsetOf(place)).toBe(direction < 0 ? 0 : mostOffset);
  }
});

test('who drags the bar comes to the row that it points to', () => {
  expect(offsetOf(scrolled({ scrollTop: 0, shift: 0 }, mostTop, extent))).toBe(mostOffset);
  const middle = offsetOf(scrolled({ scrollTop: 0, shift: 0 }, Math.round(mostTop / 2), extent));
  expect(Math.abs(middle - mostOffset / 2)).toBeLessThan(ROW_PX);
});
