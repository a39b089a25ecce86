import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { throwIfAborted } from '../base/abort.ts';
import { isEngineError } from '../base/errors.ts';
import { ProgressThrottle, type OperationOptions } from '../base/progress.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import { BlobReader } from '../repository/blob-reader.ts';
import type { Repository } from '../repository/repository.ts';
import type { StoredSnapshot } from '../snapshot/snapshot.ts';
import { TreeFollower } from './follow-trees.ts';
import type { MarkTask, TreePack } from './mark-task.ts';
import { Marking } from './shared-marking.ts';
import { packEndOf, repositoryTrees } from './tree-blobs.ts';
import { TreeBlocks } from './tree-blocks.ts';

/** Threads that can take part. */
export interface MarkingThreads {
  /** How many there are. */
  readonly size: number;
  /** Resolves when the thread's part is over; rejects when it can't take part. */
  mark(task: MarkTask): Promise<void>;
}

/** Other work of this thread waits no longer than about this. */
const TURN_MS = 8;

/**
 * Marks what the snapshots need, with all threads. Undefined where that can't be done, or where anything at all is out of order:
 * then one thread does it alone, and finds the words. Errors: `cancelled`.
 */
export async function markTogether(
  repository: Repository,
  index: RepositoryIndex,
  snapshots: readonly StoredSnapshot[],
  threads: MarkingThreads,
  options: OperationOptions,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const packs = treePacks(repository, index);
  if (!packs) return undefined;
  const helpers = Math.max(1, threads.size - 1);
  const shared = Marking.create(index.table.entryCount, helpers + 1);
  const marking = new Marking(shared, 0);
  const helping = Promise.all(
    Array.from({ length: helpers }, (_, helper) => {
      const parts = { key: repository.masterKey, table: index.table.shared, marking: shared, packs };
      return threads.mark({ kind: 'mark', ...parts, queue: helper + 1 }).catch(() => marking.stop());
    }),
  );
  try {
    await followAll(repository, index, snapshots, marking, options);
  } catch (error) {
    if (!isEngineError(error) || error.code === 'cancelled' || error.code === 'internal') throw error;
    return undefined;
  } finally {
    // Also where all is followed: then the others have nothing to do any more. None may still be at it when the next work begins.
    if (!marking.isDone) marking.stop();
    await helping;
  }
  return marking.isStopped ? undefined : marking.marks();
}

async function followAll(
  repository: Repository,
  index: RepositoryIndex,
  snapshots: readonly StoredSnapshot[],
  marking: Marking,
  { signal, onProgress }: OperationOptions,
): Promise<void> {
  const blobs = new BlobReader(repository, index);
  const readLarge = (entry: number) => blobs.read('tree', index.table.idHex(entry), signal);
  const blocks = new TreeBlocks(repositoryTrees(repository, index));
  const follower = new TreeFollower(marking, index.table, blocks, readLarge);
  const progress = new ProgressThrottle(onProgress);
  let begun = 0;
  let isClosed = false;
  const event = (done: number) => ({
    phase: 'mark-used',
    filesDone: 0,
    bytesDone: 0,
    itemsDone: done,
    totalItems: snapshots.length,
  });
  let turnStartMs = performance.now();
  while (!marking.isStopped) {
    throwIfAborted(signal);
    if (!(await follower.follow(signal))) {
      // The next snapshot is begun when this thread has nothing to do, so that the queues stay short.
      const root = snapshots[begun];
      if (root) {
        begun++;
        progress.update(() => event(begun - 1));
        offerRoot(index, root, marking);
      } else if (!isClosed) {
        isClosed = true;
        marking.close();
      } else if (marking.isDone) break;
      else await sleep(1);
    }
    if (performance.now() - turnStartMs < TURN_MS) continue;
    await nextTurn();
    turnStartMs = performance.now();
  }
  if (!marking.isStopped) progress.flush(event(snapshots.length));
}

function offerRoot(index: RepositoryIndex, { tree }: StoredSnapshot, marking: Marking): void {
  const entry = index.table.findHex('tree', tree);
  if (entry >= 0 && index.table.isStored(entry)) marking.offerTree(entry);
  else marking.stop();
}

/** Undefined where threads can't read packs by themselves. */
function treePacks(repository: Repository, index: RepositoryIndex): TreePack[] | undefined {
  const { table } = index;
  const numbers = new Set<number>();
  for (let entry = 0; entry < table.entryCount; entry++) {
    if (table.isStored(entry) && table.typeCode(entry) === 1) numbers.add(table.pack(entry));
  }
  const packs: TreePack[] = [];
  for (const pack of numbers) {
    const path = repository.backend.localPath(repository.packRef(index.packId(pack)));
    if (path === undefined) return undefined;
    packs.push({ pack, path, endBytes: packEndOf(index, pack) });
  }
  return packs;
}
