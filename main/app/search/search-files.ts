import type { z } from 'zod';
import { toInstant } from '../../../contracts/common/instant.ts';
import type { FileVersions, SearchResult } from '../../../contracts/browse.ts';
import type { Caller } from '../access/caller.ts';
import type { Catalog } from '../catalog/ports.ts';
import { requireTarget } from '../targets/target-deps.ts';
import { indexableBackups, type IndexUpkeep } from './index-upkeep.ts';
import type { SearchIndex, WalkedEntry } from './ports.ts';

export interface SearchParts {
  readonly catalog: Catalog;
  readonly index: SearchIndex;
  readonly upkeep: Pick<IndexUpkeep, 'request'>;
}

/** Looks for names and versions in all backups of a target, in its index. */
export class FileSearch {
  readonly #parts: SearchParts;

  constructor(parts: SearchParts) {
    this.#parts = parts;
  }

  async search(
    caller: Caller,
    targetReference: string,
    { q, limit }: { readonly q: string; readonly limit: number },
  ): Promise<z.infer<typeof SearchResult>> {
    const { targetId, index } = await this.#ready(caller, targetReference);
    const words = q.split(/\s+/u).filter((word) => word !== '');
    const { hits, hasMore } =
      words.length === 0 ? { hits: [], hasMore: false } : await this.#parts.index.search(targetId, { words, limit });
    return {
      target_id: targetId,
      hits: hits.map((hit) => ({
        path: hit.path,
        name: hit.path.slice(hit.path.lastIndexOf('/') + 1),
        ...shown(hit),
        versions: hit.versionCount,
        backup_id: hit.lastBackupId,
        first_seen: toInstant(hit.firstSeen.getTime()),
        last_seen: toInstant(hit.lastSeen.getTime()),
        present: hit.isPresent,
      })),
      has_more: hasMore,
      index,
    };
  }

  async versions(caller: Caller, targetReference: string, path: string): Promise<z.infer<typeof FileVersions>> {
    const { targetId, index } = await this.#ready(caller, targetReference);
    const versions = await this.#parts.index.versions(targetId, path);
    return {
      target_id: targetId,
      path,
      versions: versions.map((version) => ({
        ...shown(version),
        content: version.contentDigest,
        backup_id: version.backupId,
        first_seen: toInstant(version.firstSeen.getTime()),
        last_seen: toInstant(version.lastSeen.getTime()),
        backups: version.backupCount,
      })),
      index,
    };
  }

  /** Says how far the index is, and sees to it that it gets complete. */
  async #ready(caller: Caller, targetReference: string) {
    const { catalog, index, upkeep } = this.#parts;
    const { target, wanted } = await catalog.read(async (stores) => {
      const found = await requireTarget(stores, caller, targetReference, { withRemoved: true });
      return { target: found, wanted: await indexableBackups(stores.backups.completed(found.id)) };
    });
    const known = new Set((await index.snapshots(target.id)).map(({ snapshotId }) => snapshotId));
    const indexedCount = wanted.filter(({ snapshotId }) => known.has(snapshotId)).length;
    const isComplete = indexedCount === wanted.length && known.size === wanted.length;
    if (!isComplete) upkeep.request(target.id);
    const state = { complete: isComplete, backups: wanted.length, backups_indexed: indexedCount };
    return { targetId: target.id, index: state };
  }
}

/** Folders have no size and no time in the index. */
function shown({ type, sizeBytes, modifiedAtMs }: Pick<WalkedEntry, 'type' | 'sizeBytes' | 'modifiedAtMs'>) {
  return {
    type,
    size: type === 'file' ? sizeBytes : null,
    modified_at: type === 'dir' ? null : safeInstant(modifiedAtMs),
  };
}

/** Years 1 and 9999: the calendar of RFC 3339. */
const EARLIEST_MS = -62_135_596_800_000;
const LATEST_MS = 253_402_300_799_999;

/** Times of files may be anything; what no calendar has is shown at its edge. */
export function safeInstant(atMs: number): string {
  return toInstant(Math.min(LATEST_MS, Math.max(EARLIEST_MS, Math.trunc(atMs) || 0)));
}
