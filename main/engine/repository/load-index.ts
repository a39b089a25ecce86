import { throwIfAborted } from '../base/abort.ts';
import { EngineError, isEngineError } from '../base/errors.ts';
import type { IndexId } from '../base/ids.ts';
import { ProgressThrottle, type OperationOptions } from '../base/progress.ts';
import { BlobTable } from '../index/blob-table.ts';
import { IndexDecoder } from '../index/index-file.ts';
import { RepositoryIndex } from '../index/repository-index.ts';
import type { Repository } from './repository.ts';

/** Files on their way at once: enough to hide a network's latency, few enough to hold only some 10 MiB of JSON. */
const PARALLEL_READS = 4;

/** Stored bytes a blob takes in an index file: mostly its id, which does not compress, as bytes (v2) or as text (v1). */
const STORED_BYTES_A_BLOB = { 1: 120, 2: 40 } as const;

export interface LoadIndexOptions extends OperationOptions {
  /** Called for an index file that can't be read. Without it the first such file throws `corrupt`. */
  readonly onDamaged?: (id: IndexId, error: EngineError) => void;
}

/**
 * Reads all index files. Lists snapshots first, then call this: the reverse order can miss what a snapshot needs
 * (repository-format, section 1). Errors: `corrupt` naming the index and the way to repair it; `not_found` when a file vanishes
 * meanwhile, which only happens without a lock.
 */
export async function loadIndex(repository: Repository, options: LoadIndexOptions = {}): Promise<RepositoryIndex> {
  const files = await repository.backend.list('index', options.signal);
  const storedBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const table = BlobTable.create(Math.ceil(storedBytes / STORED_BYTES_A_BLOB[repository.config.version]));
  const index = new RepositoryIndex(table);
  const ids = files.map((file) => file.id as IndexId);
  await decodeAll(repository, index, ids, options);
  return index;
}

/**
 * Brings an index up to date with the repository: reads the files that came since. False when a file that was read is gone:
 * packs it named may be gone too, so everything must be loaded anew. True afterwards means that every pack in `index` is
 * there, given that the caller holds a lock.
 */
export async function refreshIndex(
  repository: Repository,
  index: RepositoryIndex,
  options: OperationOptions = {},
): Promise<boolean> {
  const stored = new Set(await repository.unpacked.listIds('index', options.signal));
  for (const known of index.indexIds) {
    if (!stored.delete(known)) return false;
  }
  await decodeAll(repository, index, [...stored], options);
  return true;
}

async function decodeAll(
  repository: Repository,
  index: RepositoryIndex,
  ids: readonly IndexId[],
  options: LoadIndexOptions,
): Promise<void> {
  const decoder = new IndexDecoder(index, repository.config.version);
  const progress = new ProgressThrottle(options.onProgress);
  const queue = ids.values();
  let done = 0;
  const report = () => ({ phase: 'load-index', filesDone: 0, bytesDone: 0, itemsDone: done, totalItems: ids.length });
  // A failure stops the other readers too: they look at the flag before they take another file.
  let failed = false;
  const readSome = async () => {
    for (const id of queue) {
      if (failed) return;
      throwIfAborted(options.signal);
      try {
        const json = await repository.unpacked.load('index', id, options.signal);
        decoder.decode(json, id);
      } catch (error) {
        const damage =
          isEngineError(error, 'corrupt') || isEngineError(error, 'unsupported_version') ? error : undefined;
        if (!damage || !options.onDamaged) {
          failed = true;
          throw withRepairHint(error, id);
        }
        options.onDamaged(id, damage);
      }
      done++;
      progress.update(report);
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL_READS, ids.length) }, readSome));
  decoder.close();
  if (ids.length > 0) progress.flush(report());
}

function withRepairHint(error: unknown, id: IndexId): unknown {
  if (!isEngineError(error, 'corrupt')) return error;
  return new EngineError('corrupt', `${error.message} "guardit repo repair index" builds a new index from the packs.`, {
    cause: error,
    context: { ...error.context, indexId: id },
  });
}
