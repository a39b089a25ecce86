import { throwIfAborted } from '../base/abort.ts';
import type { BlobId } from '../base/ids.ts';
import type { OperationOptions } from '../base/progress.ts';
import { byteString, type RawPath } from '../base/raw-path.ts';
import { BlobReader } from '../repository/blob-reader.ts';
import { loadIndex } from '../repository/load-index.ts';
import type { Repository } from '../repository/repository.ts';
import { childPath, ROOT_PATH } from '../snapshot/node-path.ts';
import type { Node } from '../snapshot/node.ts';
import type { StoredSnapshot } from '../snapshot/snapshot.ts';
import { TreeReader } from '../snapshot/tree-reader.ts';
import { FindMatcher, type FolderState, type NamePatternOptions } from './find-matcher.ts';
import { lockedIteration } from './locked-iteration.ts';
import type { LockChoice } from './operation-lock.ts';
import { selectSnapshots, type SnapshotSelection } from './select-snapshots.ts';
import { TreeAhead } from './tree-ahead.ts';

export interface FindOptions extends OperationOptions, SnapshotSelection, NamePatternOptions {
  readonly lock?: LockChoice;
}

export interface FoundNode {
  readonly snapshot: StoredSnapshot;
  readonly path: RawPath;
  readonly node: Node;
}

/**
 * Files and folders by their names, snapshot by snapshot, in the order of the folders. A folder in which a snapshot had no
 * match is passed over when others have the same one, so that the hundredth snapshot costs little.
 * Errors: `invalid_argument` for a bad pattern, `snapshot_not_found`, `corrupt`.
 */
export function findInSnapshots(
  repository: Repository,
  options: FindOptions,
): AsyncGenerator<FoundNode, void, undefined> {
  const matcher = new FindMatcher(options);
  return lockedIteration(repository, options.lock, options.signal, async function* (signal) {
    const snapshots = await selectSnapshots(repository, options, signal);
    const index = await loadIndex(repository, { ...options, ...(signal ? { signal } : {}) });
    const search = new NameSearch(matcher, new TreeReader(new BlobReader(repository, index)), signal);
    for (const snapshot of snapshots) yield* search.searchSnapshot(snapshot);
  });
}

interface Frame {
  readonly key: string;
  readonly path: RawPath;
  readonly state: FolderState;
  readonly nodes: readonly Node[];
  next: number;
  /** Whether anything in it or below it matched. */
  found: boolean;
}

class NameSearch {
  readonly #matcher: FindMatcher;
  readonly #ahead: TreeAhead;
  readonly #signal: AbortSignal | undefined;
  /** Folders without any match. Where the path counts, the same tree elsewhere is another folder. */
  readonly #barren = new Set<string>();

  constructor(matcher: FindMatcher, trees: TreeReader, signal: AbortSignal | undefined) {
    this.#matcher = matcher;
    this.#ahead = new TreeAhead(trees, signal);
    this.#signal = signal;
  }

  async *searchSnapshot(snapshot: StoredSnapshot): AsyncGenerator<FoundNode, void, undefined> {
    const stack: Frame[] = [];
    const root = await this.#open(snapshot.tree, ROOT_PATH, this.#matcher.root());
    if (root) stack.push(root);
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const node = frame.nodes[frame.next++];
      if (node === undefined) {
        stack.pop();
        this.#leave(frame, stack.at(-1));
        continue;
      }
      const path = childPath(frame.path, node);
      if (this.#matcher.matches(frame.state, node)) {
        frame.found = true;
        yield { snapshot, path, node };
      }
      if (node.type !== 'dir' || node.subtree === undefined) continue;
      const state = this.#matcher.enter(frame.state, node);
      if (!this.#matcher.mayMatchBelow(state)) continue;
      const below = await this.#open(node.subtree, path, state);
      if (below) stack.push(below);
    }
  }

  async #open(treeId: BlobId, path: RawPath, state: FolderState): Promise<Frame | undefined> {
    throwIfAborted(this.#signal);
    const key = this.#matcher.nameOnly ? treeId + stateKey(state) : treeId + byteString(path);
    if (this.#barren.has(key)) return undefined;
    const nodes = await this.#ahead.take(treeId);
    const folders = nodes.flatMap(({ subtree }) => subtree ?? []);
    if (this.#matcher.mayMatchBelow(state)) this.#ahead.expect(folders.slice(0, 2));
    return { key, path, state, nodes, next: 0, found: false };
  }

  #leave(frame: Frame, parent: Frame | undefined): void {
    if (!frame.found) this.#barren.add(frame.key);
    else if (parent) parent.found = true;
  }
}

/** Below a matching folder everything matches, which the name of a tree does not tell. */
function stateKey(state: FolderState): string {
  return state.map((part) => part.join('')).join('.');
}
