import type { Catalog, Stores } from './ports.ts';

/** A slice takes a few milliseconds, which is what everybody else may have to wait for. */
const DEFAULT_SLICE_ROWS = 500;

export interface PruneOptions {
  /** Deletes at most `limit` of what may go, and says how many it deleted. */
  readonly slice: (stores: Stores, limit: number) => Promise<number>;
  readonly sliceRows?: number;
  readonly signal?: AbortSignal;
}

/**
 * Deletes however much there is to delete, a bit at a time: each slice is a write of its own, and those of others come in
 * between. Ends when a slice deletes less than it might have, or with the abort of `signal`. Returns how many are gone.
 */
export async function pruneInSlices(catalog: Catalog, options: PruneOptions): Promise<number> {
  const { slice, sliceRows = DEFAULT_SLICE_ROWS, signal } = options;
  let total = 0;
  while (signal?.aborted !== true) {
    const deleted = await catalog.write((stores) => slice(stores, sliceRows));
    total += deleted;
    if (deleted < sliceRows) break;
  }
  return total;
}
