import { rmSync, statfsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../base/abort.ts';
import { formatByteSize } from '../base/byte-size.ts';
import { EngineError } from '../base/errors.ts';
import type { BlobId } from '../base/ids.ts';
import { joinPath, rawText, type RawPath } from '../base/raw-path.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import { BlobReader } from '../repository/blob-reader.ts';
import type { Repository } from '../repository/repository.ts';
import { findSnapshot } from '../snapshot/snapshot-store.ts';
import type { StoredSnapshot } from '../snapshot/snapshot.ts';
import { TreeReader } from '../snapshot/tree-reader.ts';
import type { EarlyIndex } from './early-index.ts';
import { ENTRY_FLAG } from './entry-table.ts';
import { FILE_STATE, type FileTable } from './file-table.ts';
import { joinLocation, type FolderTable } from './folder-table.ts';
import { HardLinks } from './hard-links.ts';
import { PackFetcher } from './pack-fetcher.ts';
import type { RestoreCrew } from './restore-crew.ts';
import { RestoreLedger } from './restore-ledger.ts';
import type { ProcessIdentity } from './restore-messages.ts';
import type { RestoreOptions, RestoreResult } from './restore-options.ts';
import { RestorePlan } from './restore-plan.ts';
import type { Selection } from './selection.ts';
import { findSubfolder } from './snapshot-root.ts';
import { findSpaceProblem } from './space-check.ts';
import { lookAt } from './target-entries.ts';
import { TargetFolders } from './target-folders.ts';
import { TreeLoader } from './tree-loader.ts';
import { TreeWalk } from './tree-walk.ts';

const VERIFY_BATCH = 128;
const VERIFY_BATCH_BYTES = 32 * 1024 * 1024;
const ITEMS_A_TURN = 64;

export interface RestorationParts {
  readonly options: RestoreOptions;
  readonly repository: Repository;
  readonly early: EarlyIndex;
  readonly selection: Selection;
  readonly files: FileTable;
  readonly folders: FolderTable;
  readonly crew: RestoreCrew;
  readonly signal: AbortSignal | undefined;
}

/** One restore, its phases in order. */
export class Restoration {
  readonly #parts: RestorationParts;
  readonly #ledger: RestoreLedger;
  readonly #extra: { readonly path: RawPath; readonly location: RawPath }[] = [];

  constructor(parts: RestorationParts) {
    this.#parts = parts;
    this.#ledger = new RestoreLedger(parts.options);
  }

  async run(startedMs: number): Promise<RestoreResult> {
    const { options, repository, early, folders, signal } = this.#parts;
    // In this order: the index must know what the snapshot needs.
    const { snapshot, subfolder } = await this.#findSnapshot();
    const index = await early.get(signal);
    const root = await findSubfolder(
      new TreeReader(new BlobReader(repository, index)),
      snapshot.tree,
      subfolder,
      signal,
    );
    if (options.requireSpace) await this.#requireSpace(index, snapshot, root);
    const identity = processIdentity();
    const common = {
      ledger: this.#ledger,
      overwrite: options.overwrite ?? 'always',
      deleteExtra: options.delete ?? false,
      dryRun: options.dryRun ?? false,
    } as const;
    const targets = new TargetFolders({ ...common, folders, process: identity });
    const plan = new RestorePlan({ ...common, index, files: this.#parts.files, folders, targets });
    await this.#restoreContent(index, root, targets, plan, identity);
    await this.#makeLinks(plan);
    if (options.verify) await this.#verify(plan);
    await this.#deleteExtra();
    for (const _ of targets.finish()) await this.#maybeTakeTurn();
    this.#ledger.flush();
    return this.#result(snapshot, startedMs);
  }

  async #requireSpace(index: RepositoryIndex, snapshot: StoredSnapshot, root: BlobId): Promise<void> {
    const { options, repository, selection, signal } = this.#parts;
    const problem = await findSpaceProblem({ repository, index, snapshot, root, selection, options, signal });
    if (problem === undefined) return;
    if (options.dryRun) this.#ledger.warn('/', problem);
    else throw new EngineError('no_space', `${problem} Nothing was written: free some space or choose another target.`);
  }

  async #findSnapshot(): Promise<{ snapshot: StoredSnapshot; subfolder: string }> {
    const { options, repository, signal } = this.#parts;
    const { snapshot, subfolder = '' } = options;
    if (typeof snapshot !== 'string') return { snapshot, subfolder };
    const found = await findSnapshot(repository, snapshot, options.filter, signal);
    return { snapshot: found.snapshot, subfolder: [found.subfolder, subfolder].filter(Boolean).join('/') };
  }

  /** Workers begin with packs that are certainly complete while the walk still goes on. */
  async #restoreContent(
    index: RepositoryIndex,
    root: BlobId,
    targets: TargetFolders,
    plan: RestorePlan,
    process: ProcessIdentity,
  ): Promise<void> {
    const { repository, selection, options, crew, signal } = this.#parts;
    const loader = new TreeLoader(repository, index, signal);
    const fetcher = new PackFetcher(repository, index.table, (reply) => plan.settle(reply), signal);
    const settle = (reply: Parameters<RestorePlan['settle']>[0]) => {
      plan.settle(reply);
      this.#ledger.report();
    };
    const target = targets.openTarget(options.target);
    crew.begin(
      { kind: 'begin', masterKey: repository.masterKey, blobs: index.table.shared, process },
      { nextTask: (worker) => fetcher.next(() => plan.nextTask(worker), plan.isEnding), settle },
    );
    const walk = new TreeWalk(
      { loader, selection, ledger: this.#ledger, findExtra: options.delete ?? false, signal },
      {
        folder: (folder) => void targets.make(folder),
        entry: (node, name, folder) => plan.addEntry(node, name, folder),
        extra: (path, location) => void this.#extra.push({ path, location }),
        turn: () => {
          crew.throwIfFailed();
          crew.feed();
        },
      },
    );
    try {
      await walk.run(root, target);
    } finally {
      loader.close();
    }
    if (!walk.extraIsKnown && this.#extra.length > 0) {
      this.#extra.length = 0;
      this.#ledger.warn(
        '/',
        'Nothing was deleted, because parts of the snapshot could not be read or have unusable names.',
      );
    }
    plan.complete();
    this.#ledger.endPlan();
    this.#warnOfSpace(plan, target.path);
    await crew.drain(signal);
  }

  /** Only a warning: compression, holes and quotas make it a guess. */
  #warnOfSpace(plan: RestorePlan, target: RawPath): void {
    if (this.#parts.options.dryRun || plan.newBytes === 0) return;
    try {
      const { bavail, bsize } = statfsSync(target);
      const missingBytes = plan.newBytes - plan.writtenBytes - bavail * bsize;
      if (missingBytes <= 0) return;
      const need = formatByteSize(plan.newBytes);
      this.#ledger.warn(
        '/',
        `The target ${rawText(target)} is probably too small: ${need} are to be written, ${formatByteSize(missingBytes)} are missing.`,
      );
    } catch {
      // Not every file system says.
    }
  }

  async #makeLinks(plan: RestorePlan): Promise<void> {
    const { files, folders, options } = this.#parts;
    const links = new HardLinks(files, folders, options.delete ?? false);
    for (const [link, first] of plan.links) {
      await this.#maybeTakeTurn();
      const location = () => plan.location(link);
      try {
        const problems = options.dryRun ? [] : links.make(link, first);
        for (const problem of problems) this.#ledger.warn(location(), problem);
        this.#ledger.done('restored', 'other', location, 0);
      } catch (error) {
        this.#ledger.warn(location(), `Hard link not restored: ${reasonOf(error)}`);
      }
    }
  }

  async #verify(plan: RestorePlan): Promise<void> {
    const { crew, files, signal } = this.#parts;
    const batches = this.#verifyBatches(files);
    crew.setSource({
      nextTask: () => batches.next().value ?? undefined,
      settle: (reply) => {
        this.#ledger.filesVerified += reply.finished.length;
        for (const { file, message } of reply.failed) this.#ledger.warn(plan.location(file), message);
        this.#ledger.report('verify');
      },
    });
    await crew.drain(signal);
    this.#ledger.flush('verify');
  }

  *#verifyBatches(files: FileTable) {
    let batch: number[] = [];
    let batchBytes = 0;
    for (let file = 0; file < files.count; file++) {
      const isDone = (files.state(file) & FILE_STATE.complete) !== 0;
      if (!isDone || (files.flags(file) & ENTRY_FLAG.unchanged) !== 0) continue;
      batch.push(file);
      batchBytes += files.sizeBytes(file);
      if (batch.length < VERIFY_BATCH && batchBytes < VERIFY_BATCH_BYTES) continue;
      yield { kind: 'verify' as const, files: Uint32Array.from(batch) };
      batch = [];
      batchBytes = 0;
    }
    if (batch.length > 0) yield { kind: 'verify' as const, files: Uint32Array.from(batch) };
  }

  async #deleteExtra(): Promise<void> {
    for (const { path, location } of this.#extra) {
      await this.#maybeTakeTurn();
      try {
        const inside: RawPath[] = [];
        await listBelow(path, location, inside);
        if (!this.#parts.options.dryRun) rmSync(path, { recursive: true, force: true });
        for (const each of inside) this.#ledger.done('deleted', 'other', () => each, 0);
      } catch (error) {
        this.#ledger.warn(location, `Not deleted: ${reasonOf(error)}`);
      }
    }
  }

  #turn = 0;

  async #maybeTakeTurn(): Promise<void> {
    if (++this.#turn % ITEMS_A_TURN !== 0) return;
    await setImmediate();
    throwIfAborted(this.#parts.signal);
    this.#ledger.report();
  }

  #result(snapshot: StoredSnapshot, startedMs: number): RestoreResult {
    const ledger = this.#ledger;
    return {
      snapshot,
      target: rawText(this.#parts.folders.path(0)),
      totalFiles: ledger.totalFiles,
      filesRestored: ledger.filesRestored,
      foldersRestored: ledger.foldersRestored,
      filesSkipped: ledger.filesSkipped,
      filesDeleted: ledger.filesDeleted,
      totalBytes: ledger.totalBytes,
      bytesRestored: ledger.bytesRestored,
      bytesSkipped: ledger.bytesSkipped,
      filesVerified: ledger.filesVerified,
      secondsElapsed: (performance.now() - startedMs) / 1000,
      warningCount: ledger.warningCount,
      warnings: ledger.warnings,
    };
  }
}

/** Everything below a path and the path itself, deepest first, without following links. */
async function listBelow(path: RawPath, location: RawPath, into: RawPath[]): Promise<void> {
  if (lookAt(path)?.isDirectory()) {
    for (const name of await readdir(path, { encoding: 'buffer' })) {
      await listBelow(joinPath(path, name), joinLocation(location, name), into);
    }
  }
  into.push(location);
}

function processIdentity(): ProcessIdentity {
  return { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0, umask: process.umask() };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
