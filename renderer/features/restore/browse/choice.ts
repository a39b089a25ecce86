import type { Entry } from './folder-pages.ts';

/** Files and folders that somebody has chosen in one folder, by their paths. */
export type Choice = ReadonlyMap<string, Entry>;
export const NOTHING_CHOSEN: Choice = new Map();

export function toggled(choice: Choice, entry: Entry): Choice {
  const next = new Map(choice);
  if (!next.delete(entry.path)) next.set(entry.path, entry);
  return next;
}

/** All rows between two, as far as they are there. */
export function withRange(
  choice: Choice,
  from: number,
  to: number,
  entryAt: (row: number) => Entry | undefined,
): Choice {
  const next = new Map(choice);
  for (let row = Math.min(from, to); row <= Math.max(from, to); row++) {
    const entry = entryAt(row);
    if (entry) next.set(entry.path, entry);
  }
  return next;
}
