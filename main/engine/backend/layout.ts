import { sep } from 'node:path';
import { EngineError } from '../base/errors.ts';
import { isFullId, shortId } from '../base/ids.ts';
import type { FileRef, FileType } from './backend.ts';

/** Every type that has a folder of its own. */
export type ListedType = Exclude<FileType, 'config'>;

const FOLDERS = {
  key: 'keys',
  lock: 'locks',
  snapshot: 'snapshots',
  index: 'index',
  pack: 'data',
} as const satisfies Record<ListedType, string>;

/** Packs are spread over folders named after the first two digits of their ids. */
export const SHARD_NAME = /^[0-9a-f]{2}$/;

/** The folder of a type; packs lie one level deeper (repository-format, section 2). */
export function typeFolder(root: string, type: ListedType): string {
  return below(root, FOLDERS[type]);
}

export function shardFolder(root: string, shard: string): string {
  return below(below(root, FOLDERS.pack), shard);
}

/** Where an object's file is, whether or not it exists. */
export function objectPath(root: string, ref: FileRef): string {
  if (ref.type === 'config') return below(root, 'config');
  // The brand is only a promise of the compiler: a name with `..` in it would leave the repository.
  if (!isFullId(ref.id)) throw new EngineError('invalid_argument', `Not the id of a ${ref.type}: ${String(ref.id)}`);
  return ref.type === 'pack'
    ? below(shardFolder(root, ref.id.slice(0, 2)), ref.id)
    : below(typeFolder(root, ref.type), ref.id);
}

/** All folders of a new repository, parents first. */
export function allFolders(root: string): string[] {
  const folders = Object.values(FOLDERS).map((name) => below(root, name));
  for (let shard = 0; shard < 256; shard++) folders.push(shardFolder(root, shard.toString(16).padStart(2, '0')));
  return folders;
}

/** `root` is clean, and the name one of ours: a look at each character, as `join` takes for each of many packs, finds nothing. */
function below(root: string, name: string): string {
  return root === '' || root.endsWith(sep) ? root + name : root + sep + name;
}

/** For messages: `snapshot 1a2b3c4d`, `config`. */
export function describeRef(ref: FileRef): string {
  return ref.type === 'config' ? 'the config' : `${ref.type} ${shortId(ref.id)}`;
}
