import type { LostBlob } from './restore-messages.ts';
import { ITEM_WORDS } from './work-list.ts';

/** Items of one blob stand together. */
export function endOfBlob(items: Uint32Array, start: number): number {
  let end = start + ITEM_WORDS;
  while (end < items.length && items[end] === items[start]) end += ITEM_WORDS;
  return end;
}

/** Every blob of a task that could not be done at all. */
export function lostBlobs(items: Uint32Array, reason: string): LostBlob[] {
  const lost: LostBlob[] = [];
  for (let start = 0; start < items.length;) {
    const end = endOfBlob(items, start);
    lost.push({ entry: items[start] ?? 0, items: items.slice(start, end), reason });
    start = end;
  }
  return lost;
}
