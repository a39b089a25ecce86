import { hash } from 'node:crypto';
import { throwIfAborted } from '../base/abort.ts';
import { isEngineError } from '../base/errors.ts';
import type { BlobId } from '../base/ids.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import type { Repository } from '../repository/repository.ts';
import { compareNodeNames, type Node } from '../snapshot/node.ts';
import { decodeTree } from '../snapshot/tree-decoder.ts';
import { encodeTree } from '../snapshot/tree-encoder.ts';
import type { BlobWriter } from './blob-writer.ts';
import type { ScannedTree } from './scanned-tree.ts';
import { TreeBlobs } from './tree-blobs.ts';
import { TreeScanner } from './tree-scanner.ts';

export interface TreeChange {
  readonly path: string;
  readonly what: 'content removed' | 'size corrected' | 'folder emptied' | 'names sorted';
}

interface OpenFolder {
  readonly id: BlobId;
  readonly entry: number;
  readonly path: string;
  readonly children: { readonly id: BlobId; readonly path: string }[];
  /** It needs a new tree: for a defect of its own, or for a child's. */
  changed: boolean;
}

const EMPTY_TREE = Buffer.from('{"nodes":[]}\n');
const MAX_CHANGES = 1000;

/**
 * Rebuilds trees without what is missing. A tree without a defect below it keeps its id and is not even decoded; each is
 * looked at once. Without a writer only the ids are computed.
 */
export class TreeRepair {
  readonly #index: RepositoryIndex;
  readonly #writer: BlobWriter | undefined;
  readonly #trees: TreeBlobs;
  readonly #scanner = new TreeScanner();
  /** Ids that trees get in place of their own, by the old id. */
  readonly #replaced = new Map<BlobId, BlobId>();
  readonly #sound: Uint8Array;
  readonly #id = new Uint8Array(32);
  #changes: TreeChange[] = [];

  constructor(repository: Repository, index: RepositoryIndex, writer: BlobWriter | undefined) {
    this.#index = index;
    this.#writer = writer;
    this.#trees = new TreeBlobs(repository, index);
    this.#sound = new Uint8Array(index.table.entryCount);
  }

  /** The root's new id, its old one when nothing below it is damaged, or undefined when the root itself cannot be read. */
  async repair(root: BlobId, signal?: AbortSignal): Promise<{ tree: BlobId | undefined; changes: TreeChange[] }> {
    this.#changes = [];
    const open: OpenFolder[] = [];
    if (!this.#isKnown(root) && !(await this.#enter(open, root, '', signal))) return { tree: undefined, changes: [] };
    for (let folder = open.at(-1); folder !== undefined; folder = open.at(-1)) {
      const child = folder.children.pop();
      if (child === undefined) {
        open.pop();
        await this.#finish(folder, signal);
        const parent = open.at(-1);
        if (parent && this.#replaced.has(folder.id)) parent.changed = true;
      } else if (this.#replaced.has(child.id)) folder.changed = true;
      else if (!this.#isKnown(child.id) && !(await this.#enter(open, child.id, child.path, signal))) {
        this.#replaced.set(child.id, this.#save(EMPTY_TREE));
        this.#note(child.path, 'folder emptied');
        folder.changed = true;
      }
    }
    return { tree: this.#replaced.get(root) ?? root, changes: this.#changes };
  }

  #isKnown(id: BlobId): boolean {
    if (this.#replaced.has(id)) return true;
    const entry = this.#index.table.findHex('tree', id);
    return entry >= 0 && this.#sound[entry] === 1;
  }

  async #enter(open: OpenFolder[], id: BlobId, path: string, signal?: AbortSignal): Promise<boolean> {
    throwIfAborted(signal);
    const entry = this.#index.table.findHex('tree', id);
    if (entry < 0 || !this.#index.table.isStored(entry)) return false;
    try {
      const tree = this.#scanner.scan(await this.#bytes(entry, signal), id);
      const children: OpenFolder['children'] = [];
      for (let node = 0; node < tree.count; node++) {
        const subtree = tree.type(node) === 'dir' ? tree.subtree(node) : undefined;
        if (subtree !== undefined) children.push({ id: subtree, path: `${path}/${tree.nameText(node)}` });
      }
      open.push({ id, entry, path, children, changed: this.#hasDefect(tree) });
      return true;
    } catch (error) {
      if (isEngineError(error, 'corrupt') || isEngineError(error, 'not_found')) return false;
      throw error;
    }
  }

  async #bytes(entry: number, signal?: AbortSignal): Promise<Buffer> {
    await this.#trees.prefetch([entry], signal);
    return this.#trees.open(entry) ?? (await this.#trees.read(entry, signal));
  }

  #hasDefect(tree: ScannedTree): boolean {
    const { table } = this.#index;
    let previous: Buffer | undefined;
    for (let node = 0; node < tree.count; node++) {
      const name = tree.name(node);
      if (previous !== undefined && Buffer.compare(previous, name) >= 0) return true;
      previous = name;
      if (tree.type(node) !== 'file') continue;
      if (tree.contentCount(node) < 0) return true;
      let size = 0;
      for (let k = 0; k < tree.contentCount(node); k++) {
        tree.contentId(node, k, this.#id);
        const blob = table.find(0, this.#id);
        if (blob < 0 || !table.isStored(blob)) return true;
        size += table.plainLength(blob);
      }
      if (size !== tree.size(node)) return true;
    }
    return false;
  }

  async #finish(folder: OpenFolder, signal?: AbortSignal): Promise<void> {
    if (!folder.changed) {
      this.#sound[folder.entry] = 1;
      return;
    }
    const nodes = decodeTree(await this.#bytes(folder.entry, signal), folder.id);
    const repaired = this.#inOrder(nodes, folder.path).map((node) => this.#repairNode(node, folder.path));
    this.#replaced.set(folder.id, this.#save(encodeTree(repaired)));
  }

  #repairNode(node: Node, parent: string): Node {
    if (node.type === 'dir' && node.subtree !== undefined) {
      const subtree = this.#replaced.get(node.subtree);
      return subtree === undefined ? node : { ...node, subtree };
    }
    if (node.type !== 'file') return node;
    const { table } = this.#index;
    const content: BlobId[] = [];
    let size = 0;
    for (const id of node.content ?? []) {
      const blob = table.findHex('data', id);
      if (blob < 0 || !table.isStored(blob)) continue;
      content.push(id);
      size += table.plainLength(blob);
    }
    const isComplete = node.content !== null && content.length === node.content.length;
    if (isComplete && size === node.size) return node;
    this.#note(`${parent}/${node.name}`, isComplete ? 'size corrected' : 'content removed');
    return { ...node, content, size };
  }

  /** Of nodes with one name the first is kept: only one can be restored. */
  #inOrder(nodes: readonly Node[], path: string): Node[] {
    const sorted = [...nodes].sort(compareNodeNames);
    const unique = sorted.filter((node, i) => {
      const previous = sorted[i - 1];
      return previous === undefined || compareNodeNames(previous, node) !== 0;
    });
    if (unique.length !== nodes.length || unique.some((node, i) => node !== nodes[i])) {
      this.#note(path === '' ? '/' : path, 'names sorted');
    }
    return unique;
  }

  #save(tree: Buffer): BlobId {
    return this.#writer?.add('tree', tree) ?? (hash('sha256', tree, 'hex') as BlobId);
  }

  #note(path: string, what: TreeChange['what']): void {
    if (this.#changes.length < MAX_CHANGES) this.#changes.push({ path, what });
  }
}
