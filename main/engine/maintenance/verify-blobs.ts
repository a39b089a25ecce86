import { throwIfAborted } from '../base/abort.ts';
import { isEngineError } from '../base/errors.ts';
import { ProgressThrottle, type OperationOptions } from '../base/progress.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import type { Repository } from '../repository/repository.ts';
import type { CheckWorkers } from './check-read-data.ts';
import type { PackCheckReply } from './pack-check.ts';
import { packSource, transferOf } from './pack-source.ts';

/** Two a worker, so that none waits for its next pack. */
const PACKS_A_WORKER = 2;

/** Blobs of one pack that are to be read. */
export interface WantedBlobs {
  readonly pack: number;
  readonly entries: Uint32Array<ArrayBuffer>;
}

export interface BlobVerdicts {
  readonly readBytes: number;
  /** Entries of the blob table that can't be used, with the reason. */
  readonly bad: ReadonlyMap<number, string>;
}

/** Lets the workers read, decrypt, decompress and hash blobs, pack by pack. */
export async function verifyBlobs(
  repository: Repository,
  index: RepositoryIndex,
  wanted: readonly WantedBlobs[],
  workers: CheckWorkers,
  options: OperationOptions,
): Promise<BlobVerdicts> {
  const progress = new ProgressThrottle(options.onProgress);
  const bad = new Map<number, string>();
  const totalBytes = wanted.reduce((sum, { entries }) => sum + storedBytes(index, entries), 0);
  const done = { bytes: 0, readBytes: 0, packs: 0 };
  const event = () => ({
    phase: 'read-data',
    filesDone: 0,
    bytesDone: done.bytes,
    totalBytes,
    itemsDone: done.packs,
    totalItems: wanted.length,
    errors: bad.size,
  });
  const queue = wanted.values();
  let failed = false;
  const readSome = async () => {
    try {
      for (const { pack, entries } of queue) {
        if (failed) return;
        throwIfAborted(options.signal);
        const bytes = storedBytes(index, entries);
        const reply = await readPack(repository, index, pack, entries, workers, options.signal);
        reply.badEntries.forEach((entry, i) => bad.set(entry, reply.blobDefects[i] ?? 'it cannot be read'));
        done.bytes += bytes;
        done.readBytes += reply.readBytes;
        done.packs++;
        progress.update(event);
      }
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: workers.size * PACKS_A_WORKER }, readSome));
  throwIfAborted(options.signal);
  progress.flush(event());
  return { readBytes: done.readBytes, bad };
}

function storedBytes({ table }: RepositoryIndex, entries: Uint32Array): number {
  let bytes = 0;
  for (const entry of entries) bytes += table.length(entry);
  return bytes;
}

async function readPack(
  repository: Repository,
  index: RepositoryIndex,
  pack: number,
  entries: Uint32Array<ArrayBuffer>,
  workers: CheckWorkers,
  signal: AbortSignal | undefined,
): Promise<PackCheckReply> {
  const packId = index.packId(pack);
  const { table } = index;
  const ranges = () =>
    Array.from(entries, (entry) => ({ offset: table.offset(entry), length: table.length(entry) })).sort(
      (a, b) => a.offset - b.offset,
    );
  try {
    const source = await packSource(repository.backend, packId, ranges, signal);
    const task = { kind: 'blobs', key: repository.masterKey, packId, source, table: table.shared, entries } as const;
    return await workers.run(task, transferOf(source));
  } catch (error) {
    if (!isEngineError(error) || error.code === 'cancelled' || error.code === 'internal') throw error;
    const blobDefects = Array.from(entries, () => error.message);
    return { readBytes: 0, packDefects: [], badEntries: [...entries], blobDefects };
  }
}
