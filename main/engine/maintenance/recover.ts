import { hostname, userInfo } from 'node:os';
import { isEngineError } from '../base/errors.ts';
import { shortId, type BlobId, type SnapshotId } from '../base/ids.ts';
import { ProgressThrottle, type OperationOptions } from '../base/progress.ts';
import { localNow } from '../base/rfc3339.ts';
import { throwIfAborted } from '../base/abort.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import { BlobReader } from '../repository/blob-reader.ts';
import { loadIndex } from '../repository/load-index.ts';
import type { Repository } from '../repository/repository.ts';
import { GO_MODE } from '../snapshot/go-mode.ts';
import { compareNodeNames, makeNode } from '../snapshot/node.ts';
import { listSnapshots, saveSnapshot } from '../snapshot/snapshot-store.ts';
import { encodeTree } from '../snapshot/tree-encoder.ts';
import { TreeReader } from '../snapshot/tree-reader.ts';
import { BlobWriter } from './blob-writer.ts';
import { underLock, type LockChoice } from './operation-lock.ts';

const RECOVERED_PATH = '/recover';
const RECOVERED_TAG = 'recovered';

export interface RecoverOptions extends OperationOptions {
  readonly lock?: LockChoice;
  /** Looks, and writes nothing. */
  readonly dryRun?: boolean;
  readonly programVersion?: string;
}

export interface RecoverResult {
  /** Trees that no snapshot and no folder refers to. */
  readonly roots: readonly BlobId[];
  /** Undefined when there was nothing to recover, and in a dry run. */
  readonly snapshotId: SnapshotId | undefined;
}

/**
 * Makes a snapshot of `/recover` with a folder for every root tree that no snapshot refers to, named by the beginning of its
 * id: what a snapshot forgotten by mistake held, as long as nobody pruned. Only what an index names is found; repair the
 * index first where it may be incomplete. A snapshot that can't be read counts as gone: its tree is recovered.
 */
export function recoverTrees(repository: Repository, options: RecoverOptions = {}): Promise<RecoverResult> {
  const lock = options.dryRun === true ? 'none' : options.lock;
  return underLock(repository, 'exclusive', lock, options.signal, async (signal) => {
    const under = { ...options, ...(signal ? { signal } : {}) };
    const referenced = new Set<BlobId>();
    const onDamaged = (id: SnapshotId, error: Error) => warn(under, `snapshot ${id}`, error.message);
    const snapshots = await listSnapshots(repository, { ...(signal ? { signal } : {}), onDamaged });
    for (const { tree } of snapshots) referenced.add(tree);
    const index = await loadIndex(repository, under);
    const roots = await findRoots(repository, index, referenced, under);
    if (roots.length === 0 || options.dryRun === true) return { roots, snapshotId: undefined };
    return { roots, snapshotId: await saveRecovered(repository, index, roots, under) };
  });
}

async function findRoots(
  repository: Repository,
  index: RepositoryIndex,
  referenced: Set<BlobId>,
  options: RecoverOptions,
): Promise<BlobId[]> {
  const trees = new TreeReader(new BlobReader(repository, index));
  const ids = treeIds(index);
  const progress = new ProgressThrottle(options.onProgress);
  const readable: BlobId[] = [];
  let itemsDone = 0;
  const report = () => ({ phase: 'recover', filesDone: 0, bytesDone: 0, itemsDone, totalItems: ids.length });
  for (const id of ids) {
    throwIfAborted(options.signal);
    try {
      for await (const { type, subtree } of trees.nodes(id, options.signal)) {
        if (type === 'dir' && subtree !== undefined) referenced.add(subtree);
      }
      readable.push(id);
    } catch (error) {
      if (!isEngineError(error, 'corrupt')) throw error;
      warn(options, `tree ${id}`, error.message);
    }
    itemsDone++;
    progress.update(report);
  }
  progress.flush(report());
  return readable.filter((id) => !referenced.has(id)).sort();
}

function treeIds(index: RepositoryIndex): BlobId[] {
  const { table } = index;
  const ids: BlobId[] = [];
  for (let entry = 0; entry < table.entryCount; entry++) {
    const isTree = table.isStored(entry) && table.primary(entry) === entry && table.type(entry) === 'tree';
    if (isTree) ids.push(table.idHex(entry));
  }
  return ids;
}

async function saveRecovered(
  repository: Repository,
  index: RepositoryIndex,
  roots: readonly BlobId[],
  options: RecoverOptions,
): Promise<SnapshotId> {
  const now = localNow();
  const mode = GO_MODE.dir + 0o755;
  const nodes = folderNames(roots).map(([name, subtree]) => {
    return makeNode({ name, type: 'dir', mode, mtime: now, atime: now, ctime: now, subtree });
  });
  const blobs = await BlobWriter.open(repository, index);
  const tree = blobs.add('tree', encodeTree(nodes.sort(compareNodeNames)));
  throwIfAborted(options.signal);
  await blobs.flush();
  const user = userInfo();
  return saveSnapshot(
    repository,
    {
      time: now,
      tree,
      paths: [RECOVERED_PATH],
      hostname: hostname(),
      username: user.username,
      // -1 on Windows, which has none.
      uid: Math.max(0, user.uid),
      gid: Math.max(0, user.gid),
      excludes: [],
      tags: [RECOVERED_TAG],
      ...(options.programVersion === undefined ? {} : { programVersion: options.programVersion }),
    },
    options.signal,
  );
}

/** The short id, and all of it where two trees share that. */
function folderNames(roots: readonly BlobId[]): [name: string, id: BlobId][] {
  const uses = new Map<string, number>();
  for (const id of roots) uses.set(shortId(id), (uses.get(shortId(id)) ?? 0) + 1);
  return roots.map((id) => [uses.get(shortId(id)) === 1 ? shortId(id) : id, id]);
}

function warn({ onWarning }: OperationOptions, item: string, message: string): void {
  onWarning?.({ item, message, during: 'recover' });
}
