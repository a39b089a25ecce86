import { hash } from 'node:crypto';
import { EngineError } from '../base/errors.ts';
import type { BlobId } from '../base/ids.ts';
import { ProgressThrottle, type OperationOptions } from '../base/progress.ts';
import { byteString } from '../base/raw-path.ts';
import { SEAL_OVERHEAD } from '../crypto/sealer.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import { BlobReader } from '../repository/blob-reader.ts';
import { loadIndex } from '../repository/load-index.ts';
import type { Repository } from '../repository/repository.ts';
import type { StoredSnapshot } from '../snapshot/snapshot.ts';
import { TreeReader } from '../snapshot/tree-reader.ts';
import { underLock, type LockChoice } from './operation-lock.ts';
import { selectSnapshots, type SnapshotSelection } from './select-snapshots.ts';
import { walkSnapshot, type WalkedNode } from './snapshot-walk.ts';
import { TreeWalk } from './tree-walk.ts';

/**
 * `restore-size`: what a restore of each snapshot writes; `files-by-contents`: files with the same content count once;
 * `blobs-per-file`: each file's blobs, by path; `raw-data`: what lies in the packs.
 */
export type StatsMode = 'restore-size' | 'files-by-contents' | 'blobs-per-file' | 'raw-data';

export interface StatsOptions extends OperationOptions, SnapshotSelection {
  readonly mode?: StatsMode;
  readonly lock?: LockChoice;
}

/** restic's numbers, in bytes; its field names are in `statsJson`. */
export interface StatsResult {
  readonly snapshotsCount: number;
  readonly totalSize: number;
  /** Folders and other entries count as well, as in restic. */
  readonly totalFileCount: number;
  readonly totalBlobCount: number;
  /** The rest is there in mode `raw-data` of a version 2 repository only. */
  readonly totalUncompressedSize?: number;
  /** Plaintext size to stored size, of the compressed blobs. */
  readonly compressionRatio?: number;
  /** How much of the data is in compressed blobs, in percent. */
  readonly compressionProgress?: number;
  /** In percent of the uncompressed size. */
  readonly compressionSpaceSaving?: number;
}

/** Errors: `snapshot_not_found`, `corrupt`, `blob_not_found`. */
export function repositoryStats(repository: Repository, options: StatsOptions = {}): Promise<StatsResult> {
  return underLock(repository, 'shared', options.lock, options.signal, async (signal) => {
    const snapshots = await selectSnapshots(repository, options, signal);
    const loading = { ...options, ...(signal ? { signal } : {}) };
    const index = await loadIndex(repository, loading);
    if (options.mode === 'raw-data') return rawDataStats(repository, index, snapshots, loading);
    const counter = makeCounter(options.mode ?? 'restore-size', index);
    const trees = new TreeReader(new BlobReader(repository, index));
    const progress = new ProgressThrottle(options.onProgress);
    let filesDone = 0;
    let itemsDone = 0;
    const report = () => ({
      phase: 'stats',
      filesDone,
      bytesDone: counter.totalSize,
      itemsDone,
      totalItems: snapshots.length,
    });
    for (const snapshot of snapshots) {
      counter.startSnapshot();
      for await (const walked of walkSnapshot(trees, snapshot.tree, { signal })) {
        counter.add(walked);
        filesDone++;
        progress.update(report);
      }
      itemsDone++;
    }
    progress.flush(report());
    const { totalSize, totalFileCount, totalBlobCount } = counter;
    return { snapshotsCount: snapshots.length, totalSize, totalFileCount, totalBlobCount };
  });
}

interface Counter {
  readonly totalSize: number;
  readonly totalFileCount: number;
  readonly totalBlobCount: number;
  startSnapshot(): void;
  add(walked: WalkedNode): void;
}

function makeCounter(mode: Exclude<StatsMode, 'raw-data'>, index: RepositoryIndex): Counter {
  if (mode === 'restore-size') return new RestoreSizeCounter();
  return mode === 'files-by-contents' ? new ContentsCounter() : new BlobsPerFileCounter(index);
}

class RestoreSizeCounter implements Counter {
  totalSize = 0;
  totalFileCount = 0;
  readonly totalBlobCount = 0;
  readonly #linked = new Set<string>();

  startSnapshot(): void {
    this.#linked.clear();
  }

  add({ node }: WalkedNode): void {
    this.totalFileCount++;
    if (node.links !== 1 && node.type !== 'dir' && node.inode !== 0) {
      const key = `${node.deviceId}:${node.inode}`;
      if (this.#linked.has(key)) return;
      this.#linked.add(key);
    }
    this.totalSize += Number(node.size);
  }
}

/** Each sequence of chunks once. Everything without content is one and the same "file", as in restic. */
class SeenContents {
  readonly #seen = new Set<string>();

