import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { useCallback, useRef, useState, type RefObject } from 'react';
import { flushSync } from 'react-dom';
import { placeOf, scrolled, scrolledHeight, type Place } from './scroll-scale.ts';

export const ROW_HEIGHT_PX = 32;
/** More than a notch of a wheel shows at once. */
const OVERSCAN_ROWS = 6;
/** After the last movement the bar is put where it belongs. */
const IDLE_MS = 150;

type Rows = Virtualizer<HTMLDivElement, Element>;

/** Which of any number of rows exist, and where. `headPx`: what stands still above them. */
export function useScaledRows(count: number, scroller: RefObject<HTMLDivElement | null>, headPx: number) {
  const place = useRef<Place>({ scrollTop: 0, shift: 0 });
  const tell = useRef<(offset: number, isScrolling: boolean) => void>(undefined);
  const [shift, setShift] = useState(0);
  const totalPx = count * ROW_HEIGHT_PX;
  const extentOf = useCallback(
    (element: HTMLElement) => ({ totalPx, viewPx: Math.max(ROW_HEIGHT_PX, element.clientHeight - headPx) }),
    [totalPx, headPx],
  );

  /** Moves bar and rows within one frame, so that nobody sees it. */
  const move = useCallback((element: HTMLElement, next: Place) => {
    place.current = next;
    flushSync(() => setShift(next.shift));
    if (element.scrollTop !== next.scrollTop) element.scrollTop = next.scrollTop;
  }, []);

  const observeElementOffset = useCallback(
    (rows: Rows, report: (offset: number, isScrolling: boolean) => void) => {
      const element = rows.scrollElement;
      if (!element) return;
      tell.current = report;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const settle = () => {
        const { scrollTop, shift: before } = place.current;
        const next = placeOf(scrollTop + before, extentOf(element));
        if (next.shift !== before) move(element, next);
        report(next.scrollTop + next.shift, false);
      };
      const onScroll = () => {
        const next = scrolled(place.current, element.scrollTop, extentOf(element));
        if (next.scrollTop === element.scrollTop) {
          place.current = next;
          setShift(next.shift);
        } else move(element, next);
        report(next.scrollTop + next.shift, true);
        clearTimeout(timer);
        timer = setTimeout(settle, IDLE_MS);
      };
      report(place.current.scrollTop + place.current.shift, false);
      element.addEventListener('scroll', onScroll, { passive: true });
      return () => {
        clearTimeout(timer);
        element.removeEventListener('scroll', onScroll);
      };
    },
    [extentOf, move],
  );

  const virtualizer = useVirtualizer<HTMLDivElement, Element>({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT_PX,
    overscan: OVERSCAN_ROWS,
    observeElementOffset,
    // Only `show` moves: the virtualizer itself knows the element's height, and not that of its rows.
    scrollToFn: () => undefined,
  });

  /** Scrolls as little as is needed for the row to be in sight, and draws what comes at once, not when the browser tells of it. */
  const show = useCallback(
    (row: number) => {
      const element = scroller.current;
      if (!element) return;
      const extent = extentOf(element);
      const from = place.current.scrollTop + place.current.shift;
      const [top, bottom] = [row * ROW_HEIGHT_PX, (row + 1) * ROW_HEIGHT_PX];
      const wanted = top < from ? top : bottom > from + extent.viewPx ? bottom - extent.viewPx : from;
      if (wanted === from) return;
      const next = placeFor(wanted, place, extent);
      element.scrollTop = next.scrollTop;
      setShift(next.shift);
      tell.current?.(next.scrollTop + next.shift, true);
    },
    [scroller, extentOf],
  );
  return {
    rows: virtualizer.getVirtualItems().map(({ index, start }) => ({ row: index, top: start - shift })),
    height: scrolledHeight(totalPx),
    show,
  };
}

/** A step keeps the shift; what is far gets the place that it belongs to, before the browser tells of the movement. */
function placeFor(
  offset: number,
  place: RefObject<Place>,
  extent: { readonly totalPx: number; readonly viewPx: number },
): Place {
  const near = { scrollTop: offset - place.current.shift, shift: place.current.shift };
  const isNear = Math.abs(near.scrollTop - place.current.scrollTop) <= extent.viewPx * 2 && near.scrollTop > 0;
  const next = isNear ? near : placeOf(offset, extent);
  place.current = next;
  return next;
}
