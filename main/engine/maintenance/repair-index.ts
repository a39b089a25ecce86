import { throwIfAborted } from '../base/abort.ts';
import { BLOB_TYPE_CODE } from '../base/blob-type.ts';
import { isEngineError } from '../base/errors.ts';
import { idToBytes, type IndexId, type PackId } from '../base/ids.ts';
import { ProgressThrottle, type OperationOptions } from '../base/progress.ts';
import { RepositoryIndex } from '../index/repository-index.ts';
import { ENTRY_FIELDS, readPackHeader, type PackEntry } from '../pack/pack-header.ts';
import { loadIndex } from '../repository/load-index.ts';
import type { Repository } from '../repository/repository.ts';
import { rewriteIndex } from './index-rewrite.ts';
import { underLock, type LockChoice } from './operation-lock.ts';

export interface RepairIndexOptions extends OperationOptions {
  /** Exclusive by default; none for a dry run. */
  readonly lock?: LockChoice;
  /** Believe no index file: read the header of every pack. */
  readonly readAllPacks?: boolean;
  readonly dryRun?: boolean;
}

export interface RepairIndexResult {
  readonly dryRun: boolean;
  /** Unreadable index files; they are deleted. */
  readonly damagedIndexes: readonly IndexId[];
  /** Packs that are listed now and were not, or not as they are. */
  readonly addedPacks: readonly PackId[];
  /** Packs that the index named and that are gone. */
  readonly vanishedPacks: readonly PackId[];
  /** Packs whose header cannot be read; no index names them any more. */
  readonly unreadablePacks: readonly PackId[];
  readonly indexesWritten: number;
  readonly indexesRemoved: number;
}

/** Headers read at once. */
const PARALLEL_READS = 8;

/**
 * Makes the index say what the packs say (repository-format, section 18): drops packs that are gone, reads the headers of those
 * that are unknown or have another size than the index implies. Packs themselves stay untouched. Errors: `locked`, `cancelled`.
 */
export async function repairIndex(
  repository: Repository,
  options: RepairIndexOptions = {},
): Promise<RepairIndexResult> {
  const lock = options.lock ?? (options.dryRun === true ? 'none' : undefined);
  return underLock(repository, 'exclusive', lock, options.signal, (signal) =>
    repairLocked(repository, { ...options, signal }),
  );
}

async function repairLocked(repository: Repository, options: RepairIndexOptions): Promise<RepairIndexResult> {
  const damagedIndexes: IndexId[] = [];
  let obsolete: IndexId[] = damagedIndexes;
  let index = new RepositoryIndex();
  if (options.readAllPacks === true) obsolete = await repository.unpacked.listIds('index', options.signal);
  else {
    const onDamaged = (id: IndexId, error: Error) => {
      damagedIndexes.push(id);
      options.onWarning?.({ item: id, message: error.message, during: 'repair' });
    };
    index = await loadIndex(repository, { ...options, onDamaged });
  }
  const { toRead, gone, vanished } = await comparePacks(repository, index, options.signal);
  const { added, unreadablePacks } = await readHeaders(repository, toRead, options);
  const result = {
    dryRun: options.dryRun === true,
    damagedIndexes,
    addedPacks: added.map(({ id }) => id),
    vanishedPacks: vanished,
    unreadablePacks,
  };
  if (options.dryRun === true) return { ...result, indexesWritten: 0, indexesRemoved: 0 };
  const entries = added.map(({ id, blobs }) => ({ id, entries: entryFields(index, blobs) }));
  const { written, removed } = await rewriteIndex(repository, index, { gone, obsolete, added: entries }, options);
  return { ...result, indexesWritten: written, indexesRemoved: removed };
}

async function comparePacks(repository: Repository, index: RepositoryIndex, signal?: AbortSignal) {
  const toRead: { id: PackId; sizeBytes: number }[] = [];
  const gone = new Set<number>();
  const seen = new Uint8Array(index.packCount);
  const inDoubt = new Set(index.duplicatePacks.filter(({ identical }) => !identical).map(({ pack }) => pack));
  for (const { id, sizeBytes } of await repository.backend.list('pack', signal)) {
    const packId = id as PackId;
    const pack = index.packNumber(packId);
    if (pack >= 0) seen[pack] = 1;
    if (pack >= 0 && index.packSizeBytes(pack) === sizeBytes && !inDoubt.has(pack)) continue;
    if (pack >= 0) gone.add(pack);
    toRead.push({ id: packId, sizeBytes });
  }
  const vanished: PackId[] = [];
  for (let pack = 0; pack < index.packCount; pack++) {
    if (seen[pack] === 1) continue;
    gone.add(pack);
    vanished.push(index.packId(pack));
  }
  return { toRead, gone, vanished };
}

interface ReadHeader {
  readonly id: PackId;
  readonly blobs: readonly PackEntry[];
}

async function readHeaders(
  repository: Repository,
  packs: readonly { readonly id: PackId; readonly sizeBytes: number }[],
  options: OperationOptions,
): Promise<{ added: ReadHeader[]; unreadablePacks: PackId[] }> {
  const added: ReadHeader[] = [];
  const unreadablePacks: PackId[] = [];
  const progress = new ProgressThrottle(options.onProgress);
  const queue = packs.values();
  const event = () => ({
    phase: 'read-headers',
    filesDone: 0,
    bytesDone: 0,
    itemsDone: added.length + unreadablePacks.length,
    totalItems: packs.length,
  });
  const readSome = async () => {
    for (const { id, sizeBytes } of queue) {
      throwIfAborted(options.signal);
      try {
        added.push({ id, blobs: await readHeader(repository, id, sizeBytes, options.signal) });
      } catch (error) {
        if (!isEngineError(error, 'corrupt') && !isEngineError(error, 'not_found')) throw error;
        unreadablePacks.push(id);
        options.onWarning?.({ item: id, message: error.message, during: 'repair' });
      }
      progress.update(event);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_READS }, readSome));
  progress.flush(event());
  // Headers come as they are read; two runs are to say the same.
  added.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { added, unreadablePacks: unreadablePacks.sort() };
}

export function readHeader(
  repository: Repository,
  id: PackId,
  sizeBytes: number,
  signal?: AbortSignal,
): Promise<PackEntry[]> {
  const read = (offset: number, length: number) =>
    repository.backend.read({ type: 'pack', id }, { offset, length }, signal);
  return readPackHeader(read, sizeBytes, repository.sealer, id);
}

/** In the encoder's shape. The entries only lend the blobs' ids: they get no location here. */
export function entryFields(index: RepositoryIndex, blobs: readonly PackEntry[]): Uint32Array {
  const fields = new Uint32Array(blobs.length * ENTRY_FIELDS);
  blobs.forEach((blob, i) => {
    const claimed = index.table.claim(BLOB_TYPE_CODE[blob.type], idToBytes(blob.id));
    const entry = claimed < 0 ? ~claimed : claimed;
    fields.set([entry, blob.offset, blob.length, blob.compressed ? blob.plainLength : 0], i * ENTRY_FIELDS);
  });
  return fields;
}
