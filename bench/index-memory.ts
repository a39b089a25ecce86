import { BlobTable } from '../main/engine/index/blob-table.ts';
import { RepositoryIndex } from '../main/engine/index/repository-index.ts';
import { SeededRandom } from './data/seeded-random.ts';

const BLOBS_PER_PACK = 200;
const BLOB_BYTES = 80_000;

/** Bytes that the index takes for each blob of a repository with this many, filled as from index files. */
export function indexBytesPerBlob(blobCount: number): number {
  const random = new SeededRandom('index');
  const index = new RepositoryIndex(BlobTable.create());
  for (let first = 0; first < blobCount; first += BLOBS_PER_PACK) {
    const count = Math.min(BLOBS_PER_PACK, blobCount - first);
    const fields = new Uint32Array(count * 4);
    // Type 0 (data), offset, length, and no length before compression.
    for (let i = 0; i < count; i++) fields.set([0, i * BLOB_BYTES, BLOB_BYTES, 0], i * 4);
    index.addListedPack({ id: random.bytes(32), count, first: 0, ids: random.bytes(count * 32), fields }, 0);
  }
  return index.memoryBytes / index.blobCount;
}
