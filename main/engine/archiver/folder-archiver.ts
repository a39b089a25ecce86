import { joinPath, rawText, type RawName, type RawPath } from '../base/raw-path.ts';
import { encodeNode, encodeNodeHead } from '../snapshot/tree-encoder.ts';
import type { Exclusion } from '../source/exclusion.ts';
import { describeParentFolder, statEntry, statParentFolder, type EntryStat } from '../source/file-metadata.ts';
import { isSourceProblem } from '../source/source-problem.ts';
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
import { FolderLister } from './folder-lister.ts';
import { packNames, unpackNames } from './packed-names.ts';
import type { ParentCursor } from './parent-cursor.ts';
import type { ParentEntry } from './parent-entry.ts';
import type { ParentTreeLoader } from './parent-tree-loader.ts';
import { OPEN_ID, SegmentBuilder } from './segment-builder.ts';
import { ListingReader, ListingWriter, type ListedFolder } from './shared-listing.ts';

/** Folders with more entries than this are worked on in parts of this size. */
export const NAMES_A_PART = 1024;
const LISTED_FOR_MS = 5000;
/** For one folder at a time that is worked on as a whole; longer names than usual may not fit, and go one by one. */
const OWN_LISTING_BYTES = 512 * 1024;

export interface FolderArchiverOptions {
  readonly exclusion: Exclusion;
  readonly encoder: EntryEncoder;
  readonly files: FileEntries;
  readonly parents: ParentTreeLoader;
  readonly parent: ParentCursor;
  readonly listings: ListingReader;
  /** Access times are wanted, which listings don't have. */
  readonly withAtime: boolean;
  readonly sink: BlobSink;
  /** Between entries. Throws to stop. */
  readonly checkStop: () => void;
  readonly onWarning: (item: string, message: string) => void;
  readonly onOutcome: (outcome: FolderOutcome) => void;
}

/** The folder that entries belong to. */
type Folder = Pick<FolderTask, 'path' | 'snapshotPath'>;

/**
 * Turns folders into trees, in a worker. A folder without subfolders is finished here; of others the main thread gets the
 * nodes with places for the subfolders' ids. What can't be read is a warning and left out, as restic does.
 */
export class FolderArchiver {
  readonly #options: FolderArchiverOptions;
  readonly #lister: FolderLister;
  readonly #ownWriter: ListingWriter;
  readonly #ownListing: ListingReader;

  constructor(options: FolderArchiverOptions) {
    this.#options = options;
    this.#lister = new FolderLister(options.exclusion);
    const memory = new ArrayBuffer(OWN_LISTING_BYTES);
    this.#ownWriter = new ListingWriter(memory);
    this.#ownListing = new ListingReader(memory);
  }

  archiveFolder(task: FolderTask): void {
    const { onOutcome } = this.#options;
    if (task.plan !== undefined) {
      this.#startParent(task);
      const builder = new SegmentBuilder();
      for (const planned of task.plan) this.#addPlanned(builder, task, planned);
      this.#addRun(builder);
      onOutcome({ kind: 'segment', folder: task.folder, segment: builder.finish(0), more: false });
      return;
    }
    const listed = this.#listedAhead(task);
    if (listed && listed.count <= NAMES_A_PART) {
      this.#startParent(task);
      const { listings } = this.#options;
      return this.#archiveWhole(task, (builder) => this.#addListed(builder, task, listings, listed));
    }
    const names = listed
      ? this.#options.listings.names(listed)
      : this.#guarded(task.path, () => this.#lister.namesOf(task));
    if (names === undefined) {
      return onOutcome({ kind: 'failed', folder: task.folder });
    }
    this.#startParent(task);
    if (names.length > NAMES_A_PART) this.#archiveInParts(task, names);
    else this.#archiveWhole(task, (builder) => this.#lookAndAdd(builder, task, names));
  }

  archivePart({ folder, part, path, snapshotPath, names }: PartTask): void {
    this.#options.parent.clear();
    const builder = new SegmentBuilder();
    this.#addNames(builder, { path, snapshotPath }, unpackNames(names));
    this.#options.onOutcome({ kind: 'segment', folder, segment: builder.finish(part), more: false });
  }

