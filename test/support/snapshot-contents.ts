import { createHash } from 'node:crypto';
import type { BlobId, SnapshotId } from '../../main/engine/base/ids.ts';
import { BlobReader } from '../../main/engine/repository/blob-reader.ts';
import { loadIndex } from '../../main/engine/repository/load-index.ts';
import type { Repository } from '../../main/engine/repository/repository.ts';
import { nodeNameBytes } from '../../main/engine/snapshot/node.ts';
import { listSnapshots } from '../../main/engine/snapshot/snapshot-store.ts';
import { TreeReader } from '../../main/engine/snapshot/tree-reader.ts';

/** One line for each entry: all that a restore would bring back. */
export type SnapshotContents = readonly string[];

/**
 * What every snapshot holds, read blob by blob with nothing of the restorer or of check in between. Throws where anything
 * is missing or damaged.
 */
export async function snapshotContents(repository: Repository): Promise<Map<SnapshotId, SnapshotContents>> {
  const snapshots = await listSnapshots(repository);
  const reader = new SnapshotReader(new BlobReader(repository, await loadIndex(repository)));
  const contents = new Map<SnapshotId, SnapshotContents>();
  for (const { id, tree } of snapshots) contents.set(id, await reader.readTree(tree, ''));
  return contents;
}

class SnapshotReader {
  readonly #blobs: BlobReader;
  readonly #trees: TreeReader;
  readonly #hashes = new Map<string, string>();

  constructor(blobs: BlobReader) {
    this.#blobs = blobs;
    this.#trees = new TreeReader(blobs);
  }

  async readTree(treeId: BlobId, folder: string): Promise<string[]> {
    const lines: string[] = [];
    for (const node of await this.#trees.read(treeId)) {
      const path = `${folder}/${nodeNameBytes(node).toString('latin1')}`;
      const hash = node.content ? await this.#hash(node.content) : '';
      lines.push(
        [path, node.type, node.mode, node.mtime, node.uid, node.gid, node.size, node.linkTarget, hash].join(' '),
      );
      if (node.subtree) lines.push(...(await this.readTree(node.subtree, path)));
    }
    return lines;
  }

  async #hash(content: readonly BlobId[]): Promise<string> {
    const key = content.join();
    const known = this.#hashes.get(key);
    if (known !== undefined) return known;
    const hash = createHash('sha256');
    for (const id of content) hash.update(await this.#blobs.read('data', id));
    const digest = hash.digest('hex');
    this.#hashes.set(key, digest);
    return digest;
  }
}
