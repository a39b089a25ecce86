import type { OperationOptions } from '../base/progress.ts';
import { loadIndex } from '../repository/load-index.ts';
import type { Repository } from '../repository/repository.ts';

export interface StoredObjects {
  /** Of all files of the repository. */
  readonly storedBytes: number;
  readonly packs: number;
  readonly snapshots: number;
  /** By the index. */
  readonly blobs: number;
}

const LISTED_TYPES = ['key', 'lock', 'snapshot', 'index', 'pack'] as const;

/** How much a repository takes, without reading more than lists and the index. Needs no lock: it is a look at a moment. */
export async function measureStored(repository: Repository, options: OperationOptions = {}): Promise<StoredObjects> {
  const { backend } = repository;
  const { signal } = options;
  let storedBytes = await backend.stat({ type: 'config' }, signal);
  const counts = { packs: 0, snapshots: 0 };
  for (const type of LISTED_TYPES) {
    const files = await backend.list(type, signal);
    storedBytes += files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (type === 'pack') counts.packs = files.length;
    if (type === 'snapshot') counts.snapshots = files.length;
  }
  const index = await loadIndex(repository, options);
  return { storedBytes, ...counts, blobs: index.blobCount };
}
