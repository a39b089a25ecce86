import { lstat, readdir } from 'node:fs/promises';
import { sep } from 'node:path';
import { aFewAtOnce } from '../base/a-few-at-once.ts';
import { throwIfAborted } from '../base/abort.ts';
import { systemErrorCode } from '../base/errors.ts';
import { isFullId } from '../base/ids.ts';
import type { AnyId } from '../base/ids.ts';
import type { FileInfo } from './backend.ts';
import { SHARD_NAME, shardFolder, typeFolder } from './layout.ts';
import type { ListedType } from './layout.ts';

/** Enough to hide the latency of a network disk; a local one is limited by libuv's threads anyway. */
const CONCURRENT_STATS = 32;
/** Shard folders looked at together: there are 256 of them, in small repositories with a file or two each. */
const CONCURRENT_SHARDS = 8;

/**
 * Objects of a type: regular files whose names are full ids. A missing folder is empty (repository-format, section 2).
 * A pack in a shard folder that is not its own is left out: reading opens it by its id, and would not find it.
 */
export async function listObjectFiles(root: string, type: ListedType, signal?: AbortSignal): Promise<FileInfo[]> {
  if (type !== 'pack') return listFolder(typeFolder(root, type), '', CONCURRENT_STATS, signal);
  const shards = (await namesIn(typeFolder(root, 'pack'))).filter((name) => SHARD_NAME.test(name));
  const found: FileInfo[] = [];
  await aFewAtOnce(shards, CONCURRENT_SHARDS, async (shard) => {
    const stats = CONCURRENT_STATS / CONCURRENT_SHARDS;
    for (const info of await listFolder(shardFolder(root, shard), shard, stats, signal)) found.push(info);
  });
  return found;
}

async function listFolder(
  folder: string,
  prefix: string,
  concurrentStats: number,
  signal?: AbortSignal,
): Promise<FileInfo[]> {
  throwIfAborted(signal);
  const ids = (await namesIn(folder)).filter((name) => isFullId(name) && name.startsWith(prefix)) as AnyId[];
  const found: FileInfo[] = [];
  await aFewAtOnce(ids, concurrentStats, async (id) => {
    throwIfAborted(signal);
    const sizeBytes = await sizeOfFile(folder + sep + id);
    if (sizeBytes !== undefined) found.push({ id, sizeBytes });
  });
  return found;
}

/** Undefined for anything but a regular file, and for a file deleted since its folder was read. */
async function sizeOfFile(path: string): Promise<number | undefined> {
  try {
    const status = await lstat(path);
    return status.isFile() ? status.size : undefined;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The names in a folder; none when it is missing, or when something else than a folder bears its name. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
