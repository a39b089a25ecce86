import { isEngineError } from '../base/errors.ts';
import type { PackId } from '../base/ids.ts';
import { FileByteSource } from '../pack/byte-source.ts';
import type { PackReader } from '../pack/pack-reader.ts';
import type { PackCheckReply } from './pack-check.ts';

/** Packs to hash, until somebody says that it is enough. Needs no key. */
export interface PackHashTask {
  readonly kind: 'hash';
  readonly packs: readonly { readonly id: PackId; readonly path: string }[];
  /** A byte for each pack, PACK_MATCHES when its content has been found to be its name's; one more behind them: not 0 = stop. */
  readonly states: SharedArrayBuffer;
}

export const PACK_MATCHES = 1;

const NOTHING: PackCheckReply = { readBytes: 0, packDefects: [], badEntries: [], blobDefects: [] };

/** The worker's side. Whatever is wrong with a pack, the one who reads it with the index finds out and says it. */
export function hashPacks({ packs, states }: PackHashTask, reader: PackReader): PackCheckReply {
  const state = new Uint8Array(states);
  for (const [i, { id, path }] of packs.entries()) {
    if (Atomics.load(state, packs.length) !== 0) break;
    if (matches(id, path, reader)) Atomics.store(state, i, PACK_MATCHES);
  }
  return NOTHING;
}

function matches(id: PackId, path: string, reader: PackReader): boolean {
  try {
    const source = new FileByteSource(path);
    try {
      reader.open(source, { name: id, hash: true });
      return reader.digest() === id;
    } finally {
      source.close();
    }
  } catch (error) {
    if (isEngineError(error) && error.code !== 'internal') return false;
    throw error;
  }
}
