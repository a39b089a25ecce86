import { isEngineError, type EngineError } from '../base/errors.ts';
import { joinPath, rawText, type RawName, type RawPath } from '../base/raw-path.ts';
import type { RawTree } from '../snapshot/raw-tree.ts';
import { encodeNode, encodeNodeHead } from '../snapshot/tree-encoder.ts';
import type { Exclusion } from '../source/exclusion.ts';
import { describeParentFolder, statEntry, type EntryStat } from '../source/file-metadata.ts';
import { listFolder } from '../source/local-listing.ts';
import type { PlanNode } from '../source/plan-tree.ts';
import {
  PREVIOUS,
  type FolderOutcome,
  type FolderTask,
  type PartTask,
  type SubfolderFound,
} from './archive-messages.ts';
import type { BlobSink } from './blob-sink.ts';
import type { EntryEncoder } from './entry-encoder.ts';
import type { FileEntries } from './file-entries.ts';
import { packNames, unpackNames } from './packed-names.ts';
import { ParentEntry } from './parent-entry.ts';
import type { ParentTreeLoader } from './parent-tree-loader.ts';
import { OPEN_ID, SegmentBuilder } from './segment-builder.ts';

/** Folders with more entries than this are worked on in parts of this size. */
export const NAMES_A_PART = 1024;

export interface FolderArchiverOptions {
  readonly exclusion: Exclusion;
  readonly encoder: EntryEncoder;
  readonly files: FileEntries;
  readonly parents: ParentTreeLoader;
  readonly sink: BlobSink;
  /** Between entries. Throws to stop. */
  readonly checkStop: () => void;
  readonly onWarning: (item: string, message: string) => void;
  readonly onOutcome: (outcome: FolderOutcome) => void;
}

/** Where entries belong: the folder's place in the snapshot, and the parent's version of it. */
interface Surroundings {
  readonly path: RawPath;
  readonly snapshotPath: string;
  readonly parentTree: RawTree | undefined;
}

/**
 * Turns folders into trees, in a worker. A folder without subfolders is finished here; of others the main thread gets the
 * nodes with places for the subfolders' ids. What can't be read is a warning and left out, as restic does.
 */
export class FolderArchiver {
  readonly #options: FolderArchiverOptions;

  constructor(options: FolderArchiverOptions) {
    this.#options = options;
  }

  archiveFolder(task: FolderTask): void {
    const { path, snapshotPath } = task;
    if (task.plan !== undefined) {
      const around = { path, snapshotPath, parentTree: this.#loadParent(task) };
      const builder = new SegmentBuilder();
      for (const planned of task.plan) this.#addPlanned(builder, around, planned);
      this.#options.onOutcome({ kind: 'segment', folder: task.folder, segment: builder.finish(0) });
      return;
    }
    const names = this.#list(task);
    if (names === undefined) {
      this.#options.onOutcome({ kind: 'failed', folder: task.folder });
      return;
    }
    const around = { path, snapshotPath, parentTree: this.#loadParent(task) };
    if (names.length > NAMES_A_PART) this.#archiveInParts(task, around, names);
    else this.#archiveWhole(task, around, names);
  }

  archivePart({ folder, part, path, snapshotPath, names }: PartTask): void {
    const builder = new SegmentBuilder();
    this.#addNames(builder, { path, snapshotPath, parentTree: undefined }, unpackNames(names));
    this.#options.onOutcome({ kind: 'segment', folder, segment: builder.finish(part) });
  }

  #archiveWhole(task: FolderTask, around: Surroundings, names: readonly RawName[]): void {
    const { onOutcome, sink } = this.#options;
    const builder = new SegmentBuilder();
    const same = this.#addNames(builder, around, names);
    if (builder.hasSubfolders) {
      onOutcome({ kind: 'segment', folder: task.folder, segment: builder.finish(0) });
      return;
    }
    const unchanged = same === builder.nodeCount && same === around.parentTree?.length;
    const treeId = unchanged && task.parent ? task.parent.id : sink.storeTree(builder.finishTree());
    onOutcome({ kind: 'tree', folder: task.folder, treeId });
  }

  /**
   * With a parent the parts stay here, since the parent's tree is here: most entries only need a look. Without one, there
   * is reading to be done, and all workers share it.
   */
  #archiveInParts({ folder }: FolderTask, around: Surroundings, names: readonly RawName[]): void {
    const { onOutcome } = this.#options;
    const parts: (readonly RawName[])[] = [];
    for (let at = 0; at < names.length; at += NAMES_A_PART) parts.push(names.slice(at, at + NAMES_A_PART));
    const shared = around.parentTree === undefined;
    onOutcome({ kind: 'parts', folder, count: parts.length, names: shared ? parts.map(packNames) : undefined });
    if (shared) return;
    parts.forEach((part, index) => {
      const builder = new SegmentBuilder();
      this.#addNames(builder, around, part);
      onOutcome({ kind: 'segment', folder, segment: builder.finish(index) });
    });
  }

