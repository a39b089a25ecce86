import { randomBytes } from 'node:crypto';
import { link, lstat, open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { throwIfAborted } from '../base/abort.ts';
import { EngineError, systemErrorCode } from '../base/errors.ts';
import { makeReadOnly } from './local-modes.ts';
import type { LocalModes } from './local-modes.ts';

/** One write call takes at most 2^31-1 bytes; smaller pieces also let a cancellation through. */
const PIECE_BYTES = 32 * 1024 * 1024;

/** `<final name>-tmp-<random>`: no full id, so that restic and we ignore it (repository-format, section 2). */
const TEMPORARY_NAME = /^(?:[0-9a-f]{64}|config)-tmp-[0-9a-z]+$/;

export function isTemporaryName(name: string): boolean {
  return TEMPORARY_NAME.test(name);
}

export interface AtomicWriteOptions {
  readonly modes: LocalModes;
  /**
   * True for a name that does not follow from the content (the config): of two writers exactly one wins.
   * False for content-named objects: a second writer replaces the file by an equal one.
   */
  readonly exclusive: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a file that appears under its name complete and on disk, or not at all. The name itself is durable only after
 * an fsync of the folder, which is the caller's. Throws system errors; `EEXIST` when `exclusive` and the name is taken.
 */
export async function writeAtomically(target: string, bytes: Uint8Array, options: AtomicWriteOptions): Promise<void> {
  const temporary = `${target}-tmp-${randomBytes(8).toString('hex')}`;
  const handle = await open(temporary, 'wx', options.modes.file);
  try {
    try {
      await writeFully(handle, bytes, options.signal);
      await checkLength(handle, bytes.length, temporary);
      await finishFile(handle, options.modes);
    } finally {
      await handle.close();
    }
    throwIfAborted(options.signal);
    await (options.exclusive ? publishExclusively(temporary, target) : renamePatiently(temporary, target));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function writeFully(handle: FileHandle, bytes: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    throwIfAborted(signal);
    const length = Math.min(PIECE_BYTES, bytes.length - written);
    const { bytesWritten } = await handle.write(bytes, written, length, written);
    written += bytesWritten;
  }
}

/** Some network file systems report a failed write only by a file that is too short. */
export async function checkLength(handle: FileHandle, sizeBytes: number, path: string): Promise<void> {
  const status = await handle.stat();
  if (status.isFile() && status.size === sizeBytes) return;
  throw new EngineError('backend_failed', `${path} has ${status.size} bytes after ${sizeBytes} were written to it.`, {
    retry: 'later',
    context: { path, sizeBytes, actualBytes: status.size },
  });
}

/** The mode is set before the fsync, so that both reach the disk with one flush and before the name does. */
export async function finishFile(handle: FileHandle, modes: LocalModes): Promise<void> {
  await makeReadOnly(handle, modes);
  try {
    await handle.sync();
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOTSUP' && systemErrorCode(error) !== 'ENOTTY') throw error;
  }
}

/**
 * A hard link is the only publication that fails when the name is taken. File systems without hard links (FAT, some
 * network mounts) get a look and a rename: two `init`s in the same few microseconds could both succeed there.
 */
async function publishExclusively(temporary: string, target: string): Promise<void> {
  try {
    await link(temporary, target);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST' || (await exists(target))) throw alreadyThere(target);
    await renamePatiently(temporary, target);
    return;
  }
  // The config is there from here on; a second name that stays behind is swept later.
  await rm(temporary, { force: true }).catch(() => undefined);
}

function alreadyThere(target: string): Error {
  return Object.assign(new Error(`EEXIST: file already exists, '${target}'`), { code: 'EEXIST' });
}

export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

const WINDOWS_ATTEMPTS = 6;

/** Virus scanners and indexers on Windows open every new file for a moment, and a rename fails meanwhile. */
export async function renamePatiently(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const code = systemErrorCode(error) ?? '';
      const scanned = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(code);
      if (!scanned || attempt === WINDOWS_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20 * 2 ** attempt));
    }
  }
}
