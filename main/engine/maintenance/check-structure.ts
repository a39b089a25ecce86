import { createHash } from 'node:crypto';
import type { FileInfo } from '../backend/backend.ts';
import { isEngineError } from '../base/errors.ts';
import { shortId, type KeyId, type PackId } from '../base/ids.ts';
import { parseKeyFile } from '../crypto/key-file.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import type { Repository } from '../repository/repository.ts';
import type { CheckReport } from './check-findings.ts';

/** Sizes of the pack files in the repository: of those the index knows by their number, and of the others. */
export interface PackListing {
  /** -1 where the file is missing. */
  readonly sizesBytes: Float64Array;
  readonly unindexed: readonly FileInfo[];
}

export async function listPacks(
  repository: Repository,
  index: RepositoryIndex,
  signal?: AbortSignal,
): Promise<PackListing> {
  return numberPacks(index, await repository.backend.list('pack', signal));
}

export function numberPacks(index: RepositoryIndex, files: readonly FileInfo[]): PackListing {
  const sizesBytes = new Float64Array(index.packCount).fill(-1);
  const unindexed: FileInfo[] = [];
  for (const file of files) {
    const pack = index.packNumber(file.id as PackId);
    if (pack < 0) unindexed.push(file);
    else sizesBytes[pack] = file.sizeBytes;
  }
  return { sizesBytes, unindexed };
}

/** Compares the pack files with the index (repository-format, section 17, points 1 and 2). */
export function checkPackFiles(index: RepositoryIndex, listing: PackListing, report: CheckReport): void {
  for (let pack = 0; pack < index.packCount; pack++) {
    const packId = index.packId(pack);
    const actualBytes = listing.sizesBytes[pack] ?? -1;
    const expectedBytes = index.packSizeBytes(pack);
    if (actualBytes < 0) {
      report.error('pack_missing', `Pack ${packId} is missing: the index needs it.`, { packId });
      markAllBad(index, pack, report);
      report.brokenPacks.add(packId);
    } else if (actualBytes !== expectedBytes) {
      const message = `Pack ${packId} has ${actualBytes} bytes where the index expects ${expectedBytes}.`;
      report.error('pack_size', message, { packId });
      report.brokenPacks.add(packId);
    }
    if (isMixed(index, pack)) {
      report.hint('pack_mixed', `Pack ${packId} holds both data and trees; prune separates them.`, { packId });
    }
  }
  for (const { pack, indexes, identical } of index.duplicatePacks) {
    const packId = index.packId(pack);
    const how = identical ? '' : ', with different blobs';
    const message = `Pack ${packId} is listed by ${indexes.length} index files${how}; "repair index" or prune tidies up.`;
    report.hint('pack_duplicate', message, { packId });
  }
  for (const { id } of listing.unindexed) {
    report.hint('pack_orphan', `Pack ${id} is in no index; prune removes it.`, { packId: id as PackId });
  }
}

function markAllBad(index: RepositoryIndex, pack: number, report: CheckReport): void {
  const entries = index.packEntries(pack);
  for (let i = 0; i < entries.count; i++) report.badEntries.add(entries.at(i));
}

function isMixed(index: RepositoryIndex, pack: number): boolean {
  const entries = index.packEntries(pack);
  const first = entries.count > 0 ? index.table.typeCode(entries.at(0)) : 0;
  for (let i = 1; i < entries.count; i++) if (index.table.typeCode(entries.at(i)) !== first) return true;
  return false;
}

/** A damaged key locks out everybody who has only its password; restic's check never looks. */
export async function checkKeys(repository: Repository, report: CheckReport, signal?: AbortSignal): Promise<number> {
  const files = await repository.backend.list('key', signal);
  for (const { id } of files) {
    const keyId = id as KeyId;
    try {
      const bytes = await repository.backend.read({ type: 'key', id }, undefined, signal);
      if (createHash('sha256').update(bytes).digest('hex') !== id) {
        const message = `Key ${shortId(keyId)} is damaged: its content does not match its name. Its password opens nothing.`;
        report.error('key_damaged', message, { keyId });
      } else parseKeyFile(bytes);
    } catch (error) {
      if (!isEngineError(error) || error.code === 'cancelled') throw error;
      report.error('key_damaged', `Key ${shortId(keyId)} cannot be used: ${error.message}`, { keyId });
    }
  }
  return files.length;
}
