import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Backend } from './backend.ts';

export interface StorageSpace {
  /** What we may still write. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** The space of the file system that a repository lies on; null where nobody says, as for services and some shares. */
export async function storageSpace(backend: Backend): Promise<StorageSpace | null> {
  const config = backend.localPath({ type: 'config' });
  if (config === undefined) return null;
  try {
    const { bavail, blocks, bsize } = await statfs(dirname(config));
    return blocks > 0 ? { freeBytes: bavail * bsize, totalBytes: blocks * bsize } : null;
  } catch {
    return null;
  }
}
