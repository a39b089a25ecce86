import type { IndexedSnapshot, SearchQuery, WalkedEntry } from '../../app/search/ports.ts';
import { answerSearch, answerVersions } from './answer-search.ts';
import { forgetSnapshots } from './forget-snapshots.ts';
import { STATE } from './index-schema.ts';
import { closeIndex, deleteIndex, isUnusable, openIndex, type OpenIndex } from './open-index.ts';
import type { SearchCallName, SnapshotToIndex } from './search-protocol.ts';
import { insertSnapshot, SnapshotFill } from './snapshot-fill.ts';

/** Each open one keeps files and a cache. */
const MOST_OPEN = 8;

interface Shelved extends OpenIndex {
  fill: SnapshotFill | null;
}

/** The indexes that are in use, opened when they are asked for. One that turns out to be damaged is replaced by an empty one. */
export class IndexShelf {
  readonly #open = new Map<string, Shelved>();
  readonly #pause: () => Promise<unknown>;

  /** `pause` lets other calls through. */
  constructor(pause: () => Promise<unknown>) {
    this.#pause = pause;
  }

  async call(name: SearchCallName, path: string, input: unknown): Promise<unknown> {
    if (name === 'drop') {
      this.#close(path);
      deleteIndex(path);
      return null;
    }
    try {
      return await this.#do(name, this.#at(path), input);
    } catch (error) {
      if (!isUnusable(error)) throw error;
      this.#close(path);
      deleteIndex(path);
      // What only asks gets the answer of an empty index; what changes it begins anew with whoever called.
      if (name === 'search' || name === 'versions' || name === 'snapshots')
        return this.#do(name, this.#at(path), input);
      throw error;
    }
  }

  async #do(name: Exclude<SearchCallName, 'drop'>, index: Shelved, input: unknown): Promise<unknown> {
    const { writer, reader } = index;
    switch (name) {
      case 'snapshots':
        return snapshotsOf(index);
      case 'search':
        return answerSearch(reader, input as SearchQuery);
      case 'versions':
        return answerVersions(reader, input as string);
      case 'fillBegin':
        index.fill?.abandon();
        index.fill = new SnapshotFill(index, input as SnapshotToIndex);
        return null;
      case 'fillTake':
        fillOf(index).take(input as readonly WalkedEntry[]);
        return null;
      case 'fillEnd':
        fillOf(index).finish();
        index.fill = null;
        return null;
      case 'fillAbandon':
        index.fill?.abandon();
        index.fill = null;
        return null;
      case 'skip':
        insertSnapshot(writer, input as SnapshotToIndex, STATE.unreadable);
        return null;
      case 'remove':
        for (const _ of forgetSnapshots(writer, input as readonly string[])) await this.#pause();
        return null;
    }
  }

  #at(path: string): Shelved {
    const known = this.#open.get(path);
    if (known) {
      // The order of the map is that of use.
      this.#open.delete(path);
      this.#open.set(path, known);
      return known;
    }
    const opened: Shelved = { ...openIndex(path), fill: null };
    this.#open.set(path, opened);
    for (const [other, { fill }] of this.#open) {
      if (this.#open.size <= MOST_OPEN) break;
      if (other !== path && !fill) this.#close(other);
    }
    return opened;
  }

  #close(path: string): void {
    const index = this.#open.get(path);
    this.#open.delete(path);
    if (index) closeIndex(index);
  }
}

function fillOf({ fill }: Shelved): SnapshotFill {
  if (fill) return fill;
  throw new Error('The index was made anew meanwhile.');
}

function snapshotsOf({ reader }: OpenIndex): IndexedSnapshot[] {
  const rows = reader
    .prepare<[number], { snapshot_id: string; backup_id: string; at: number; state: number }>(
      'SELECT snapshot_id, backup_id, at, state FROM snapshots WHERE state <> ? ORDER BY n',
    )
    .all(STATE.filling);
  return rows.map((row) => ({
    snapshotId: row.snapshot_id,
    backupId: row.backup_id,
    at: new Date(row.at),
    isReadable: row.state === STATE.complete,
  }));
}
