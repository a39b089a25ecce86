import type { RawPath } from '../../../engine/index.ts';
import type { OpenSnapshots } from './open-snapshots.ts';

/** Each prune may take a pack away while it is read; nobody prunes more often than this during one download. */
const MAX_RENEWALS = 5;

/** A file's bytes from `start` up to, not including, `end`. When a prune moves them meanwhile, it goes on where it was. */
export async function* fileBytes(
  snapshots: OpenSnapshots,
  wanted: { readonly snapshotId: string; readonly path: RawPath; readonly start: number; readonly end: number },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { snapshotId, path, end } = wanted;
  let { start } = wanted;
  for (let renewals = 0; ; renewals++) {
    const since = snapshots.generation;
    try {
      const content = await snapshots.with(snapshotId, (files) => files.openFile(path, signal));
      for await (const piece of content.stream({ start, end, signal }) as AsyncIterable<Uint8Array>) {
        start += piece.length;
        yield piece;
      }
      return;
    } catch (error) {
      if (renewals >= MAX_RENEWALS || !(await snapshots.renewAfter(error, since))) throw error;
    }
  }
}
