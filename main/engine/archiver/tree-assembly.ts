import { EngineError } from '../base/errors.ts';
import type { BlobId } from '../base/ids.ts';
import { rawFromClone, type RawPath } from '../base/raw-path.ts';
import type { PlanNode } from '../source/plan-tree.ts';
import {
  PREVIOUS,
  revivePlan,
  type FolderOutcome,
  type PackedNames,
  type Previous,
  type Segment,
  type SubfolderFound,
} from './archive-messages.ts';
import type { ArchivedItem } from './archive-options.ts';
import type { BlobSink } from './blob-sink.ts';

/** A folder that is waiting for a worker. */
export interface PendingFolder {
  readonly kind: 'folder';
  readonly folder: number;
  readonly snapshotPath: string;
  readonly path: RawPath;
  readonly plan: readonly PlanNode[] | undefined;
  readonly inode: bigint;
  readonly device: bigint;
  readonly parentTree: BlobId | undefined;
}

/** A part of a large folder that is waiting for a worker. */
export interface PendingPart {
  readonly kind: 'part';
  readonly folder: number;
  readonly part: number;
  readonly snapshotPath: string;
  readonly path: RawPath;
  readonly names: PackedNames;
}

export type PendingWork = PendingFolder | PendingPart;

export interface FolderCounts {
  dirsNew: number;
  dirsChanged: number;
  dirsUnmodified: number;
}

export interface TreeAssemblyOptions {
  /** Asked for with the first folder that has subfolders. */
  readonly sink: () => BlobSink;
  /** In the order of names: the first one should be worked on first. */
  readonly onWork: (work: readonly PendingWork[]) => void;
  readonly onRoot: (treeId: BlobId) => void;
  /** A large tree is stored in the background. */
  readonly onFailure: (error: unknown) => void;
  readonly onItem: ((item: ArchivedItem) => void) | undefined;
}

interface OpenFolder {
  readonly task: PendingFolder;
  readonly above: { readonly folder: OpenFolder; readonly part: number; readonly place: number } | undefined;
  readonly previous: Previous;
  /** By part; they come in any order. */
  segments: (Segment | undefined)[];
  missingSegments: number;
  openSubfolders: number;
  /** Subfolders that could not be listed, by part and place. */
  readonly dropped: Set<string>;
}

const TREE_START = Buffer.from('{"nodes":[');
const TREE_END = Buffer.from(']}\n');
const COMMA = Buffer.from(',');
/** A folder of some ten thousand files. */
const LARGE_TREE_BYTES = 4 * 1024 * 1024;
/** Words a subfolder takes in `Segment.places`. */
const PLACE_WORDS = 3;

/**
 * The folders that are not finished, in the main thread: puts subfolders' ids into the places that workers left for them, and
 * stores a folder's tree when its last subfolder is done.
 */
export class TreeAssembly {
  readonly #options: TreeAssemblyOptions;
  readonly #open = new Map<number, OpenFolder>();
  readonly counts: FolderCounts = { dirsNew: 0, dirsChanged: 0, dirsUnmodified: 0 };
  #nextFolder = 0;

  constructor(options: TreeAssemblyOptions) {
    this.#options = options;
  }

  /** Starts with the root, which has no node of its own. */
  begin(plan: readonly PlanNode[], parentTree: BlobId | undefined): void {
    const found = { path: '/', plan, inode: 0n, device: 0n, previous: PREVIOUS.none, parentTree };
    this.#options.onWork([this.#enter(found, '/', undefined)]);
  }

  add(outcome: FolderOutcome): void {
    const folder = this.#open.get(outcome.folder);
    if (folder === undefined) throw new EngineError('internal', `Folder ${outcome.folder} is not open.`);
    switch (outcome.kind) {
      case 'tree':
        this.#complete(folder, outcome.treeId);
        return;
      case 'failed':
        this.#drop(folder);
        return;
      case 'parts':
        this.#split(folder, outcome.names);
        return;
      case 'segment':
        this.#addSegment(folder, outcome.segment, outcome.more);
    }
  }

