import type { ByteRange } from '../backend/backend.ts';
import { throwIfAborted } from '../base/abort.ts';
import { EngineError, isEngineError } from '../base/errors.ts';
import type { BlobId, PackId } from '../base/ids.ts';
import { ProgressThrottle, type OperationOptions } from '../base/progress.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import { DEFAULT_PACK_BYTES, type FinishedPack } from '../pack/pack-writer.ts';
import { BlobReader } from '../repository/blob-reader.ts';
import { IndexSaver } from '../repository/index-saver.ts';
import type { Repository } from '../repository/repository.ts';
import { packSource, transferOf, type PackSource } from './pack-source.ts';
import type { RepackSetting } from './repack-blobs.ts';
import { RepackThreads, type RepackTasks } from './repack-threads.ts';

export interface RepackOptions extends OperationOptions {
  readonly verify?: boolean;
  readonly compress?: { readonly data: boolean; readonly tree: boolean };
  readonly packBytes?: number;
  readonly workers?: number;
  /** Started already; the caller ends them too. */
  readonly threads?: RepackThreads;
  /** The caller rewrites the index next, and lists the packs that no index file names yet. */
  readonly leaveIndex?: boolean;
  /** Go on when a blob is damaged in all copies, and report it; without it that ends the run. */
  readonly salvage?: boolean;
}

export interface RepackWork {
  readonly pack: number;
  /** Entries of the blob table that move. */
  readonly entries: Uint32Array<ArrayBuffer>;
}

export interface RepackResult {
  /** With `leaveIndex`: knows which new packs are in no index file yet. For `keepProgress` if the rewrite does not come about. */
  readonly saver: IndexSaver;
  /** Numbers of the new packs. */
  readonly packs: readonly number[];
  /** Blobs that could be read nowhere; only with `salvage`. */
  readonly lost: readonly { readonly entry: number; readonly reason: string }[];
}

/** Each worker leaves a pack unfinished, so that there are no more of them than the work fills well. */
const PACKS_A_WORKER = 4;
const TASKS_A_WORKER = 2;
/** Staged packs on their way to the repository: more would only pile up. */
const MAX_PUBLISHING = 6;

/**
 * Moves blobs into new packs and enters those into the index. When it resolves, the packs are durable and index files
 * name them (all of them, unless the caller sees to that); the old packs are untouched. A crash leaves packs without an index, or blobs stored twice: both harmless.
 */
export async function repack(
  repository: Repository,
  index: RepositoryIndex,
  work: readonly RepackWork[],
  options: RepackOptions = {},
): Promise<RepackResult> {
  if (work.length === 0) return { saver: new IndexSaver(repository, index), packs: [], lost: [] };
  const run = new RepackRun(
    repository,
    index,
    options,
    await repository.backend.stagingFolder(),
    totalBytes(index, work),
  );
  try {
    return await run.run(work);
  } catch (error) {
    await run.keepProgress();
    throw error;
  } finally {
    await run.close();
  }
}

/** Enters what is durable into the index, so that the next run need not copy it again; as far as that is possible. */
export async function keepProgress(saver: IndexSaver, signal: AbortSignal | undefined): Promise<void> {
  // Without the lock somebody may have deleted these packs already: nothing may name them any more.
  if (isEngineError(signal?.reason, 'lock_lost')) return;
  await saver.flush().catch(() => undefined);
}

function totalBytes(index: RepositoryIndex, work: readonly RepackWork[]): number {
  let bytes = 0;
  for (const { entries } of work) for (const entry of entries) bytes += index.table.length(entry);
  return bytes;
}

/** So many threads have enough to do. */
export function usefulThreads(totalBytes: number, packBytes = DEFAULT_PACK_BYTES): number {
  return Math.max(1, Math.floor(totalBytes / (packBytes * PACKS_A_WORKER)));
}

