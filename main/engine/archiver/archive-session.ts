import type { BlobId } from '../base/ids.ts';
import type { TimeText } from '../base/rfc3339.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import type { FinishedPack } from '../pack/pack-writer.ts';
import { IndexSaver } from '../repository/index-saver.ts';
import type { Repository } from '../repository/repository.ts';
import type { PlanNode } from '../source/plan-tree.ts';
import type { ArchiveControl } from './archive-control.ts';
import type {
  ArchiveCounts,
  ArchiveSession as WorkerSession,
  FolderOutcome,
  ParentTree,
  StreamOutcome,
  ToArchiveWorker,
} from './archive-messages.ts';
import type { ArchivedItem, CompressionMode } from './archive-options.ts';
import { BlobSink } from './blob-sink.ts';
import { PackCommits } from './pack-commits.ts';
import { ParentTreeLocator } from './parent-tree-locator.ts';
import type { ListedFolder } from './shared-listing.ts';
import { stagedPaths } from './staged-names.ts';
import { storeStreamTree, type StreamSource } from './stream-archive.ts';
import { TreeAssembly, type FolderCounts, type PendingFolder } from './tree-assembly.ts';
import { WorkQueue } from './work-queue.ts';

export interface ArchiveSessionOptions {
  readonly repository: Repository;
  readonly index: RepositoryIndex;
  /** undefined in a dry run. */
  readonly stagingFolder: string | undefined;
  readonly stagedPrefix: string;
  readonly compression: CompressionMode;
  readonly workers: number;
  readonly counts: ArchiveCounts;
  readonly control: ArchiveControl;
  readonly post: (worker: number, message: ToArchiveWorker) => void;
  readonly listed: (folder: PendingFolder) => ListedFolder | undefined;
  readonly onItem: ((item: ArchivedItem) => void) | undefined;
  readonly onWarning: (item: string, message: string) => void;
  readonly onFailure: (error: unknown) => void;
}

/** The main thread's part of a backup once repository, index and parent are known: trees, packs, index. */
export class ArchiveSession {
  readonly #options: ArchiveSessionOptions;
  readonly #saver: IndexSaver;
  readonly #commits: PackCommits;
  readonly #locator: ParentTreeLocator;
  readonly #queue: WorkQueue;
  readonly #assembly: TreeAssembly;
  readonly #root = Promise.withResolvers<BlobId>();
  #sink: BlobSink | undefined;
  #stream: { readonly source: StreamSource; readonly time: TimeText } | undefined;

  constructor(options: ArchiveSessionOptions) {
    this.#options = options;
    const { repository, index, control, onFailure } = options;
    this.#saver = new IndexSaver(repository, index);
    this.#commits = new PackCommits({
      repository,
      saver: this.#saver,
      onCommitted: () => control.packCommitted(),
      onFailure,
    });
    this.#locator = new ParentTreeLocator(repository, index);
    this.#queue = new WorkQueue({
      workers: options.workers,
      post: options.post,
      locate: (folder) => this.#locate(folder),
      listed: options.listed,
      onFailure,
    });
    this.#assembly = new TreeAssembly({
      sink: () => this.#mainSink(),
      onWork: (work) => this.#queue.push(work),
      onRoot: (treeId) => this.#root.resolve(treeId),
      onFailure,
      onItem: options.onItem,
    });
  }

  /** Resolves when the last folder is done. */
  get root(): Promise<BlobId> {
    return this.#root.promise;
  }

  get folderCounts(): FolderCounts {
    return this.#assembly.counts;
  }

  get currentPaths(): readonly string[] {
    return this.#queue.currentPaths;
  }

  forWorkers(): WorkerSession {
    const { repository, index, stagingFolder } = this.#options;
    const { version, chunkerPolynomial } = repository.config;
    return { masterKey: repository.masterKey, version, chunkerPolynomial, table: index.table.shared, stagingFolder };
  }

  startFolders(plan: readonly PlanNode[], parentTree: BlobId | undefined): void {
    this.#assembly.begin(plan, parentTree);
    this.#queue.start();
  }

  expectStream(source: StreamSource, time: TimeText): void {
    this.#stream = { source, time };
  }

  streamDone(outcome: StreamOutcome): void {
    if (!this.#stream) return;
    this.#root.resolve(storeStreamTree(this.#mainSink(), this.#stream.source, this.#stream.time, outcome));
  }

  add(outcome: FolderOutcome): void {
    this.#assembly.add(outcome);
  }

  messageDone(worker: number): void {
    this.#queue.messageDone(worker);
  }

  addPack(pack: FinishedPack): void {
    this.#commits.add(pack);
  }

  /** The lock is held: packs may become visible. */
  publish(): void {
    this.#commits.open();
  }

  /** After the last worker: everything is durable and indexed when it resolves. */
  async finish(): Promise<void> {
    this.#sink?.finish();
    if (this.#options.stagingFolder === undefined) return;
    await this.#commits.settle();
    await this.#saver.flush();
  }

  /** After a failure. What is durable gets its index, unless the lock is gone. */
  async salvage(lockLost: boolean): Promise<void> {
    this.#sink?.discard();
    await this.#commits.settle().catch(() => {});
    if (!lockLost) await this.#saver.flush();
  }

  #locate({ parentTree, path }: PendingFolder): ParentTree | undefined | Promise<ParentTree | undefined> {
    if (parentTree === undefined) return undefined;
    const located = this.#locator.locate(parentTree);
    if (!(located instanceof Promise)) return located;
    return located.catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.onWarning(
        String(path),
        `The parent snapshot's folder cannot be read; its files are read again: ${reason}`,
      );
      return undefined;
    });
  }

  /** For trees with subfolders, which only this thread can complete. */
  #mainSink(): BlobSink {
    const { repository, index, stagingFolder, stagedPrefix, control, compression, counts } = this.#options;
    this.#sink ??= new BlobSink({
      table: index.table,
      sealer: repository.sealer,
      zstd: repository.zstd,
      version: repository.config.version,
      compression,
      counts,
      nextPath: stagingFolder === undefined ? undefined : stagedPaths(stagingFolder, stagedPrefix),
      onPack: (pack) => {
        control.packStaged();
        this.#commits.add(pack);
      },
    });
    return this.#sink;
  }
}