  #enter(
    found: Pick<SubfolderFound, 'path' | 'plan' | 'inode' | 'device' | 'previous' | 'parentTree'>,
    snapshotPath: string,
    above: OpenFolder['above'],
  ): PendingFolder {
    const { inode, device, previous, parentTree } = found;
    const path = rawFromClone(found.path);
    const plan = found.plan && revivePlan(found.plan);
    const id = this.#nextFolder++;
    const task: PendingFolder = { kind: 'folder', folder: id, snapshotPath, path, plan, inode, device, parentTree };
    const dropped = new Set<string>();
    this.#open.set(id, {
      task,
      above,
      previous,
      segments: [],
      missingSegments: 1,
      openSubfolders: 0,
      dropped,
    });
    return task;
  }

  #split(folder: OpenFolder, names: readonly PackedNames[]): void {
    folder.missingSegments = names.length;
    const { folder: id, path, snapshotPath } = folder.task;
    this.#options.onWork(
      names.map((packed, part) => ({ kind: 'part', folder: id, part, path, snapshotPath, names: packed })),
    );
  }

  #addSegment(folder: OpenFolder, segment: Segment, more: boolean): void {
    folder.segments[segment.part] = segment;
    if (!more) folder.missingSegments--;
    folder.openSubfolders += segment.subfolders.length;
    const work = segment.subfolders.map((found, place) =>
      this.#enter(found, `${folder.task.snapshotPath}${found.name}/`, { folder, part: segment.part, place }),
    );
    if (work.length > 0) this.#options.onWork(work);
    this.#finishIfReady(folder);
  }

  #complete({ task, above, previous }: OpenFolder, treeId: BlobId): void {
    this.#open.delete(task.folder);
    if (above === undefined) {
      this.#options.onRoot(treeId);
      return;
    }
    this.#count(task, previous, treeId);
    const segment = above.folder.segments[above.part];
    const place = segment?.places[above.place * PLACE_WORDS + 1];
    if (segment === undefined || place === undefined)
      throw new EngineError('internal', `No place for ${task.snapshotPath}.`);
    Buffer.from(segment.bytes.buffer).write(treeId, place, 'latin1');
    above.folder.openSubfolders--;
    this.#finishIfReady(above.folder);
  }

  /** An unreadable folder has no node, as in restic. */
  #drop({ task, above }: OpenFolder): void {
    this.#open.delete(task.folder);
    if (above === undefined) throw new EngineError('internal', 'The root folder is not listed.');
    above.folder.dropped.add(`${above.part}:${above.place}`);
    above.folder.openSubfolders--;
    this.#finishIfReady(above.folder);
  }

  #finishIfReady(folder: OpenFolder): void {
    if (folder.missingSegments > 0 || folder.openSubfolders > 0) return;
    const pieces = folder.segments
      .map((segment) => segment && withoutDropped(segment, folder.dropped))
      .filter(hasNodes);
    if (folder.above === undefined && pieces.length === 0) {
      throw new EngineError(
        'nothing_to_back_up',
        'Nothing is left to back up: everything was excluded or could not be read.',
      );
    }
    const tree = [TREE_START, ...pieces.flatMap((piece, index) => (index === 0 ? [piece] : [COMMA, piece])), TREE_END];
    folder.segments = [];
    if (pieces.reduce((sum, piece) => sum + piece.length, 0) < LARGE_TREE_BYTES) {
      this.#complete(folder, this.#options.sink().storeTree(Buffer.concat(tree)));
      return;
    }
    this.#options
      .sink()
      .storeLargeTree(tree)
      .then((treeId) => this.#complete(folder, treeId))
      .catch(this.#options.onFailure);
  }

  #count({ snapshotPath, parentTree }: PendingFolder, previous: Previous, treeId: BlobId): void {
    const unchanged = previous === PREVIOUS.same && treeId === parentTree;
    const action = previous === PREVIOUS.none ? 'new' : unchanged ? 'unchanged' : 'changed';
    if (action === 'new') this.counts.dirsNew++;
    else if (action === 'changed') this.counts.dirsChanged++;
    else this.counts.dirsUnmodified++;
    this.#options.onItem?.({ path: snapshotPath, action, type: 'dir', sizeBytes: 0 });
  }
}

function hasNodes(piece: Uint8Array | undefined): piece is Uint8Array {
  return piece !== undefined && piece.length > 0;
}

/** The segment's bytes without the nodes of dropped subfolders, and without the commas that would be left over. */
function withoutDropped(segment: Segment, dropped: ReadonlySet<string>): Uint8Array {
  if (dropped.size === 0) return segment.bytes;
  const kept: Uint8Array[] = [];
  let from = 0;
  for (let place = 0; place < segment.subfolders.length; place++) {
    if (!dropped.has(`${segment.part}:${place}`)) continue;
    const start = segment.places[place * PLACE_WORDS] ?? 0;
    const end = segment.places[place * PLACE_WORDS + 2] ?? 0;
    // The comma in front goes too; at the front of what is kept, the one behind instead.
    const first = start === from && kept.length === 0;
    if (!first) kept.push(segment.bytes.subarray(from, start - 1));
    from = first ? Math.min(end + 1, segment.bytes.length) : end;
  }
  kept.push(segment.bytes.subarray(from));
  return Buffer.concat(kept);
}
