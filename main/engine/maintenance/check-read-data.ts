import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfAborted } from '../base/abort.ts';
import { isEngineError } from '../base/errors.ts';
import { ProgressThrottle, type OperationOptions } from '../base/progress.ts';
import type { WorkerTasks } from '../base/worker-tasks.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import { PackReader } from '../pack/pack-reader.ts';
import type { Repository } from '../repository/repository.ts';
import type { CheckReport } from './check-findings.ts';
import { selectPacks, type ReadSubset } from './check-subset.ts';
import type { PackListing } from './check-structure.ts';
import type { HashedPacks } from './hashed-packs.ts';
import { PackChecker, type CheckTask, type PackCheckReply, type PackCheckTask } from './pack-check.ts';
import { PackClaims } from './pack-claims.ts';
import { packSource, transferOf } from './pack-source.ts';

export type CheckWorkers = WorkerTasks<CheckTask, PackCheckReply>;

/** Which packs are read, and by whom. */
export interface PackReading {
  readonly subset: ReadSubset;
  readonly workers: CheckWorkers;
  /** Stopped when reading begins. */
  readonly hashed: HashedPacks;
  /**
   * This thread reads too when it has nothing else to do: a thread less is started then, which takes as long as reading four packs. Only
   * where packs are files: what has to be fetched needs this thread.
   */
  readonly readsHere: boolean;
}

/** Two a worker, so that none waits for its next pack. */
const PACKS_A_WORKER = 2;
/** Larger packs would keep this thread from anything else for too long, an interruption for one. */
const MAX_BYTES_HERE = 64 * 1024 * 1024;

type PackToRead = {
  readonly pack: number;
  readonly sizeBytes: number;
  /** Among the packs of the run, in PackClaims. */
  readonly place: number;
};
type CheckOne = (task: PackCheckTask, transfer: ArrayBuffer[]) => Promise<PackCheckReply>;

/**
 * Lets the workers read all packs of the subset that are there (repository-format, section 17, point 4). `free` resolves when this
 * thread has nothing else to do; it is asked before each pack.
 */
