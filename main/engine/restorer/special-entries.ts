import { readlinkSync, symlinkSync, type BigIntStats } from 'node:fs';
import { posixCalls } from '../base/native/posix-calls.ts';
import { joinPath, rawBytes, type RawName, type RawPath } from '../base/raw-path.ts';
import { GO_MODE, posixPermissionsOf } from '../snapshot/go-mode.ts';
import type { Node } from '../snapshot/node.ts';
import { timesOf } from './entry-table.ts';
import { joinLocation, type FolderTable } from './folder-table.ts';
import { currentMetadata, PathCalls, writeMetadata } from './metadata.ts';
import type { PlannedFolder } from './planned-folder.ts';
import type { RestoreLedger } from './restore-ledger.ts';
import type { OverwritePolicy } from './restore-options.ts';
import { lookAt, mayOverwrite, removeEntry } from './target-entries.ts';

const TYPE_BITS = { dev: 0o060000, chardev: 0o020000, fifo: 0o010000 } as const;
const PRIVATE = 0o600;

export interface SpecialEntriesOptions {
  readonly folders: FolderTable;
  readonly ledger: RestoreLedger;
  readonly overwrite: OverwritePolicy;
  readonly deleteExtra: boolean;
  readonly dryRun: boolean;
}

/**
 * Restores symbolic links, devices and FIFOs, at once while the trees are walked. That links exist before files are written
 * is no danger: folders are looked at before they are used, and files are opened without following.
 */
export class SpecialEntries {
  readonly #options: SpecialEntriesOptions;

  constructor(options: SpecialEntriesOptions) {
    this.#options = options;
  }

  /** Throws when the entry could not be made. */
  restore(node: Node, name: RawName, folder: PlannedFolder): void {
    const { ledger, overwrite, dryRun } = this.#options;
    const path = joinPath(folder.path, name);
    const location = () => joinLocation(folder.location, name);
    const existing = folder.fresh ? undefined : lookAt(path);
    if (!mayOverwrite(overwrite, node, existing)) {
      ledger.done('unchanged', 'other', location, 0);
      return;
    }
    ledger.plan(0);
    if (existing && !isSameLink(node, path, existing)) ledger.conflict(location);
    if (!dryRun) {
      const made = this.#make(node, path, existing);
      for (const problem of this.#writeMetadata(node, path, folder, made)) ledger.warn(location(), problem);
    }
    ledger.done('restored', 'other', location, 0);
  }

  /** True when it is new. */
  #make(node: Node, path: RawPath, existing: BigIntStats | undefined): boolean {
    if (existing && isSameLink(node, path, existing)) return false;
    if (existing) removeEntry(path, existing, this.#options.deleteExtra);
    if (node.type === 'symlink') symlinkSync(targetOf(node), path);
    else posixCalls().makeNode(path, typeBits(node) | PRIVATE, node.type === 'fifo' ? 0n : BigInt(node.device));
    return true;
  }

  #writeMetadata(node: Node, path: RawPath, folder: PlannedFolder, made: boolean): string[] {
    const wanted = {
      uid: node.uid,
      gid: node.gid,
      mode: node.type === 'symlink' ? undefined : posixPermissionsOf(node.mode),
      times: timesOf(node),
      xattrs: node.extendedAttributes.map(({ name, value }) => ({ name, value: value ?? Buffer.alloc(0) })),
    };
    const calls = new PathCalls(path);
    if (made) {
      const uid = process.geteuid?.() ?? 0;
      const gid = this.#options.folders.childGid(folder.number);
      return writeMetadata(calls, wanted, { uid, gid, mode: undefined, foreignXattrs: folder.foreignXattrs });
    }
    const stat = lookAt(path);
    return stat ? writeMetadata(calls, wanted, currentMetadata(stat, true)) : [];
  }
}

function targetOf(node: Node): string | Buffer {
  return node.linkTargetRaw ?? node.linkTarget;
}

function isSameLink(node: Node, path: RawPath, existing: BigIntStats): boolean {
  if (node.type !== 'symlink' || !existing.isSymbolicLink()) return false;
  return readlinkSync(path, { encoding: 'buffer' }).equals(targetBytes(node));
}

function targetBytes(node: Node): Buffer {
  return rawBytes(targetOf(node));
}

function typeBits(node: Node): number {
  if (node.type === 'fifo' || node.type === 'dev' || node.type === 'chardev') return TYPE_BITS[node.type];
  throw new Error(
    `entries of type ${node.type} cannot be made (mode ${node.mode & GO_MODE.irregular ? 'irregular' : node.mode})`,
  );
}
