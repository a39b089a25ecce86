import { chmod, lstat, mkdir, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { LiveComparison, ScratchSpace } from '../../app/verification/ports.ts';

const PIECE_BYTES = 1024 * 1024;

/** The data folder's `scratch/`. */
export class FolderScratchSpace implements ScratchSpace {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async make(name: string): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = join(this.#folder, name);
    // Of an attempt before this one.
    await this.remove(path);
    await mkdir(path, { mode: 0o700 });
    return path;
  }

  async remove(path: string): Promise<void> {
    try {
      await rm(path, { recursive: true, force: true });
    } catch {
      // Folders come with the permissions that they had: some let nobody delete what is in them.
      await openUp(path);
      await rm(path, { recursive: true, force: true });
    }
  }

  async removeAll(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) await this.remove(join(this.#folder, name));
  }

  async compare(
    { path, sizeBytes, modifiedAtMs }: { path: string; sizeBytes: number; modifiedAtMs: number },
    scratchPath: string,
    signal: AbortSignal,
  ): Promise<LiveComparison> {
    const isAsBackedUp = async () => {
      const now = await lstat(path);
      return now.isFile() && now.size === sizeBytes && Math.trunc(now.mtimeMs) === Math.trunc(modifiedAtMs);
    };
    let restored: FileHandle | undefined;
    let live: FileHandle | undefined;
    try {
      if (!(await isAsBackedUp())) return 'changed';
      restored = await open(scratchPath).catch(() => undefined);
      if (!restored) return 'not_restored';
      live = await open(path);
      const isEqual = await haveEqualContents(restored, live, signal);
      // It may have been written to while it was read.
      if (!isEqual && !(await isAsBackedUp())) return 'changed';
      return isEqual ? 'equal' : 'different';
    } catch (error) {
      signal.throwIfAborted();
      return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'missing' : 'unreadable';
    } finally {
      await restored?.close();
      await live?.close();
    }
  }
}

async function haveEqualContents(a: FileHandle, b: FileHandle, signal: AbortSignal): Promise<boolean> {
  const [pieceA, pieceB] = [Buffer.alloc(PIECE_BYTES), Buffer.alloc(PIECE_BYTES)];
  for (let at = 0; ;) {
    signal.throwIfAborted();
    const [readA, readB] = await Promise.all([fill(a, pieceA, at), fill(b, pieceB, at)]);
    if (readA !== readB || !pieceA.subarray(0, readA).equals(pieceB.subarray(0, readB))) return false;
    if (readA < PIECE_BYTES) return true;
    at += readA;
  }
}

/** As much as there is: a read may give less than it was asked for. */
async function fill(file: FileHandle, piece: Buffer, at: number): Promise<number> {
  let filled = 0;
  while (filled < piece.length) {
    const { bytesRead } = await file.read(piece, filled, piece.length - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

async function openUp(path: string): Promise<void> {
  const info = await lstat(path).catch(() => null);
  if (!info?.isDirectory()) return;
  await chmod(path, 0o700);
  for (const name of await readdir(path)) await openUp(join(path, name));
}