export async function readPacks(
  repository: Repository,
  index: RepositoryIndex,
  listing: PackListing,
  reading: PackReading,
  report: CheckReport,
  free: () => Promise<void>,
  options: OperationOptions,
): Promise<{ readPacks: number; readBytes: number }> {
  const { workers, hashed, subset, readsHere } = reading;
  const packs = packsToRead(index, listing, subset);
  hashed.stop();
  const progress = new ProgressThrottle(options.onProgress);
  const done = { readPacks: 0, readBytes: 0 };
  const totalBytes = packs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const event = () => ({
    phase: 'read-data',
    filesDone: 0,
    bytesDone: done.readBytes,
    totalBytes,
    itemsDone: done.readPacks,
    totalItems: packs.length,
    errors: report.errors.count,
  });
  const queue = dearestFirst(index, packs).map((pack, place): PackToRead => ({ ...pack, place }));
  const claims = new PackClaims(queue.length);
  const given: PackToRead[] = [];
  let failed = false;
  const readSome = async (next: () => PackToRead | undefined | Promise<PackToRead | undefined>, checkOne: CheckOne) => {
    try {
      for (let taken = await next(); taken !== undefined && !failed; taken = await next()) {
        throwIfAborted(options.signal);
        const isRead = await readPack(repository, index, taken, claims, hashed, checkOne, report, options.signal);
        if (!isRead) continue;
        done.readPacks++;
        done.readBytes += taken.sizeBytes;
        progress.update(event);
      }
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const nextForWorker = () => {
    const next = queue.shift();
    if (next) given.push(next);
    return next;
  };
  const inWorker = () => readSome(nextForWorker, (task, transfer) => workers.run(task, transfer));
  const readers = Array.from({ length: workers.size * PACKS_A_WORKER }, inWorker);
  if (readsHere) {
    const nextHere = async () => {
      await free();
      const isSmall = ({ sizeBytes }: PackToRead) => sizeBytes <= MAX_BYTES_HERE;
      const at = queue.findIndex(isSmall);
      // When none is left, one that waits behind another in a worker.
      return at >= 0 ? queue.splice(at, 1)[0] : given.findLast((pack) => isSmall(pack) && !claims.isTaken(pack.place));
    };
    readers.push(readSome(nextHere, checkerHere(repository)));
  }
  await Promise.all(readers);
  progress.flush(event());
  return done;
}

/** Each pack in a turn of its own: what else this thread has to do comes in between. */
function checkerHere(repository: Repository): CheckOne {
  let checker: PackChecker | undefined;
  return async (task) => {
    await nextTurn();
    checker ??= new PackChecker(repository.masterKey, new PackReader());
    return checker.check(task);
  };
}

function packsToRead(index: RepositoryIndex, listing: PackListing, subset: ReadSubset) {
  const packs: { pack: number; idByte: number; sizeBytes: number }[] = [];
  for (let pack = 0; pack < index.packCount; pack++) {
    const sizeBytes = listing.sizesBytes[pack] ?? -1;
    if (sizeBytes >= 0) packs.push({ pack, idByte: parseInt(index.packId(pack).slice(0, 2), 16), sizeBytes });
  }
  return selectPacks(packs, subset);
}

/** Packs that take longest first: so that no worker is left with one of them when the others have nothing to do any more. */
function dearestFirst<Pack extends { readonly pack: number; readonly sizeBytes: number }>(
  index: RepositoryIndex,
  packs: readonly Pack[],
): Pack[] {
  const { table } = index;
  const costs = packs.map(({ pack, sizeBytes }) => {
    const entries = index.packEntries(pack);
    let cost = sizeBytes;
    for (let i = 0; i < entries.count; i++) cost += table.plainLength(entries.at(i));
    return cost;
  });
  const order = [...packs.keys()].sort((a, b) => (costs[b] ?? 0) - (costs[a] ?? 0));
  return order.flatMap((i) => packs[i] ?? []);
}

/** False when somebody else has taken the pack. */
async function readPack(
  repository: Repository,
  index: RepositoryIndex,
  { pack, place }: PackToRead,
  claims: PackClaims,
  hashed: HashedPacks,
  checkOne: CheckOne,
  report: CheckReport,
  signal?: AbortSignal,
): Promise<boolean> {
  const packId = index.packId(pack);
  const listed = index.packEntries(pack);
  const entries = Uint32Array.from({ length: listed.count }, (_, i) => listed.at(i));
  let reply: PackCheckReply;
  try {
    const source = await packSource(repository.backend, packId, 'all', signal);
    const [key, table] = [repository.masterKey, index.table.shared];
    const isHashed = hashed.has(packId);
    const claim = { claims: claims.shared, place };
    const task = { kind: 'check', key, packId, source, table, entries, isHashed, ...claim } as const;
    reply = await checkOne(task, [...transferOf(source), entries.buffer]);
  } catch (error) {
    if (!isEngineError(error) || error.code === 'cancelled' || error.code === 'internal') throw error;
    reply = { readBytes: 0, packDefects: [error.message], badEntries: [...entries], blobDefects: [] };
  }
  if (reply.isSkipped === true) return false;
  if (reply.packDefects.length + reply.badEntries.length === 0) return true;
  report.brokenPacks.add(packId);
  for (const defect of reply.packDefects) report.error('pack_damaged', `Pack ${packId}: ${defect}`, { packId });
  reply.badEntries.forEach((entry, i) => {
    report.badEntries.add(entry);
    const defect = reply.blobDefects[i];
    if (defect === undefined) return;
    const blobId = index.table.idHex(entry);
    const what = `Pack ${packId}: the ${index.table.type(entry)} blob ${blobId} is damaged: ${defect}`;
    report.error('blob_damaged', what, { packId, blobId });
  });
  return true;
}
