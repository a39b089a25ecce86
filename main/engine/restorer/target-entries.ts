import { chmodSync, lstatSync, rmdirSync, rmSync, unlinkSync, type BigIntStats } from 'node:fs';
import { systemErrorCode } from '../base/errors.ts';
import type { RawPath } from '../base/raw-path.ts';
import { epochNsOf } from '../base/rfc3339.ts';
import type { Node } from '../snapshot/node.ts';
import type { OverwritePolicy } from './restore-options.ts';

/** What is at a path, never following a link; undefined when nothing is. */
export function lookAt(path: RawPath): BigIntStats | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false });
}

/** restic's question for everything but folders: may what is there be touched? */
export function mayOverwrite(policy: OverwritePolicy, node: Node, existing: BigIntStats | undefined): boolean {
  if (existing === undefined || policy === 'always' || policy === 'if-changed') return true;
  return policy === 'if-newer' && epochNsOf(node.mtime) > existing.mtimeNs;
}

/** By size and time; only our own writing order makes that a proof (file-writer.ts). */
export function looksUnchanged(node: Node, existing: BigIntStats): boolean {
  return BigInt(node.size) === existing.size && epochNsOf(node.mtime) === existing.mtimeNs;
}

/**
 * Makes room for something of another type. A link is removed itself, never what it leads to. A folder must be empty,
 * unless extra files are to be deleted anyway.
 */
export function removeEntry(path: RawPath, existing: BigIntStats, deleteExtra: boolean): void {
  try {
    if (!existing.isDirectory()) unlinkSync(path);
    else if (deleteExtra) rmSync(path, { recursive: true });
    else rmdirSync(path);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  }
}

/** Gives the owner the rights to work in a folder that was restored before with a stricter mode. It gets its mode back at the end. */
export function makeUsable(path: RawPath, stat: BigIntStats): void {
  const mode = Number(stat.mode) & 0o7777;
  const uid = process.geteuid?.();
  if (uid === undefined || uid === 0 || Number(stat.uid) !== uid || (mode & 0o700) === 0o700) return;
  chmodSync(path, mode | 0o700);
}