  /** Returns how many nodes, from the first on, are the parent's own. */
  #addNames(builder: SegmentBuilder, around: Surroundings, names: readonly RawName[]): number {
    const { parentTree } = around;
    let same = 0;
    for (const name of names) {
      this.#options.checkStop();
      const node = this.#addEntry(builder, around, name, joinPath(around.path, name));
      if (parentTree === undefined || node === undefined) continue;
      if (same === builder.nodeCount - 1 && same < parentTree.length && parentTree.textAt(same) === node) same++;
    }
    return same;
  }

  #addPlanned(builder: SegmentBuilder, around: Surroundings, { name, path, children, metadataPath }: PlanNode): void {
    this.#options.checkStop();
    if (path !== undefined) this.#addEntry(builder, around, name, path);
    else
      this.#guarded(metadataPath ?? '.', () =>
        this.#addParentFolder(builder, around, name, metadataPath ?? '.', children ?? []),
      );
  }

  /** The node's text, when it was added and is complete. */
  #addEntry(builder: SegmentBuilder, around: Surroundings, name: RawName, path: RawPath): string | undefined {
    if (this.#options.exclusion.rejectsPath(path)) return undefined;
    return this.#guarded(path, () => {
      const stat = statEntry(path);
      if (this.#options.exclusion.rejectsEntry(path, stat)) return undefined;
      if (stat.type === 'dir') {
        this.#addFolder(builder, around, name, path, stat);
        return undefined;
      }
      const encoded = this.#encode(around, name, path, stat);
      if (encoded !== undefined) builder.add(encoded);
      return encoded;
    });
  }

  #encode(around: Surroundings, name: RawName, path: RawPath, stat: EntryStat): string | undefined {
    const { encoder, files, onWarning } = this.#options;
    switch (stat.type) {
      case 'file':
        return files.encode(path, name, stat, ParentEntry.find(around.parentTree, name), around.snapshotPath);
      case 'socket':
        return undefined;
      case 'irregular':
        onWarning(rawText(path), 'Neither a file, a folder, a link, a device nor a pipe: it was left out.');
        return undefined;
      default:
        return encodeNode(encoder.specialNode(name, encoder.describe(path, stat)));
    }
  }

  #addFolder(builder: SegmentBuilder, around: Surroundings, name: RawName, path: RawPath, stat: EntryStat): void {
    const { encoder } = this.#options;
    const before = ParentEntry.find(around.parentTree, name);
    const known = before?.headLike(encodeNodeHead(encoder.plainNode(name, stat)));
    const head = known ?? encodeNodeHead(encoder.folderNode(name, encoder.describe(path, stat)));
    this.#addOpenNode(builder, head, before, {
      name: rawText(name),
      path,
      plan: undefined,
      inode: stat.inode,
      device: stat.device,
    });
  }

  /** A folder above a target, there only for its children. */
  #addParentFolder(
    builder: SegmentBuilder,
    around: Surroundings,
    name: RawName,
    path: RawPath,
    plan: readonly PlanNode[],
  ): void {
    const { encoder } = this.#options;
    const entry = describeParentFolder(path, { accounts: encoder.accounts });
    const head = encodeNodeHead(encoder.folderNode(name, entry));
    const before = ParentEntry.find(around.parentTree, name);
    this.#addOpenNode(builder, head, before, { name: rawText(name), path, plan, inode: 0n, device: 0n });
  }

  #addOpenNode(
    builder: SegmentBuilder,
    head: string,
    before: ParentEntry | undefined,
    found: Omit<SubfolderFound, 'previous' | 'parentTree'>,
  ): void {
    const parentTree = before?.subtree;
    const start = `${head},"content":null,"subtree":"`;
    const same = parentTree !== undefined && before?.text === `${start}${parentTree}"}`;
    const previous = before === undefined ? PREVIOUS.none : same ? PREVIOUS.same : PREVIOUS.differs;
    builder.addFolder(`${start}${OPEN_ID}"}`, { ...found, parentTree, previous });
  }

  #list(task: FolderTask): readonly RawName[] | undefined {
    return this.#guarded(task.path, () => {
      const names = listFolder(task.path, task);
      const tagged = this.#options.exclusion.tagsIn(task.path);
      return tagged ? names.filter((name) => !tagged.rejects(name)) : names;
    });
  }

  #loadParent({ parent, path }: FolderTask): RawTree | undefined {
    if (parent === undefined) return undefined;
    try {
      return this.#options.parents.load(parent);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.onWarning(
        rawText(path),
        `The parent snapshot's folder cannot be read; its files are read again: ${reason}`,
      );
      return undefined;
    }
  }

  /** Problems of the source cost the entry only, problems of the repository and cancellation the backup. */
  #guarded<Result>(path: RawPath, work: () => Result): Result | undefined {
    try {
      return work();
    } catch (error) {
      if (!isSourceProblem(error) || this.#options.sink.failed) throw error;
      this.#options.onWarning(rawText(path), error.message);
      return undefined;
    }
  }
}

function isSourceProblem(error: unknown): error is EngineError {
  return isEngineError(error, 'source_failed') || isEngineError(error, 'permission_denied');
}