class RepackRun {
  readonly #repository: Repository;
  readonly #index: RepositoryIndex;
  readonly #options: RepackOptions;
  readonly #saver: IndexSaver;
  readonly #blobs: BlobReader;
  readonly #threads: RepackThreads;
  readonly #workers: RepackTasks;
  readonly #setting: RepackSetting;
  readonly #publishing = new Set<Promise<void>>();
  readonly #progress: ProgressThrottle;
  readonly #totalBytes: number;
  readonly #packs: number[] = [];
  readonly #lost: { entry: number; reason: string }[] = [];
  #copiedBytes = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(
    repository: Repository,
    index: RepositoryIndex,
    options: RepackOptions,
    stagingFolder: string,
    totalBytes: number,
  ) {
    this.#repository = repository;
    this.#index = index;
    this.#options = options;
    this.#totalBytes = totalBytes;
    this.#saver = new IndexSaver(repository, index);
    this.#blobs = new BlobReader(repository, index);
    this.#progress = new ProgressThrottle(options.onProgress);
    const packBytes = options.packBytes ?? DEFAULT_PACK_BYTES;
    const useful = usefulThreads(totalBytes, packBytes);
    this.#setting = {
      key: repository.masterKey,
      table: index.table.shared,
      stagingFolder,
      packBytes,
      verify: options.verify ?? false,
      compress: options.compress ?? { data: false, tree: false },
    };
    this.#threads = options.threads ?? new RepackThreads(options.workers);
    this.#workers = this.#threads.begin(useful, (pack) => this.#publish(pack));
  }

  async run(work: readonly RepackWork[]): Promise<RepackResult> {
    const isData = ({ entries }: RepackWork) => entries.every((entry) => this.#index.table.typeCode(entry) === 0);
    await this.#copyAll(work.filter(isData), this.#workers.size * TASKS_A_WORKER);
    // One after another, which keeps them in one worker and its trees in as few packs as possible.
    await this.#copyAll(
      work.filter((item) => !isData(item)),
      1,
    );
    // All are idle now, and each gets one of these.
    await Promise.all(Array.from({ length: this.#workers.size }, () => this.#workers.run({ kind: 'finish' })));
    await this.#settle(0);
    if (this.#options.leaveIndex === true) await this.#saver.settle();
    else await this.#saver.flush();
    this.#progress.flush(this.#event());
    return { saver: this.#saver, packs: this.#packs, lost: this.#lost };
  }

  async keepProgress(): Promise<void> {
    await Promise.allSettled(this.#publishing);
    await keepProgress(this.#saver, this.#options.signal);
  }

  async close(): Promise<void> {
    await this.#threads.terminate();
    await Promise.allSettled(this.#publishing);
  }

  async #copyAll(work: readonly RepackWork[], parallel: number): Promise<void> {
    const queue = work.values();
    const copySome = async () => {
      for (const item of queue) {
        if (this.#failure) return;
        try {
          await this.#copyPack(item);
          await this.#settle(MAX_PUBLISHING);
        } catch (error) {
          this.#fail(error);
        }
      }
    };
    await Promise.all(Array.from({ length: parallel }, copySome));
    this.#throwFailure();
  }

  async #copyPack({ pack, entries }: RepackWork): Promise<void> {
    const { signal } = this.#options;
    throwIfAborted(signal);
    const packId = this.#index.packId(pack);
    const source = await this.#source(packId, entries);
    const reply = source
      ? await this.#workers.run({ kind: 'pack', setting: this.#setting, packId, source, entries }, transferOf(source))
      : { copiedBytes: 0, failed: [...entries], reason: `pack ${packId} is missing` };
    this.#copiedBytes += reply.copiedBytes;
    for (const entry of reply.failed) await this.#rescue(entry, reply.reason ?? 'it is damaged');
    this.#progress.update(() => this.#event());
  }

  /** Undefined when the pack cannot be opened: its blobs are then looked for elsewhere. */
  async #source(packId: PackId, entries: Uint32Array): Promise<PackSource | undefined> {
    const { backend } = this.#repository;
    try {
      const source = await packSource(backend, packId, () => this.#rangesOf(entries), this.#options.signal);
      if ('path' in source) await backend.stat({ type: 'pack', id: packId }, this.#options.signal);
      return source;
    } catch (error) {
      if (isEngineError(error, 'not_found')) return undefined;
      if (!isEngineError(error, 'corrupt')) throw error;
      // Cut short: the worker gets what is there and finds out which blobs that holds.
      return packSource(backend, packId, 'all', this.#options.signal);
    }
  }

  #rangesOf(entries: Uint32Array): ByteRange[] {
    const { table } = this.#index;
    const ranges = Array.from(entries, (entry) => ({ offset: table.offset(entry), length: table.length(entry) }));
    return ranges.sort((a, b) => a.offset - b.offset);
  }

  /** A damaged blob may have another copy, which is proven by its hash. */
  async #rescue(entry: number, reason: string): Promise<void> {
    const { table } = this.#index;
    const id: BlobId = table.idHex(entry);
    try {
      const plain = await this.#blobs.read(table.type(entry), id, this.#options.signal);
      await this.#workers.run({ kind: 'blob', setting: this.#setting, entry, plain });
    } catch (error) {
      if (!isEngineError(error, 'corrupt')) throw error;
      if (this.#options.salvage === true) {
        this.#lost.push({ entry, reason });
        return;
      }
      const packId = this.#index.packId(table.pack(entry));
      throw new EngineError(
        'corrupt',
        `The ${table.type(entry)} blob ${id} in pack ${packId} is damaged (${reason}) and has no other copy. No pack was deleted. ` +
          'Run "guardit repo check --read-data", then "repair packs" for the packs it names.',
        { cause: error, context: { packId, blobId: id } },
      );
    }
  }

  #publish(pack: FinishedPack): void {
    const publish = async () => {
      const { backend } = this.#repository;
      // Not with the signal: what is finished is better published than staged for nobody.
      await backend.writeStaged({ type: 'pack', id: pack.id }, pack.path, pack.sizeBytes);
      this.#packs.push(this.#saver.add(pack.id, pack.entries));
    };
    const publishing = publish()
      .catch((error: unknown) => this.#fail(error))
      .finally(() => this.#publishing.delete(publishing));
    this.#publishing.add(publishing);
  }

  /** Waits until at most `most` packs are on their way. */
  async #settle(most: number): Promise<void> {
    while (this.#publishing.size > most) await Promise.race(this.#publishing);
    this.#throwFailure();
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }

  #event() {
    return {
      phase: 'repack',
      filesDone: 0,
      bytesDone: this.#copiedBytes,
      totalBytes: this.#totalBytes,
      itemsDone: this.#packs.length,
    };
  }
}
