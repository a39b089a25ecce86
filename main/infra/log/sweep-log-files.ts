import { opendir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isLogId } from '../../app/logs/ports.ts';
import type { KnownLogs } from '../../app/logs/ports.ts';
import { systemErrorCode } from '../files/durable-file.ts';

/** Bounds memory and the length of one question to the catalog. */
const BATCH = 500;
const SUFFIX = '.log';

/** Deletes every log below `folder` that `known` does not know and that is not `inUse`. Foreign files stay. */
export async function sweepLogFiles(
  folder: string,
  known: KnownLogs,
  inUse: (logId: string) => boolean,
): Promise<{ deletedCount: number; keptCount: number }> {
  const count = { deletedCount: 0, keptCount: 0 };
  for await (const batch of batches(logIds(folder))) {
    // Asked before the catalog: a log whose row comes between the two questions is still in use at the first.
    const candidates = batch.filter((logId) => !inUse(logId));
    const referred = candidates.length === 0 ? new Set<string>() : await known(candidates);
    const orphans = candidates.filter((logId) => !referred.has(logId));
    for (const logId of orphans) await rm(join(folder, logId.slice(0, 2), `${logId}${SUFFIX}`), { force: true });
    count.deletedCount += orphans.length;
    count.keptCount += batch.length - orphans.length;
  }
  return count;
}

async function* logIds(folder: string): AsyncGenerator<string> {
  for await (const shard of names(folder)) {
    if (!/^[0-9a-f]{2}$/.test(shard)) continue;
    for await (const name of names(join(folder, shard))) {
      const logId = name.slice(0, -SUFFIX.length);
      if (name.endsWith(SUFFIX) && isLogId(logId) && logId.startsWith(shard)) yield logId;
    }
  }
}

async function* names(folder: string): AsyncGenerator<string> {
  try {
    for await (const entry of await opendir(folder)) yield entry.name;
  } catch (error) {
    // No log was ever written, or a stray file bears a shard's name.
    if (!['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) throw error;
  }
}

async function* batches(ids: AsyncIterable<string>): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for await (const id of ids) {
    batch.push(id);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
