import { randomBytes } from 'node:crypto';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfAborted } from '../base/abort.ts';
import type { Backend } from './backend.ts';
import { stagedFileName } from './staging.ts';

/** What a trial of a storage found. Steps after the first one that failed were not tried. */
export interface StorageProbe {
  readonly canWrite: boolean;
  readonly canReadBack: boolean;
  readonly canDelete: boolean;
  /** Why the first step that failed did; null when all went well. */
  readonly problem: string | null;
  /** The storage's clock minus this machine's, as a new file's time shows; null when there was none. */
  readonly clockSkewMs: number | null;
}

const PROBE_BYTES = 64 * 1024;
const NOTHING: StorageProbe = {
  canWrite: false,
  canReadBack: false,
  canDelete: false,
  problem: null,
  clockSkewMs: null,
};

/**
 * Writes random bytes into the staging folder, reads them again and deletes them. The file bears a staged file's name: neither
 * restic nor we take it for an object, and what a crash leaves is swept like other leftovers. Only a cancellation is thrown.
 */
export async function probeStorage(backend: Backend, signal?: AbortSignal): Promise<StorageProbe> {
  throwIfAborted(signal);
  let found = NOTHING;
  let path: string | undefined;
  const bytes = randomBytes(PROBE_BYTES);
  try {
    path = join(await backend.stagingFolder(), stagedFileName());
    found = { ...found, clockSkewMs: await writeProbe(path, bytes), canWrite: true };
    const reread = await readFile(path);
    if (!reread.equals(bytes)) {
      return { ...found, problem: `${backend.location} gave other bytes back than were written there: do not use it.` };
    }
    found = { ...found, canReadBack: true };
    await rm(path);
    return { ...found, canDelete: true };
  } catch (error) {
    return { ...found, problem: error instanceof Error ? error.message : String(error) };
  } finally {
    if (path !== undefined) await rm(path, { force: true }).catch(() => undefined);
  }
}

/** Durable when it resolves; gives how far the file's time lies outside of the time that writing took. */
async function writeProbe(path: string, bytes: Uint8Array): Promise<number> {
  const beforeMs = Date.now();
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
    const { mtimeMs } = await file.stat();
    const skewMs = mtimeMs < beforeMs ? mtimeMs - beforeMs : Math.max(0, mtimeMs - Date.now());
    return Math.round(skewMs);
  } finally {
    await file.close();
  }
}
