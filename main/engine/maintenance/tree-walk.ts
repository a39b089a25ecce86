import { setImmediate as yieldToEvents } from 'node:timers/promises';
import { throwIfAborted } from '../base/abort.ts';
import { isEngineError, type EngineError } from '../base/errors.ts';
import type { BlobId } from '../base/ids.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import type { Repository } from '../repository/repository.ts';
import type { ScannedTree } from './scanned-tree.ts';
import { TreeBlobs } from './tree-blobs.ts';
import { visitNeeds } from './tree-needs.ts';
import { TreeScanner } from './tree-scanner.ts';

/** Trees that are fetched together: hides a network's latency. */
const BATCH_TREES = 16;
/** Other work of this thread (handing packs to workers) waits no longer than about this. */
const TURN_MS = 8;

/** What a walk tells its caller. Trees are named by their entry in the blob table, nodes by their place in the tree. */
export interface TreeWalkHandlers {
  /** A tree that could be read; its children are walked by themselves. Valid during the call. */
  tree?(tree: ScannedTree, entry: number): void;
  unreadable(entry: number, error: EngineError): void;
  missingTree(id: BlobId, parent: number, tree: ScannedTree, node: number): void;
  missingBlob(id: BlobId, parent: number, tree: ScannedTree, node: number): void;
}

/**
 * Visits every tree below the given roots once, depth first, and marks what they need. Any order of nodes and any depth of
 * folders is fine: no call stack grows with them.
 */
export class TreeWalk {
  /** 1 for each blob that is needed, by its entry in the blob table (of copies the first). */
  readonly marks: Uint8Array;
  readonly #index: RepositoryIndex;
  readonly #trees: TreeBlobs;
  readonly #scanner = new TreeScanner();
  readonly #handlers: TreeWalkHandlers;
  readonly #stack: number[] = [];
  readonly #id = new Uint8Array(32);
  #turnStartMs = 0;
  #visited = 0;
  #files = 0;

  constructor(repository: Repository, index: RepositoryIndex, handlers: TreeWalkHandlers) {
    this.#index = index;
    this.#handlers = handlers;
    this.#trees = new TreeBlobs(repository, index);
    this.marks = new Uint8Array(index.table.entryCount);
  }

  get visitedTrees(): number {
    return this.#visited;
  }

  /** In the trees that could be read; a tree that is there several times counts once. */
  get fileCount(): number {
    return this.#files;
  }

  /** False when no index names the root. */
  async walk(root: BlobId, signal?: AbortSignal): Promise<boolean> {
    const entry = this.#index.table.findHex('tree', root);
    if (!this.#isStored(entry)) return false;
    this.#push(entry);
    this.#turnStartMs = performance.now();
    while (this.#stack.length > 0) {
      throwIfAborted(signal);
      const batch = this.#stack.splice(-BATCH_TREES).reverse();
      await this.#trees.prefetch(batch, signal);
      for (const tree of batch) await this.#visit(tree, signal);
    }
    return true;
  }

  async #visit(entry: number, signal?: AbortSignal): Promise<void> {
    try {
      const bytes = this.#trees.open(entry) ?? (await this.#trees.read(entry, signal));
      const tree = this.#scanner.scan(bytes, this.#index.table.idHex(entry));
      this.#follow(tree, entry);
    } catch (error) {
      if (!isEngineError(error) || !isDamage(error)) throw error;
      this.#handlers.unreadable(entry, error);
    }
    this.#visited++;
    if (performance.now() - this.#turnStartMs < TURN_MS) return;
    await yieldToEvents();
    this.#turnStartMs = performance.now();
  }

  #follow(tree: ScannedTree, entry: number): void {
    this.#files += visitNeeds(tree, this.#index.table, this.#id, {
      data: (blob) => (this.marks[blob] = 1),
      tree: (subtree) => this.#push(subtree),
      missingData: (node, k) => this.#handlers.missingBlob(tree.contentHex(node, k), entry, tree, node),
      missingTree: (node, id) => this.#handlers.missingTree(id, entry, tree, node),
    });
    this.#handlers.tree?.(tree, entry);
  }

  #push(entry: number): void {
    if (this.marks[entry] === 1) return;
    this.marks[entry] = 1;
    this.#stack.push(entry);
  }

  #isStored(entry: number): boolean {
    return entry >= 0 && this.#index.table.isStored(entry);
  }
}

/** One unreadable object is reported and the walk goes on, whatever made it so; a cancellation or a defect ends it. */
function isDamage(error: EngineError): boolean {
  return DAMAGE_CODES.has(error.code);
}

const DAMAGE_CODES: ReadonlySet<string> = new Set([
  'corrupt',
  'not_found',
  'blob_not_found',
  'backend_failed',
  'permission_denied',
]);
