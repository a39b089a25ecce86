import { createHash } from 'node:crypto';
import type { BlobId, IndexId, PackId } from '../../main/engine/base/ids.ts';
import type { RepositoryIndex } from '../../main/engine/index/repository-index.ts';

/** The JSON of an index file as objects (repository-format, section 8). */
export interface IndexJson {
  packs: PackJson[];
}

export interface PackJson {
  id: string;
  blobs: BlobJson[];
}

export interface BlobJson {
  id: string;
  type: 'data' | 'tree';
  offset: number;
  length: number;
  uncompressed_length?: number;
}

const hexOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** Ids made from a word, always the same. */
export const blobIdOf = (text: string | number) => hexOf(`blob ${text}`) as BlobId;
export const packIdOf = (text: string | number) => hexOf(`pack ${text}`) as PackId;
export const indexIdOf = (text: string | number) => hexOf(`index ${text}`) as IndexId;

/** What the repository's index knows, pack by pack, in the shape of an index file. */
export function dumpIndex(index: RepositoryIndex): IndexJson {
  return { packs: Array.from({ length: index.packCount }, (_, pack) => dumpPack(index, pack)) };
}

function dumpPack(index: RepositoryIndex, pack: number): PackJson {
  const { table } = index;
  const entries = index.packEntries(pack);
  const blobs = Array.from({ length: entries.count }, (_, i) => {
    const entry = entries.at(i);
    if (table.pack(entry) !== pack) throw new Error(`Entry ${entry} is in pack ${table.pack(entry)}, not in ${pack}.`);
    const plain = table.uncompressedLength(entry);
    const blob: BlobJson = {
      id: table.idHex(entry),
      type: table.type(entry),
      offset: table.offset(entry),
      length: table.length(entry),
    };
    return plain === 0 ? blob : { ...blob, uncompressed_length: plain };
  });
  return { id: index.packId(pack), blobs };
}
