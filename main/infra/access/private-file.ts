import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { systemErrorCode } from '../files/durable-file.ts';

/** Far more than any key or token has. */
const MAX_BYTES = 4_096;

/**
 * The content of a small secret file, null when there is none. What others could read is closed to them (not on Windows,
 * where the folder's access list holds). A link, or a file of somebody else, is refused: whoever placed it knows the secret.
 */
export async function readPrivateFile(path: string): Promise<Buffer | null> {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT') return null;
    if (code === 'ELOOP') throw new Error(`${path} is a link. Delete it; GuardIT makes a new file.`, { cause: error });
    throw error;
  }
  try {
    await closeToOthers(handle, path);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_BYTES), 0, MAX_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function closeToOthers(handle: FileHandle, path: string): Promise<void> {
  const { mode, uid } = await handle.stat();
  if (process.platform === 'win32') return;
  if (uid !== process.getuid?.()) {
    throw new Error(`${path} belongs to another account (uid ${uid}). Delete it; GuardIT makes a new file.`);
  }
  if ((mode & 0o077) !== 0) await handle.chmod(0o600);
}
