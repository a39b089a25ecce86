import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Network file systems and Windows can't flush a folder and say so with one of these; nothing more can be done there. */
const NO_FOLDER_FLUSH = new Set(['EINVAL', 'ENOTSUP', 'EISDIR', 'EPERM', 'EACCES', 'EBADF']);

/** The `code` of a Node system error, or undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Makes names durable: a new, renamed or deleted file's folder needs a flush of its own. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!NO_FOLDER_FLUSH.has(systemErrorCode(error) ?? '')) throw error;
  }
}

/** What a crash in the middle of `replaceFile` leaves has such a name. */
export const STAGED_FILE = /^\.[^/]+\.[0-9a-f]{16}\.new$/;

/** Writes a small file all at once and durably: a reader, or a crash, finds the old content or the new one. */
export async function replaceFile(path: string, content: Uint8Array, mode: number): Promise<void> {
  const staged = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}.new`);
  try {
    const handle = await open(staged, 'wx', mode);
    try {
      // The umask may have taken bits away, never added any: set what was asked for.
      await handle.chmod(mode);
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(staged, path);
  } catch (error) {
    await rm(staged, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}