  /** True for a content that was not there before. */
  add(content: readonly BlobId[] | null): boolean {
    const ids = content ?? [];
    const key = ids.length === 1 ? (ids[0] ?? '') : hash('sha256', ids.join(''), 'base64');
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }
}

class ContentsCounter implements Counter {
  totalSize = 0;
  totalFileCount = 0;
  readonly totalBlobCount = 0;
  readonly #seen = new SeenContents();

  startSnapshot(): void {}

  add({ node }: WalkedNode): void {
    if (!this.#seen.add(node.content)) return;
    this.totalSize += Number(node.size);
    this.totalFileCount++;
  }
}

class BlobsPerFileCounter implements Counter {
  totalSize = 0;
  totalFileCount = 0;
  totalBlobCount = 0;
  readonly #index: RepositoryIndex;
  readonly #seen = new SeenContents();
  /** Blobs already counted for a path, by their entries in the index. */
  readonly #blobsOf = new Map<string, Set<number>>();

  constructor(index: RepositoryIndex) {
    this.#index = index;
  }

  startSnapshot(): void {}

  add({ path, node, parentTree }: WalkedNode): void {
    if (node.content === null || node.content.length === 0 || !this.#seen.add(node.content)) return;
    const key = byteString(path);
    let counted = this.#blobsOf.get(key);
    if (counted === undefined) {
      counted = new Set();
      this.#blobsOf.set(key, counted);
      this.totalFileCount++;
    }
    const { table } = this.#index;
    for (const id of node.content) {
      const entry = table.findHex('data', id);
      if (entry < 0) throw missingBlob(id, parentTree);
      if (counted.has(entry)) continue;
      counted.add(entry);
      this.totalSize += table.plainLength(entry);
      this.totalBlobCount++;
    }
  }
}

async function rawDataStats(
  repository: Repository,
  index: RepositoryIndex,
  snapshots: readonly StoredSnapshot[],
  { signal, onProgress }: OperationOptions,
): Promise<StatsResult> {
  const walk = new TreeWalk(repository, index, {
    unreadable: (_entry, error) => {
      throw error;
    },
    missingTree: (id, parent) => {
      throw missingBlob(id, index.table.idHex(parent));
    },
    missingBlob: (id, parent) => {
      throw missingBlob(id, index.table.idHex(parent));
    },
  });
  const progress = new ProgressThrottle(onProgress);
  let itemsDone = 0;
  for (const { tree } of snapshots) {
    if (!(await walk.walk(tree, signal))) throw missingBlob(tree, undefined);
    itemsDone++;
    progress.update(() => ({ phase: 'stats', filesDone: 0, bytesDone: 0, itemsDone, totalItems: snapshots.length }));
  }
  return { snapshotsCount: snapshots.length, ...sumBlobs(index, walk.marks, repository.config.version) };
}

function sumBlobs(index: RepositoryIndex, marks: Uint8Array, version: 1 | 2): Omit<StatsResult, 'snapshotsCount'> {
  const { table } = index;
  let totalBlobCount = 0;
  let totalSize = 0;
  let uncompressed = 0;
  let compressedStored = 0;
  let compressedPlain = 0;
  for (let entry = 0; entry < marks.length; entry++) {
    if (marks[entry] === 0) continue;
    const plain = table.plainLength(entry) + SEAL_OVERHEAD;
    totalBlobCount++;
    totalSize += table.length(entry);
    uncompressed += plain;
    if (table.uncompressedLength(entry) === 0) continue;
    compressedStored += table.length(entry);
    compressedPlain += plain;
  }
  const counts = { totalSize, totalBlobCount, totalFileCount: 0 };
  if (version < 2) return counts;
  return {
    ...counts,
    totalUncompressedSize: uncompressed,
    compressionRatio: compressedStored > 0 ? compressedPlain / compressedStored : 0,
    compressionProgress: uncompressed > 0 ? (compressedPlain / uncompressed) * 100 : 0,
    compressionSpaceSaving: uncompressed > 0 ? (1 - totalSize / uncompressed) * 100 : 0,
  };
}

function missingBlob(id: BlobId, parent: BlobId | undefined): EngineError {
  const where = parent === undefined ? 'a snapshot' : `tree ${parent}`;
  return new EngineError('blob_not_found', `The blob ${id}, which ${where} needs, is in no index.`, {
    context: { blobId: id, parentTree: parent },
  });
}
