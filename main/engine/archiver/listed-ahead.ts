import { byteString, rawFromClone } from '../base/raw-path.ts';
import type { ListedFolder } from './shared-listing.ts';
import type { FoundFolder } from './source-scout.ts';
import type { PendingFolder } from './tree-assembly.ts';

/** The main thread's list of folders that were listed before their turn. */
export class ListedAhead {
  /** By the bytes of the path. */
  readonly #folders = new Map<string, ListedFolder>();

  add(found: readonly FoundFolder[]): void {
    for (const { path, listed } of found) this.#folders.set(byteString(rawFromClone(path)), listed);
  }

  /** Each listing is used once. */
  take({ path, plan }: PendingFolder): ListedFolder | undefined {
    if (plan !== undefined || this.#folders.size === 0) return undefined;
    const key = byteString(path);
    const listed = this.#folders.get(key);
    this.#folders.delete(key);
    return listed;
  }
}
