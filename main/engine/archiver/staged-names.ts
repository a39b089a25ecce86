import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stagedFileName } from '../backend/staging.ts';

/** Hex digits of a staged name's random part that each thread counts up by itself. */
const COUNTER_DIGITS = 8;

/**
 * The start of the names of one thread's staged packs. By it a run finds what it left, and by the whole name, which is of the
 * backend's form, a later run finds what a crash left.
 */
export function newStagedPrefix(): string {
  return stagedFileName().slice(0, -2 * COUNTER_DIGITS) + randomBytes(COUNTER_DIGITS / 2).toString('hex');
}

/** Paths for one thread's staged packs, one after another. */
export function stagedPaths(folder: string, prefix: string): () => string {
  let counter = 0;
  return () => join(folder, prefix + (counter++).toString(16).padStart(COUNTER_DIGITS, '0'));
}

/** Deletes what a failed run left behind, as far as that is possible. */
export async function removeStaged(folder: string, prefixes: readonly string[]): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const ours = names.filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));
  await Promise.all(ours.map((name) => rm(join(folder, name), { force: true }).catch(() => {})));
}
