import { isEngineError } from '../base/errors.ts';
import type { PackId } from '../base/ids.ts';
import type { BlobTable } from '../index/blob-table.ts';
import type { Repository } from '../repository/repository.ts';
import type { PackTask, RestoreReply, RestoreTask } from './restore-messages.ts';
import { endOfBlob, lostBlobs } from './lost-blobs.ts';
import { ITEM_WORDS } from './work-list.ts';

/** Gaps that are read along rather than paid for with another request. */
const MAX_GAP_BYTES = 1024 * 1024;
/** Bytes of a pack in one task at the end, where workers read packs themselves: none is left to work alone for long. */
const PORTION_BYTES = 4 * 1024 * 1024;
const NO_FILES = new Uint32Array(0);

/**
 * Completes pack tasks: by the pack's path where workers can open it themselves, else by the bytes, fetched here in ranges of
 * what is needed. A task whose bytes cannot be had becomes an answer that its blobs are lost.
 */
export class PackFetcher {
  readonly #repository: Repository;
  readonly #table: BlobTable;
  readonly #signal: AbortSignal | undefined;
  readonly #settle: (reply: RestoreReply) => void;
  /** Further ranges of packs that were split. */
  readonly #waiting: PackTask[] = [];

  constructor(repository: Repository, table: BlobTable, settle: (reply: RestoreReply) => void, signal?: AbortSignal) {
    this.#repository = repository;
    this.#table = table;
    this.#settle = settle;
    this.#signal = signal;
  }

  /** `isEnding`: packs are better shared. Before, two threads in one pack would often wait for each other at the same file. */
  next(take: () => RestoreTask | undefined, isEnding: boolean): RestoreTask | Promise<RestoreTask> | undefined {
    const task = this.#waiting.shift() ?? take();
    if (task?.kind !== 'pack') return task;
    const path = this.#repository.backend.localPath({ type: 'pack', id: task.packId as PackId });
    if (path !== undefined) return { ...(isEnding ? this.#splitAt(task, this.#endOfPortion(task.items)) : task), path };
    return this.#fetch(this.#splitOff(task));
  }

  async #fetch(task: PackTask): Promise<RestoreTask> {
    const { items } = task;
    const start = this.#table.offset(items[0] ?? 0);
    const last = items[items.length - ITEM_WORDS] ?? 0;
    const range = { offset: start, length: this.#table.offset(last) + this.#table.length(last) - start };
    try {
      const bytes = await this.#repository.backend.read(
        { type: 'pack', id: task.packId as PackId },
        range,
        this.#signal,
      );
      return { ...task, bytes, bytesOffset: start };
    } catch (error) {
      if (isEngineError(error, 'cancelled')) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      const lost = items.length > ITEM_WORDS && range.length > 0 ? this.#halve(task) : undefined;
      if (lost) return lost;
      this.#settle({
        kind: 'pack',
        bytesWritten: 0,
        finished: NO_FILES,
        failed: [],
        flawed: [],
        lost: lostBlobs(items, reason),
      });
      return { kind: 'finish', files: NO_FILES };
    }
  }

  /** A truncated pack still has its first blobs: ask for less. */
  #halve(task: PackTask): Promise<RestoreTask> | undefined {
    const { items } = task;
    let middle = Math.floor(items.length / ITEM_WORDS / 2) * ITEM_WORDS;
    while (middle > 0 && items[middle] === items[middle - ITEM_WORDS]) middle -= ITEM_WORDS;
    if (middle === 0) return undefined;
    this.#waiting.push({ ...task, items: items.slice(middle) });
    return this.#fetch({ ...task, items: items.slice(0, middle) });
  }

  /** The items up to the first large gap; the rest waits. */
  #splitOff(task: PackTask): PackTask {
    const { items } = task;
    for (let at = ITEM_WORDS; at < items.length; at += ITEM_WORDS) {
      const previous = items[at - ITEM_WORDS] ?? 0;
      const gap = this.#table.offset(items[at] ?? 0) - this.#table.offset(previous) - this.#table.length(previous);
      if (gap > MAX_GAP_BYTES) return this.#splitAt(task, at);
    }
    return task;
  }

  /** Never between two items of one blob, which is decrypted for all of them at once. */
  #endOfPortion(items: Uint32Array): number {
    let bytes = 0;
    for (let at = 0; at < items.length; at = endOfBlob(items, at)) {
      if (bytes >= PORTION_BYTES) return at;
      bytes += this.#table.length(items[at] ?? 0);
    }
    return items.length;
  }

  /** The items before `end`; those from there on wait. */
  #splitAt(task: PackTask, end: number): PackTask {
    const { items } = task;
    if (end >= items.length) return task;
    this.#waiting.push({ ...task, items: items.slice(end) });
    return { ...task, items: items.slice(0, end) };
  }
}