  #archiveWhole(task: FolderTask, addEntries: (builder: SegmentBuilder) => void): void {
    const { onOutcome, sink, parent } = this.#options;
    const builder = new SegmentBuilder();
    addEntries(builder);
    if (builder.nodeCount === 0 && parent.isWhole && task.parent) {
      onOutcome({ kind: 'tree', folder: task.folder, treeId: task.parent.id });
      return;
    }
    this.#addRun(builder);
    if (builder.hasSubfolders)
      onOutcome({ kind: 'segment', folder: task.folder, segment: builder.finish(0), more: false });
    else onOutcome({ kind: 'tree', folder: task.folder, treeId: sink.storeTree(builder.finishTree()) });
  }

  /** Without a parent there is reading to be done, and all workers share it. */
  #archiveInParts(task: FolderTask, names: readonly RawName[]): void {
    const parts: (readonly RawName[])[] = [];
    for (let at = 0; at < names.length; at += NAMES_A_PART) parts.push(names.slice(at, at + NAMES_A_PART));
    if (this.#options.parent.active) this.#compareInParts(task, parts);
    else this.#options.onOutcome({ kind: 'parts', folder: task.folder, names: parts.map(packNames) });
  }

  /**
   * With a parent all parts stay here, since the parent's tree is here, and most entries only need a look. Nothing is sent, and no memory
   * taken, as long as nothing has changed.
   */
  #compareInParts(task: FolderTask, parts: readonly (readonly RawName[])[]): void {
    const { onOutcome, parent } = this.#options;
    const { folder } = task;
    let builder = new SegmentBuilder();
    let sent = 0;
    for (const part of parts) {
      this.#addNames(builder, task, part);
      if (builder.nodeCount === 0) continue;
      this.#addRun(builder);
      onOutcome({ kind: 'segment', folder, segment: builder.finish(sent++), more: true });
      builder = new SegmentBuilder();
    }
    if (sent === 0 && parent.isWhole && task.parent) {
      onOutcome({ kind: 'tree', folder, treeId: task.parent.id });
      return;
    }
    this.#addRun(builder);
    onOutcome({ kind: 'segment', folder, segment: builder.finish(sent), more: false });
  }

  #addNames(builder: SegmentBuilder, folder: Folder, names: readonly RawName[]): void {
    for (const name of names) {
      this.#options.checkStop();
      this.#addEntry(builder, folder, name, joinPath(folder.path, name));
    }
  }

  #lookAndAdd(builder: SegmentBuilder, task: FolderTask, names: readonly RawName[]): void {
    const listed = this.#options.withAtime ? undefined : this.#look(task, names);
    if (listed === undefined) this.#addNames(builder, task, names);
    else this.#addListed(builder, task, this.#ownListing, listed, names);
  }

  /** undefined when there is no room. */
  #look(task: FolderTask, names: readonly RawName[]): ListedFolder | undefined {
    const lister = this.#lister;
    this.#ownWriter.clear();
    if (!this.#ownWriter.begin(task, names)) return undefined;
    lister.open(task, names, this.#ownWriter);
    try {
      while (!lister.atEnd) {
        this.#options.checkStop();
        lister.next();
      }
    } finally {
      lister.leave();
    }
    return this.#ownWriter.finish();
  }

  /** Most folders are done with one comparison; nobody needs their names then, but for those that are known already. */
  #addListed(
    builder: SegmentBuilder,
    folder: Folder,
    listings: ListingReader,
    listed: ListedFolder,
    known?: readonly RawName[],
  ): void {
    const { parent, files, checkStop } = this.#options;
    if (!files.namesAreWanted) parent.compareWith(listings, listed);
    let names = known;
    for (let index = 0; index < listed.count; index++) {
      checkStop();
      const taken = parent.takeListed(index);
      if (taken > 0) files.countManyUnchanged(taken, listings.contentBytes(listed, index, taken));
      index += taken;
      names ??= index < listed.count ? listings.names(listed) : [];
      const name = names[index];
      if (name === undefined) continue;
      this.#addEntry(builder, folder, name, joinPath(folder.path, name), listings.stat(listed, index));
    }
  }

  #addPlanned(builder: SegmentBuilder, folder: Folder, { name, path, children, metadataPath }: PlanNode): void {
    this.#options.checkStop();
    if (path !== undefined) this.#addEntry(builder, folder, name, path);
    else
      this.#guarded(metadataPath ?? '.', () =>
        this.#addParentFolder(builder, name, metadataPath ?? '.', children ?? []),
      );
  }

  #addEntry(builder: SegmentBuilder, folder: Folder, name: RawName, path: RawPath, seen?: EntryStat): void {
    const { exclusion, parent, files } = this.#options;
    if (exclusion.rejectsPath(path)) return;
    this.#guarded(path, () => {
      const stat = seen ?? statEntry(path);
      if (exclusion.rejectsEntry(path, stat)) return;
      if (stat.type === 'dir') {
        this.#addFolder(builder, name, path, stat);
      } else if (stat.type === 'file' && parent.takeFile(name, stat)) {
        files.countUnchanged(name, stat.sizeBytes, folder.snapshotPath);
      } else {
        const encoded = this.#encode(builder, folder, name, path, stat);
        if (encoded !== undefined && (stat.type === 'file' || !parent.takeNode(encoded)))
          this.#addEncoded(builder, encoded);
      }
    });
  }

  /** Everything but folders. */
  #encode(builder: SegmentBuilder, folder: Folder, name: RawName, path: RawPath, stat: EntryStat): string | undefined {
    const { encoder, files, onWarning } = this.#options;
    switch (stat.type) {
      case 'file':
        return files.encode(path, name, stat, this.#findInParent(builder, name, path), folder.snapshotPath);
      case 'socket':
        return undefined;
      case 'irregular':
        onWarning(rawText(path), 'Neither a file, a folder, a link, a device nor a pipe: it was left out.');
        return undefined;
      default:
        return encodeNode(encoder.specialNode(name, encoder.describe(path, stat)));
    }
  }

  #addFolder(builder: SegmentBuilder, name: RawName, path: RawPath, stat: EntryStat): void {
    const { encoder } = this.#options;
    const before = this.#findInParent(builder, name, path);
    const known = before?.headLike(encodeNodeHead(encoder.plainNode(name, stat)));
    const head = known ?? encodeNodeHead(encoder.folderNode(name, encoder.describe(path, stat)));
    const { inode, device } = stat;
    this.#addOpenNode(builder, head, before, { name: rawText(name), path, plan: undefined, inode, device });
  }

  /** A folder above a target, there only for its children. */
  #addParentFolder(builder: SegmentBuilder, name: RawName, path: RawPath, plan: readonly PlanNode[]): void {
    const { encoder } = this.#options;
    const stat = statParentFolder(path);
    const before = this.#findInParent(builder, name, path);
    const known = before?.headLike(encodeNodeHead(encoder.plainNode(name, stat)));
    const describe = () => encoder.folderNode(name, describeParentFolder(path, { accounts: encoder.accounts }));
    const head = known ?? encodeNodeHead(describe());
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
    this.#addRun(builder);
    builder.addFolder(`${start}${OPEN_ID}"}`, { ...found, parentTree, previous });
  }

  #addEncoded(builder: SegmentBuilder, encoded: string): void {
    this.#addRun(builder);
    builder.add(encoded);
  }

  /** Nodes that were taken over from the parent stand before whatever comes next. */
  #addRun(builder: SegmentBuilder): void {
    const run = this.#options.parent.takeRun();
    if (run !== undefined) builder.addRun(run.bytes, run.count);
  }

  /** Not after some time: the longer ago, the more may have changed, and every file that is gone would be a warning. */
  #listedAhead({ listed, inode, device }: FolderTask): ListedFolder | undefined {
    const usable = listed && listed.inode === inode && listed.device === device;
    return usable && Date.now() - listed.listedMs < LISTED_FOR_MS ? listed : undefined;
  }

  #startParent(task: FolderTask): void {
    const { parent, parents } = this.#options;
    parent.clear();
    if (task.parent === undefined) return;
    try {
      parent.start(parents.load(task.parent), task.parent.id);
    } catch (error) {
      this.#doWithoutParent(task.path, error);
    }
  }

  #findInParent(builder: SegmentBuilder, name: RawName, path: RawPath): ParentEntry | undefined {
    this.#addRun(builder);
    try {
      return this.#options.parent.find(name);
    } catch (error) {
      this.#doWithoutParent(path, error);
      return undefined;
    }
  }

  #doWithoutParent(path: RawPath, error: unknown): void {
    this.#options.parent.stop();
    const reason = error instanceof Error ? error.message : String(error);
    this.#options.onWarning(
      rawText(path),
      `The parent snapshot's folder cannot be read; files are read again: ${reason}`,
    );
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
