import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemErrorCode } from '../base/errors.ts';

/**
 * Makes a folder and whatever parents it lacks; resolves to the topmost one made, if any.
 * Not Node's recursive mkdir: that one reports ENOENT for a read-only disk.
 */
export async function makeFolders(path: string, mode: number): Promise<string | undefined> {
  const parent = dirname(path);
  try {
    return await makeUnlessThere(path, mode);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT' || parent === path) throw error;
  }
  const firstMade = await makeFolders(parent, mode);
  const made = await makeUnlessThere(path, mode);
  return firstMade ?? made;
}

/** Resolves to the path when it was made by this call. */
async function makeUnlessThere(path: string, mode: number): Promise<string | undefined> {
  try {
    await mkdir(path, { mode });
    return path;
  } catch (error) {
    // Whatever the error: a drive's root on Windows says EPERM, not EEXIST.
    if (await isFolder(path)) return undefined;
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}
