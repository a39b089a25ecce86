import { aFewAtOnce } from '../base/a-few-at-once.ts';
import { throwIfAborted } from '../base/abort.ts';
import type { IndexId, PackId } from '../base/ids.ts';
import { ProgressThrottle, type OperationOptions } from '../base/progress.ts';
import { IndexEncoder, MAX_BLOBS_PER_INDEX } from '../index/index-encoder.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import type { Repository } from '../repository/repository.ts';

export interface IndexChange {
  /** Packs that the index is to forget. */
  readonly gone: ReadonlySet<number>;
  /** Index files to delete whatever they say: unreadable ones. */
  readonly obsolete?: readonly IndexId[];
  /** Packs to list that no index names yet, with `ENTRY_FIELDS` a blob. */
  readonly added?: readonly { readonly id: PackId; readonly entries: Uint32Array }[];
  /** Write every index file anew. */
  readonly all?: boolean;
}

export interface IndexChangeResult {
  readonly written: number;
  readonly removed: number;
}

/** Below this an index file is joined with others when a rewrite is due anyway, so that their number stays small. */
const SMALL_INDEX_BLOBS = MAX_BLOBS_PER_INDEX / 2;
const PARALLEL_REMOVALS = 4;
/** Index files on their way at once: each is compressed on a thread of its own, for longer than the next one's text takes. */
const PARALLEL_SAVES = 2;

/**
 * Writes new index files without the gone packs, and only then deletes the files that named them: between the two, readers
 * see everything at least once (repository-format, section 16). Packs are deleted by the caller, afterwards.
 */
export async function rewriteIndex(
  repository: Repository,
  index: RepositoryIndex,
  change: IndexChange,
  options: OperationOptions = {},
): Promise<IndexChangeResult> {
  const { added = [], obsolete = [] } = change;
  const rewritten = filesToRewrite(index, change);
  if (rewritten.size === 0 && added.length === 0 && obsolete.length === 0) return { written: 0, removed: 0 };
  const written = await writeFiles(new IndexFiles(repository, index, options), index, change, rewritten);
  const old = [...obsolete, ...Array.from(rewritten, (number) => index.indexIds[number])].filter(
    (id) => id !== undefined,
  );
  await removeAll(old, (id) => repository.unpacked.remove('index', id));
  return { written, removed: old.length };
}

/** Lists what the rewritten files said of packs that stay, and the added ones. No save is under way any more when it ends. */
async function writeFiles(
  files: IndexFiles,
  index: RepositoryIndex,
  { gone, added = [] }: IndexChange,
  rewritten: ReadonlySet<number>,
): Promise<number> {
  try {
    for (let pack = 0; pack < index.packCount; pack++) {
      if (gone.has(pack) || !isOnlyIn(index, pack, rewritten)) continue;
      await files.add(index.packId(pack), index.packEntryFields(pack));
    }
    for (const { id, entries } of added) await files.add(id, entries);
    return await files.finish();
  } finally {
    await files.settle();
  }
}

function filesToRewrite(index: RepositoryIndex, { gone, all, added = [], obsolete = [] }: IndexChange): Set<number> {
  const rewritten = new Set<number>();
  if (all === true) return new Set(index.indexIds.keys());
  for (const pack of gone) for (const number of index.indexesOf(pack)) rewritten.add(number);
  for (const { indexes } of index.duplicatePacks)
    if (indexes.length > 1) indexes.forEach((number) => rewritten.add(number));
  if (rewritten.size === 0 && added.length === 0 && obsolete.length === 0) return rewritten;
  const blobs = new Uint32Array(index.indexIds.length);
  for (let pack = 0; pack < index.packCount; pack++) {
    const { count } = index.packEntries(pack);
    for (const number of index.indexesOf(pack)) blobs[number] = (blobs[number] ?? 0) + count;
  }
  blobs.forEach((count, number) => {
    if (count < SMALL_INDEX_BLOBS) rewritten.add(number);
  });
  return rewritten;
}

/** Whether the pack would be listed nowhere, or only in part, without these files: packs written just now are in none. */
function isOnlyIn(index: RepositoryIndex, pack: number, rewritten: ReadonlySet<number>): boolean {
  const files = index.indexesOf(pack);
  return files.length === 0 || files.some((number) => rewritten.has(number));
}

/** Saves index files as they fill up; the last one at `finish`. */
class IndexFiles {
  readonly #repository: Repository;
  readonly #options: OperationOptions;
  readonly #encoder: IndexEncoder;
  readonly #progress: ProgressThrottle;
  readonly #totalPacks: number;
  readonly #saving = new Set<Promise<void>>();
  #packs = 0;
  #written = 0;

  constructor(repository: Repository, index: RepositoryIndex, options: OperationOptions) {
    this.#repository = repository;
    this.#options = options;
    this.#encoder = new IndexEncoder(index.table);
    this.#progress = new ProgressThrottle(options.onProgress);
    this.#totalPacks = index.packCount;
  }

  async add(id: PackId, entries: Uint32Array): Promise<void> {
    throwIfAborted(this.#options.signal);
    this.#encoder.addPack(id, entries);
    this.#packs++;
    this.#progress.update(() => ({
      phase: 'rewrite-index',
      filesDone: 0,
      bytesDone: 0,
      itemsDone: this.#packs,
      totalItems: this.#totalPacks,
    }));
    if (this.#encoder.isFull) await this.#save();
  }

  async finish(): Promise<number> {
    if (this.#encoder.packCount > 0) await this.#save();
    await Promise.all(this.#saving);
    return this.#written;
  }

  /** Waits for the saves under way, however they end. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#saving);
  }

  /** Resolves when the save is under way. One that failed stays among them, and is heard of by who waits next. */
  async #save(): Promise<void> {
    while (this.#saving.size >= PARALLEL_SAVES) await Promise.race(this.#saving);
    const save = this.#repository.unpacked.savePieces('index', this.#encoder.drain(), this.#options.signal).then(() => {
      this.#written++;
      this.#saving.delete(save);
    });
    // Until someone waits it must not count as unhandled.
    save.catch(() => {});
    this.#saving.add(save);
  }
}

/** Runs removals a few at a time; waits for those under way before it throws. */
export async function removeAll<Item>(
  items: readonly Item[],
  remove: (item: Item) => Promise<void>,
  parallel = PARALLEL_REMOVALS,
): Promise<void> {
  await aFewAtOnce(items, parallel, remove);
}
