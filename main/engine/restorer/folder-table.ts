import type { BigIntStats } from 'node:fs';
import { joinPath, type RawName, type RawPath } from '../base/raw-path.ts';
import type { Node } from '../snapshot/node.ts';
import { EntryTable, OWN_WORDS } from './entry-table.ts';

const DEVICE = OWN_WORDS;
const INODE = OWN_WORDS + 2;
const CHILD_GID = OWN_WORDS + 4;

/** What tells one folder from another that was put in its place. */
export interface FolderIdentity {
  readonly dev: bigint;
  readonly ino: bigint;
}

/** The target. */
export const ROOT_FOLDER = 0;

/** The folders that were made or reused, each behind its parent. The first one is the target, whose name is its whole path. */
export class FolderTable extends EntryTable {
  readonly #paths = new Map<number, RawPath>();

  /** `childGid`: the group that entries made in this folder get. */
  add(
    parent: number,
    name: RawName,
    node: Node | undefined,
    stat: FolderIdentity | undefined,
    childGid: number,
  ): number {
    const folder = this.appendEntry(parent, name, node);
    if (stat) this.setIdentity(folder, stat);
    this.records.set(folder, CHILD_GID, childGid | 0);
    return folder;
  }

  setIdentity(folder: number, { dev, ino }: FolderIdentity): void {
    this.#setU64(folder, DEVICE, dev);
    this.#setU64(folder, INODE, ino);
  }

  isSame(folder: number, { dev, ino }: FolderIdentity): boolean {
    return this.#u64(folder, DEVICE) === dev && this.#u64(folder, INODE) === ino;
  }

  childGid(folder: number): number {
    return this.records.get(folder, CHILD_GID) >>> 0;
  }

  /** The file system path. Composed from names on demand; the ones asked for last are remembered. */
  path(folder: number): RawPath {
    const chain: number[] = [];
    let at = folder;
    while (at !== ROOT_FOLDER && !this.#paths.has(at)) {
      chain.push(at);
      at = this.parent(at);
    }
    let path = this.#paths.get(at) ?? this.name(ROOT_FOLDER);
    for (const next of chain.reverse()) path = joinPath(path, this.name(next));
    if (this.#paths.size >= 256) this.#paths.clear();
    this.#paths.set(folder, path);
    return path;
  }

  /** Inside the snapshot, for display: `/a/b`; the target is `/`. */
  location(folder: number): RawPath {
    const names: RawName[] = [];
    for (let at = folder; at !== ROOT_FOLDER; at = this.parent(at)) names.push(this.name(at));
    return names.reverse().reduce<RawPath>(joinLocation, '/');
  }

  #setU64(folder: number, word: number, value: bigint): void {
    this.records.set(folder, word, Number(BigInt.asIntN(32, value)));
    this.records.set(folder, word + 1, Number(BigInt.asIntN(32, value >> 32n)));
  }

  #u64(folder: number, word: number): bigint {
    const high = BigInt(this.records.get(folder, word + 1) >>> 0);
    return (high << 32n) | BigInt(this.records.get(folder, word) >>> 0);
  }
}

/** With a slash on every system, as snapshots have it. */
export function joinLocation(parent: RawPath, name: RawName): RawPath {
  if (typeof parent === 'string' && typeof name === 'string') return parent === '/' ? `/${name}` : `${parent}/${name}`;
  const separator = Buffer.from(parent.length === 1 ? '' : '/');
  return Buffer.concat([Buffer.from(parent), separator, Buffer.from(name)]);
}

/** The group of new entries: the folder's own where it has the setgid bit or the system always does so, else the process's. */
export function childGidOf(stat: BigIntStats, processGid: number): number {
  const inherits = (Number(stat.mode) & 0o2000) !== 0 || process.platform === 'darwin';
  return inherits ? Number(stat.gid) : processGid;
}
