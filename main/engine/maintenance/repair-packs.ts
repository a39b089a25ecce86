import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError, fromSystemError, isEngineError } from '../base/errors.ts';
import type { BlobId, PackId } from '../base/ids.ts';
import type { BlobType } from '../base/blob-type.ts';
import type { OperationOptions } from '../base/progress.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import { resolveIdPrefix } from '../repository/id-prefix.ts';
import { loadIndex } from '../repository/load-index.ts';
import type { Repository } from '../repository/repository.ts';
import { rewriteIndex } from './index-rewrite.ts';
import { underLock, type LockChoice } from './operation-lock.ts';
import { deletePacks } from './prune-execute.ts';
import { entryFields, readHeader } from './repair-index.ts';
import { repack, type RepackWork } from './repack.ts';

export interface RepairPacksOptions extends OperationOptions {
  readonly lock?: LockChoice;
  /** Ids of packs, or starts of them. */
  readonly packs: readonly string[];
  /** Where copies of the damaged files go before they are deleted; without it there are none. */
  readonly backupFolder?: string;
  readonly workers?: number;
}

export interface RepairPacksResult {
  readonly packs: readonly PackId[];
  readonly salvagedBlobs: number;
  /** In these packs beyond repair, and in no other. */
  readonly lostBlobs: readonly { readonly type: BlobType; readonly id: BlobId; readonly reason: string }[];
  readonly newPacks: readonly PackId[];
}

/**
 * Saves every readable blob of damaged packs into new packs and deletes the damaged ones (repository-format, section 18).
 * What is lost then shows in `check`; `repair snapshots` takes it out of the snapshots. Errors: `locked`, `not_found`, `ambiguous_id`.
 */
export async function repairPacks(repository: Repository, options: RepairPacksOptions): Promise<RepairPacksResult> {
  if (options.packs.length === 0) {
    throw new EngineError('invalid_argument', 'Name the packs to repair; "guardit repo check --read-data" finds them.');
  }
  return underLock(repository, 'exclusive', options.lock, options.signal, (signal) =>
    repairLocked(repository, { ...options, signal }),
  );
}

async function repairLocked(repository: Repository, options: RepairPacksOptions): Promise<RepairPacksResult> {
  const { signal } = options;
  const index = await loadIndex(repository, options);
  const files = new Map(
    (await repository.backend.list('pack', signal)).map(({ id, sizeBytes }) => [id as PackId, sizeBytes]),
  );
  const ids = resolvePacks(index, files, options.packs);
  await backUp(
    repository,
    ids.filter((id) => files.has(id)),
    options,
  );
  const work: RepackWork[] = [];
  const gone = new Set<number>();
  for (const id of ids) {
    const pack = await listedPack(repository, index, id, files.get(id), signal);
    if (pack < 0) continue;
    gone.add(pack);
    const listed = index.packEntries(pack);
    const entries = Uint32Array.from({ length: listed.count }, (_, i) => listed.at(i));
    if (entries.length > 0) work.push({ pack, entries });
  }
  const { packs, lost } = await repack(repository, index, work, {
    ...options,
    verify: true,
    salvage: true,
    leaveIndex: true,
  });
  await rewriteIndex(repository, index, { gone }, options);
  await deletePacks(
    repository,
    ids.filter((id) => files.has(id)),
    'delete-packs',
    options,
  );
  const total = work.reduce((sum, { entries }) => sum + entries.length, 0);
  return {
    packs: ids,
    salvagedBlobs: total - lost.length,
    lostBlobs: lost.map(({ entry, reason }) => ({
      type: index.table.type(entry),
      id: index.table.idHex(entry),
      reason,
    })),
    newPacks: packs.map((pack) => index.packId(pack)),
  };
}

function resolvePacks(
  index: RepositoryIndex,
  files: ReadonlyMap<PackId, number>,
  prefixes: readonly string[],
): PackId[] {
  const known = new Set(files.keys());
  for (let pack = 0; pack < index.packCount; pack++) known.add(index.packId(pack));
  return [...new Set(prefixes.map((prefix) => resolveIdPrefix([...known], prefix, 'pack')))];
}

/** The pack's number; one that no index names is entered by its header. -1 when that is unreadable too: nothing can be saved. */
async function listedPack(
  repository: Repository,
  index: RepositoryIndex,
  id: PackId,
  sizeBytes: number | undefined,
  signal?: AbortSignal,
): Promise<number> {
  const known = index.packNumber(id);
  if (known >= 0 || sizeBytes === undefined) return known;
  try {
    const blobs = await readHeader(repository, id, sizeBytes, signal);
    return index.addPack(id, entryFields(index, blobs));
  } catch (error) {
    if (isEngineError(error, 'corrupt')) return -1;
    throw error;
  }
}

async function backUp(repository: Repository, ids: readonly PackId[], options: RepairPacksOptions): Promise<void> {
  const folder = options.backupFolder;
  if (folder === undefined) return;
  for (const id of ids) {
    const bytes = await repository.backend.read(repository.packRef(id), undefined, options.signal);
    const path = join(folder, `pack-${id}`);
    try {
      await mkdir(folder, { recursive: true });
      await writeFile(path, bytes, { mode: 0o600 });
    } catch (error) {
      throw fromSystemError(
        error,
        'target_failed',
        `Cannot keep a copy of the damaged pack at ${path}; nothing was changed`,
      );
    }
  }
}
