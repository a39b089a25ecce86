/**
 * Browsers make no element higher than some 17 (Firefox) or 33 million pixels of the screen (Chromium), which a million rows
 * exceed, and on a fine screen half of them. So the scrolled element is lower than its rows: `offset`, where one is among
 * the rows, is `scrollTop + shift`. Turning the wheel moves by the pixel, as everywhere; dragging the scroll bar moves in
 * proportion. Near both ends nothing is scaled, so that they are reached exactly.
 */
const MOST_PX = 8_000_000;
const EXACT_PX = 200_000;
/** Whoever moves further at once drags the bar, or jumps. */
const FINE_VIEWS = 3;

export interface Place {
  readonly scrollTop: number;
  readonly shift: number;
}

export interface Extent {
  /** Of all rows. */
  readonly totalPx: number;
  readonly viewPx: number;
}

export function scrolledHeight(totalPx: number): number {
  return Math.min(totalPx, MOST_PX);
}

/** Where the scroll bar belongs for an offset. */
export function placeOf(wanted: number, extent: Extent): Place {
  const { top, offset: most } = ends(extent);
  const offset = Math.min(Math.max(0, Math.round(wanted)), most);
  if (offset <= EXACT_PX || most === top) return { scrollTop: offset, shift: 0 };
  if (offset >= most - EXACT_PX) return { scrollTop: offset - (most - top), shift: most - top };
  const share = (offset - EXACT_PX) / (most - 2 * EXACT_PX);
  const scrollTop = Math.round(EXACT_PX + share * (top - 2 * EXACT_PX));
  return { scrollTop, shift: offset - scrollTop };
}

/** The other way round: where a scroll bar points that somebody has dragged. */
export function offsetAt(scrollTop: number, extent: Extent): number {
  const { top, offset: most } = ends(extent);
  if (scrollTop <= EXACT_PX || most === top) return scrollTop;
  if (scrollTop >= top - EXACT_PX) return scrollTop + (most - top);
  return EXACT_PX + ((scrollTop - EXACT_PX) / (top - 2 * EXACT_PX)) * (most - 2 * EXACT_PX);
}

/**
 * After the browser has scrolled from `before` to `scrollTop`. The answer has another scrollTop where the bar is at its end
 * and the rows are not: then there must be room again.
 */
export function scrolled(before: Place, scrollTop: number, extent: Extent): Place {
  const { top, offset: most } = ends(extent);
  if (most === top) return { scrollTop, shift: 0 };
  if (Math.abs(scrollTop - before.scrollTop) > FINE_VIEWS * extent.viewPx) {
    return { scrollTop, shift: Math.round(offsetAt(scrollTop, extent)) - scrollTop };
  }
  const offset = Math.min(Math.max(0, scrollTop + before.shift), most);
  const isAtEnd = scrollTop <= 0 || scrollTop >= top;
  return isAtEnd ? placeOf(offset, extent) : { scrollTop, shift: offset - scrollTop };
}

function ends({ totalPx, viewPx }: Extent) {
  return { top: Math.max(0, scrolledHeight(totalPx) - viewPx), offset: Math.max(0, totalPx - viewPx) };
}
