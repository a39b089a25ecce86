import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { Transferable } from 'node:worker_threads';
import type { ByteRange } from '../backend/backend.ts';
import { throwIfAborted } from '../base/abort.ts';
import { EngineError, fromPlainError, isEngineError, toPlainError } from '../base/errors.ts';
import type { PackId } from '../base/ids.ts';
import { WorkerTasks } from '../base/worker-tasks.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import { BlobReader } from '../repository/blob-reader.ts';
import { IndexSaver } from '../repository/index-saver.ts';
import type { Repository } from '../repository/repository.ts';
import { workerUrl } from '../workers/worker-url.ts';
import type { PackToCopy } from './copy-plan.ts';
import { COPY_FIELDS, type CopyReply, type CopyTask, type CopyWorkerData } from './copy-task.ts';
import { packSource, transferOf } from './pack-source.ts';

const MAX_WORKERS = 8;
/** The next pack is fetched while the worker is busy with the one before. */
const PACKS_A_LANE = 2;

type Lane = WorkerTasks<CopyTask, CopyReply>;

export interface CopyRunOptions {
  readonly source: Repository;
  readonly sourceIndex: RepositoryIndex;
  readonly target: Repository;
  readonly targetIndex: RepositoryIndex;
  readonly workers?: number | undefined;
  readonly onCopied: (bytes: number) => void;
}

/**
 * The workers of a copy, each with packs of its own that it fills. What is durable gets into the index whatever happens
 * afterwards, so that a copy that broke off goes on where it was.
 */
export class CopyRun {
  readonly #options: CopyRunOptions;
  readonly #lanes: readonly Lane[];
  readonly #reader: BlobReader;
  readonly #saver: IndexSaver;

  private constructor(options: CopyRunOptions, stagingFolder: string) {
    const { source, target, targetIndex } = options;
    this.#options = options;
    this.#reader = new BlobReader(source, options.sourceIndex);
    this.#saver = new IndexSaver(target, targetIndex);
    const workerData = (): CopyWorkerData => ({
      sourceKey: source.masterKey,
      targetKey: target.masterKey,
      targetVersion: target.config.version,
      targetBlobs: targetIndex.table.shared,
      stagingFolder,
    });
    const count = options.workers ?? Math.min(availableParallelism(), MAX_WORKERS);
    this.#lanes = Array.from(
      { length: count },
      () => new WorkerTasks({ url: workerUrl('copy'), count: 1, workerData }),
    );
  }

  static async start(options: CopyRunOptions): Promise<CopyRun> {
    return new CopyRun(options, await options.target.backend.stagingFolder());
  }

  /** When it resolves, all blobs are durable and in saved indexes. */
  async copy(packs: readonly PackToCopy[], signal?: AbortSignal): Promise<void> {
    const queue = packs.values();
    const ended = new AbortController();
    const stop = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal;
    let failure: EngineError | undefined;
    const drain = async (lane: Lane) => {
      try {
        for (const pack of queue) await this.#copyPack(lane, pack, stop);
      } catch (error) {
        failure ??= error instanceof EngineError ? error : fromPlainError(toPlainError(error));
        // The others would copy on for a result that nobody waits for.
        ended.abort();
      }
    };
    await Promise.all(this.#lanes.flatMap((lane) => Array.from({ length: PACKS_A_LANE }, () => drain(lane))));
    if (failure !== undefined) throw failure;
    await Promise.all(this.#lanes.map((lane) => this.#run(lane, { kind: 'finish' })));
    await this.#saver.flush();
  }

  /**
   * Ends the workers and deletes what they did not finish. `save`: whether what is durable may still be entered into the
   * index, which a lost lock forbids. Never throws: it is called on the way out of failures.
   */
  async close(save: boolean): Promise<void> {
    await Promise.allSettled(this.#lanes.map((lane) => lane.run({ kind: 'discard' }).then(removeStaged)));
    if (save) await this.#saver.flush().catch(() => {});
    await Promise.all(this.#lanes.map((lane) => lane.terminate()));
  }

  async #copyPack(lane: Lane, { pack, sources, targets }: PackToCopy, signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    const { table } = this.#options.sourceIndex;
    const blobs = new Uint32Array(sources.length * COPY_FIELDS);
    const ranges = sources.map((entry, at) => {
      const [offset, length] = [table.offset(entry), table.length(entry)];
      blobs.set([targets[at] ?? 0, offset, length, table.uncompressedLength(entry)], at * COPY_FIELDS);
      return { offset, length };
    });
    for (const at of await this.#copyFrom(lane, this.#options.sourceIndex.packId(pack), ranges, blobs, signal)) {
      throwIfAborted(signal);
      const entry = sources[at] ?? 0;
      const plaintext = await this.#reader.read(table.type(entry), table.idHex(entry), signal);
      await this.#run(lane, { kind: 'plaintext', entry: targets[at] ?? 0, plaintext });
    }
  }

  /** Returns which of the blobs must be read from elsewhere. */
  async #copyFrom(
    lane: Lane,
    pack: PackId,
    ranges: readonly ByteRange[],
    blobs: Uint32Array<ArrayBuffer>,
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    try {
      const source = await packSource(this.#options.source.backend, pack, () => ranges, signal);
      return (await this.#run(lane, { kind: 'pack', pack, source, blobs }, transferOf(source))).unreadable;
    } catch (error) {
      // The pack is gone or cut short; other packs may hold the same blobs.
      if (!isEngineError(error, 'not_found') && !isEngineError(error, 'corrupt')) throw error;
      return ranges.map((_, at) => at);
    }
  }

  /** Publishes what the task finished, also when the operation is ending: a later copy finds it. */
  async #run(lane: Lane, task: CopyTask, transfer: readonly Transferable[] = []): Promise<CopyReply> {
    const reply = await lane.run(task, transfer);
    const { target, onCopied } = this.#options;
    const waiting = [...reply.packs];
    try {
      for (let pack = waiting.shift(); pack !== undefined; pack = waiting.shift()) {
        await target.backend.writeStaged(target.packRef(pack.id), pack.path, pack.sizeBytes);
        this.#saver.add(pack.id, pack.entries);
      }
    } finally {
      await removeStaged({ packs: waiting });
    }
    onCopied(reply.copiedBytes);
    return reply;
  }
}

/** What fails here is swept by a later prune. */
async function removeStaged({ packs }: Pick<CopyReply, 'packs'>): Promise<void> {
  await Promise.allSettled(packs.map(({ path }) => rm(path, { force: true })));
}
