import { EngineError } from '../base/errors.ts';
import type { BlobId } from '../base/ids.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import type { Repository } from '../repository/repository.ts';
import type { StoredSnapshot } from '../snapshot/snapshot.ts';
import { TreeWalk } from './tree-walk.ts';

/** Blobs to copy from one pack, as entries of the source's and the target's table, in the order of their offsets. */
export interface PackToCopy {
  readonly pack: number;
  readonly sources: readonly number[];
  readonly targets: readonly number[];
}

/**
 * Finds out what the target lacks of the source's snapshots. Every tree is read once, however many snapshots share it. Also
 * trees that the target has are read: it may have them from a copy that broke off before their files were there.
 */
export class CopyPlanner {
  readonly #source: RepositoryIndex;
  readonly #target: RepositoryIndex;
  readonly #walk: TreeWalk;
  /** 1 for blobs that were looked at, by the source's entries. */
  readonly #planned: Uint8Array;
  readonly #sourceName: string;

  constructor(source: Repository, sourceIndex: RepositoryIndex, targetIndex: RepositoryIndex) {
    this.#source = sourceIndex;
    this.#target = targetIndex;
    const missing = (id: BlobId) => {
      throw missingBlob(source, id);
    };
    this.#walk = new TreeWalk(source, sourceIndex, {
      unreadable: (_entry, error) => {
        throw error;
      },
      missingTree: missing,
      missingBlob: missing,
    });
    this.#planned = new Uint8Array(sourceIndex.table.entryCount);
    this.#sourceName = source.location;
  }

  /** Errors: `corrupt` or `blob_not_found` when the snapshot is incomplete. */
  async add(snapshot: StoredSnapshot, signal?: AbortSignal): Promise<void> {
    if (await this.#walk.walk(snapshot.tree, signal)) return;
    throw new EngineError(
      'blob_not_found',
      `The tree ${snapshot.tree} of snapshot ${snapshot.id} is in no index of ${this.#sourceName}.`,
      { context: { blobId: snapshot.tree, snapshotId: snapshot.id } },
    );
  }

  /**
   * What the snapshots added since the last call need and the target lacks, by pack. The blobs are claimed in the target's
   * table: all of them must be copied, or nothing be made of them.
   */
  take(): { readonly packs: readonly PackToCopy[]; readonly blobs: number; readonly bytes: number } {
    const { table } = this.#source;
    const byPack = new Map<number, [source: number, target: number][]>();
    let blobs = 0;
    let bytes = 0;
    this.#walk.marks.forEach((mark, entry) => {
      if (mark === 0 || this.#planned[entry] === 1) return;
      this.#planned[entry] = 1;
      const claimed = this.#target.table.claim(table.typeCode(entry) === 1 ? 1 : 0, table.idBytes(entry));
      if (claimed >= 0) return;
      blobs++;
      bytes += table.plainLength(entry);
      const inPack = byPack.get(table.pack(entry));
      if (inPack) inPack.push([entry, ~claimed]);
      else byPack.set(table.pack(entry), [[entry, ~claimed]]);
    });
    const packs = Array.from(byPack, ([pack, pairs]) => {
      pairs.sort(([a], [b]) => table.offset(a) - table.offset(b));
      return { pack, sources: pairs.map(([entry]) => entry), targets: pairs.map(([, entry]) => entry) };
    });
    return { packs, blobs, bytes };
  }
}

function missingBlob(source: Repository, id: BlobId): EngineError {
  return new EngineError(
    'blob_not_found',
    `The blob ${id}, which a snapshot needs, is in no index of ${source.location}. "guardit repo check" tells what is affected.`,
    { context: { blobId: id } },
  );
}
