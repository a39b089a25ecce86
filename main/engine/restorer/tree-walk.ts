import { readdirSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../base/abort.ts';
import { isEngineError } from '../base/errors.ts';
import type { BlobId } from '../base/ids.ts';
import { byteString, joinPath, rawFromBytes, type RawName, type RawPath } from '../base/raw-path.ts';
import { compareNodeNames, nodeNameBytes, type Node } from '../snapshot/node.ts';
import { isSafeName } from '../snapshot/safe-name.ts';
import { iterateTree } from '../snapshot/tree-decoder.ts';
import { joinLocation } from './folder-table.ts';
import { NOT_MADE, type PlannedFolder } from './planned-folder.ts';
import type { RestoreLedger } from './restore-ledger.ts';
import type { Selection } from './selection.ts';
import type { TreeLoader } from './tree-loader.ts';

/** No file system takes more in a name (255 characters of up to 4 bytes) or a path; a hostile tree must not make us build it. */
const MAX_NAME_BYTES = 1024;
const MAX_PATH_LENGTH = 32 * 1024;
/** How long the walk keeps the thread before others get a turn. */
const TURN_MS = 8;
const NODES_A_LOOK = 32;

export interface WalkVisitor {
  /** A selected folder, before what is in it. */
  folder(folder: PlannedFolder): void;
  /** Anything else that is selected. */
  entry(node: Node, name: RawName, folder: PlannedFolder): void;
  /** Entries of a reused folder that the snapshot does not have; only with `findExtra`. */
  extra(path: RawPath, location: RawPath): void;
  /** Between two turns. */
  turn(): Promise<void> | void;
}

export interface TreeWalkOptions {
  readonly loader: TreeLoader;
  readonly selection: Selection;
  readonly ledger: RestoreLedger;
  readonly findExtra: boolean;
  readonly signal?: AbortSignal | undefined;
}

interface Frame {
  readonly folder: PlannedFolder;
  readonly treeId: BlobId;
  readonly bytes: Buffer;
  readonly nodes: Iterator<Node, void>;
  count: number;
  previous: Node | undefined;
  /** All names so far; only in trees that are not sorted, where a repetition may be anywhere. */
  names: Set<string> | undefined;
  /** All names, to tell what is extra. */
  readonly all: Set<string> | undefined;
}

/**
 * Walks the trees of a snapshot and calls the visitor for what is selected. Trees are untrusted: names that could lead out
 * of a folder, repeated names and unreadable trees become warnings, and depth is limited by memory for paths alone, as there
 * is no recursion.
 */
export class TreeWalk {
  readonly #options: TreeWalkOptions;
  readonly #visitor: WalkVisitor;
  readonly #stack: Frame[] = [];
  #extraIsKnown = true;
  #looks = 0;
  #turnEndsMs = 0;

  constructor(options: TreeWalkOptions, visitor: WalkVisitor) {
    this.#options = options;
    this.#visitor = visitor;
  }

  /** False when something about the trees forbids to remove what seems extra. */
  get extraIsKnown(): boolean {
    return this.#extraIsKnown;
  }

  async run(rootTree: BlobId, target: PlannedFolder): Promise<void> {
    await this.#enter(rootTree, target);
    for (let frame = this.#stack.at(-1); frame; frame = this.#stack.at(-1)) {
      if (++this.#looks % NODES_A_LOOK === 0 && performance.now() > this.#turnEndsMs) await this.#takeTurn();
      const node = this.#nextNode(frame);
      if (node === undefined) this.#leave(frame);
      else await this.#visit(node, frame);
    }
  }

  async #takeTurn(): Promise<void> {
    await setImmediate();
    throwIfAborted(this.#options.signal);
    await this.#visitor.turn();
    this.#options.ledger.report();
    this.#turnEndsMs = performance.now() + TURN_MS;
  }

  async #enter(treeId: BlobId, folder: PlannedFolder): Promise<void> {
    let bytes: Buffer;
    try {
      const loading = this.#options.loader.load(treeId);
      bytes = loading instanceof Promise ? await loading : loading;
    } catch (error) {
      if (isEngineError(error, 'cancelled')) throw error;
      this.#options.ledger.warn(folder.location, `What is in this folder cannot be restored: ${reasonOf(error)}`);
      return;
    }
    this.#stack.push({
      folder,
      treeId,
      bytes,
      nodes: iterateTree(bytes, treeId),
      count: 0,
      previous: undefined,
      names: undefined,
      all: this.#options.findExtra ? new Set() : undefined,
    });
  }

  /** undefined at the end of the tree, which is also where it cannot be read any further. */
  #nextNode(frame: Frame): Node | undefined {
    try {
      return frame.nodes.next().value ?? undefined;
    } catch (error) {
      this.#extraIsKnown = false;
      this.#options.ledger.warn(
        frame.folder.location,
        `Not everything in this folder can be restored: ${reasonOf(error)}`,
      );
      return undefined;
    }
  }

  async #visit(node: Node, frame: Frame): Promise<void> {
    const { folder } = frame;
    const name = node.rawName ?? node.name;
    if (!this.#isUsableName(node, folder) || this.#isRepeated(node, frame)) return;
    frame.all?.add(comparableName(name));
    // Sockets belong to a running program; restic leaves them out too.
    if (node.type === 'socket') return;
    const { selection } = this.#options;
    const everything = selection.isEverything;
    const location = everything && node.type !== 'dir' ? '' : joinLocation(folder.location, name);
    const { selected, childMayBeSelected } = everything
      ? { selected: true, childMayBeSelected: true }
      : selection.of(location);
    if (node.type !== 'dir') {
      if (selected) this.#visitor.entry(node, name, folder);
      return;
    }
    const path = joinPath(folder.path, name);
    if (path.length > MAX_PATH_LENGTH) {
      this.#options.ledger.warn(location, 'The path is too long for any file system; nothing below it is restored.');
      return;
    }
    const child: PlannedFolder = {
      parent: folder,
      node,
      name,
      location,
      path,
      number: NOT_MADE,
      fresh: false,
      foreignXattrs: false,
    };
    if (selected) this.#visitor.folder(child);
    if (childMayBeSelected && child.number > -2 && node.subtree) {
      this.#options.loader.expect(node.subtree);
      await this.#enter(node.subtree, child);
    }
  }

  #isUsableName(node: Node, folder: PlannedFolder): boolean {
    const bytes = nodeNameBytes(node);
    if (bytes.length <= MAX_NAME_BYTES && isSafeName(bytes)) return true;
    this.#extraIsKnown = false;
    const shown = JSON.stringify(node.name.slice(0, 80));
    this.#options.ledger.warn(
      folder.location,
      `An entry with the name ${shown} cannot be restored: no file of this system may have that name.`,
    );
    return false;
  }

  /** In a sorted tree equal names are neighbours. */
  #isRepeated(node: Node, frame: Frame): boolean {
    const { previous } = frame;
    frame.previous = node;
    frame.count++;
    const isSorted = previous === undefined || compareNodeNames(previous, node) < 0;
    if (frame.names === undefined && isSorted) return false;
    const key = byteString(node.rawName ?? node.name);
    frame.names ??= this.#namesBefore(frame);
    if (!frame.names.has(key)) {
      frame.names.add(key);
      return false;
    }
    this.#options.ledger.warn(
      joinLocation(frame.folder.location, node.rawName ?? node.name),
      'The folder has two entries of this name; the first one counts.',
    );
    return true;
  }

  #namesBefore(frame: Frame): Set<string> {
    const names = new Set<string>();
    let left = frame.count - 1;
    for (const node of iterateTree(frame.bytes, frame.treeId)) {
      if (left-- <= 0) break;
      names.add(byteString(node.rawName ?? node.name));
    }
    return names;
  }

  #leave({ folder, all }: Frame): void {
    this.#stack.pop();
    if (!all || folder.fresh || folder.number < 0) return;
    for (const bytes of readdirSync(folder.path, { encoding: 'buffer' })) {
      const name = rawFromBytes(bytes);
      const location = joinLocation(folder.location, name);
      if (!all.has(comparableName(name)) && this.#options.selection.of(location).selected) {
        this.#visitor.extra(joinPath(folder.path, name), location);
      }
    }
  }
}

/** Where the file system does not tell cases apart, a file that bears its name in another case is not extra. */
function comparableName(name: RawName): string {
  const text = byteString(name);
  return process.platform === 'win32' || process.platform === 'darwin' ? text.toUpperCase() : text;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
