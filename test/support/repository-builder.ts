import type { Backend } from '../../main/engine/backend/backend.ts';
import { MemoryBackend } from '../../main/engine/backend/memory-backend.ts';
import type { SnapshotId } from '../../main/engine/base/ids.ts';
import { checkTime } from '../../main/engine/base/rfc3339.ts';
import { TEST_SCRYPT } from '../../main/engine/crypto/key-file.ts';
import type { RepositoryIndex } from '../../main/engine/index/repository-index.ts';
import { BlobWriter } from '../../main/engine/maintenance/blob-writer.ts';
import { loadIndex } from '../../main/engine/repository/load-index.ts';
import { Repository } from '../../main/engine/repository/repository.ts';
import { GO_MODE } from '../../main/engine/snapshot/go-mode.ts';
import { compareNodeNames, makeNode, type Node } from '../../main/engine/snapshot/node.ts';
import { saveSnapshot } from '../../main/engine/snapshot/snapshot-store.ts';
import type { Snapshot } from '../../main/engine/snapshot/snapshot.ts';
import { encodeTree } from '../../main/engine/snapshot/tree-encoder.ts';
import { makeSnapshot } from './snapshots.ts';

const TIME = checkTime('2026-01-02T03:04:05.000000006Z');
const TIMES = { mtime: TIME, atime: TIME, ctime: TIME };

/** Makes snapshots of files that exist nowhere but in memory, cut into chunks as a test wants them. */
export class RepositoryBuilder {
  readonly repository: Repository;
  readonly index: RepositoryIndex;
  readonly #blobs: BlobWriter;

  private constructor(repository: Repository, index: RepositoryIndex, blobs: BlobWriter) {
    this.repository = repository;
    this.index = index;
    this.#blobs = blobs;
  }

  static async create(
    options: { backend?: Backend; version?: 1 | 2; polynomial?: bigint } = {},
  ): Promise<RepositoryBuilder> {
    const backend = options.backend ?? new MemoryBackend();
    const repository = await Repository.init(backend, {
      password: 'password',
      scrypt: TEST_SCRYPT,
      version: options.version ?? 2,
      ...(options.polynomial === undefined ? {} : { chunkerPolynomial: options.polynomial }),
    });
    return RepositoryBuilder.over(repository);
  }

  static async over(repository: Repository): Promise<RepositoryBuilder> {
    const index = await loadIndex(repository);
    return new RepositoryBuilder(repository, index, await BlobWriter.open(repository, index));
  }

  file(name: string, chunks: readonly Uint8Array[], fields: Partial<Node> = {}): Node {
    const content = chunks.map((chunk) => this.#blobs.add('data', chunk));
    const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    return makeNode({ name, type: 'file', mode: 0o644, links: 1, ...TIMES, size, content, ...fields });
  }

  /** Nodes may come in any order. */
  folder(name: string, nodes: readonly Node[], fields: Partial<Node> = {}): Node {
    const subtree = this.#blobs.add('tree', encodeTree([...nodes].sort(compareNodeNames)));
    return makeNode({ name, type: 'dir', mode: GO_MODE.dir + 0o755, ...TIMES, subtree, ...fields });
  }

  link(name: string, linkTarget: string, fields: Partial<Node> = {}): Node {
    return makeNode({
      name,
      type: 'symlink',
      mode: GO_MODE.symlink + 0o777,
      ...TIMES,
      linkTarget,
      links: 1,
      ...fields,
    });
  }

  /** A folder's tree as it stands, canonical or not. */
  rawFolder(name: string, tree: Uint8Array): Node {
    const subtree = this.#blobs.add('tree', tree);
    return makeNode({ name, type: 'dir', mode: GO_MODE.dir + 0o755, ...TIMES, subtree });
  }

  async snapshot(root: readonly Node[], fields: Partial<Snapshot> = {}): Promise<SnapshotId> {
    const { subtree } = this.folder('root', root);
    if (!subtree) throw new Error('A folder without a tree.');
    await this.#blobs.flush();
    const { id: _id, ...snapshot } = makeSnapshot('2026-01-02T03:04:05Z', { tree: subtree, ...fields });
    return saveSnapshot(this.repository, snapshot);
  }
}
