import { createHash } from 'node:crypto';
import type { Backend } from '../backend/backend.ts';
import { EngineError } from '../base/errors.ts';
import type { IndexId, LockId, SnapshotId } from '../base/ids.ts';
import type { ZstdCodec } from '../compression/zstd-codec.ts';
import type { Sealer } from '../crypto/sealer.ts';
import type { RepositoryVersion } from './config.ts';
import { decodeUnpacked, encodeUnpacked, encodeUnpackedPieces } from './unpacked-codec.ts';

/** Ids of the objects that are one sealed JSON document each. */
export interface UnpackedIds {
  snapshot: SnapshotId;
  index: IndexId;
  lock: LockId;
}
export type UnpackedType = keyof UnpackedIds;

/** Loads and saves snapshots, indexes and locks: sealed JSON named by the hash of the stored bytes (section 9). */
export class UnpackedStore {
  readonly #backend: Backend;
  readonly #version: RepositoryVersion;
  readonly #sealer: Sealer;
  readonly #zstd: ZstdCodec;

  constructor(backend: Backend, version: RepositoryVersion, sealer: Sealer, zstd: ZstdCodec) {
    this.#backend = backend;
    this.#version = version;
    this.#sealer = sealer;
    this.#zstd = zstd;
  }

  /** The JSON text. Errors: `not_found`, `corrupt` (wrong hash, seal or encoding). */
  async load<Type extends UnpackedType>(type: Type, id: UnpackedIds[Type], signal?: AbortSignal): Promise<Buffer> {
    const stored = await this.#backend.read({ type, id }, undefined, signal);
    const what = `${type} ${id} in ${this.#backend.location}`;
    const digest = createHash('sha256').update(stored).digest('hex');
    if (digest !== id) {
      throw new EngineError('corrupt', `${what} is damaged: its content does not match its name.`, {
        context: { type, id },
      });
    }
    return decodeUnpacked(stored, this.#version, this.#sealer, this.#zstd, what);
  }

  /** Durable when it resolves. */
  async save<Type extends UnpackedType>(
    type: Type,
    json: Uint8Array,
    signal?: AbortSignal,
  ): Promise<UnpackedIds[Type]> {
    return this.#write(type, encodeUnpacked(json, this.#version, this.#sealer, this.#zstd), signal);
  }

  /** The same for a large document, whose pieces are made as they are needed. */
  async savePieces<Type extends UnpackedType>(
    type: Type,
    json: Iterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<UnpackedIds[Type]> {
    return this.#write(type, await encodeUnpackedPieces(json, this.#version, this.#sealer), signal);
  }

  async #write<Type extends UnpackedType>(
    type: Type,
    stored: Buffer,
    signal?: AbortSignal,
  ): Promise<UnpackedIds[Type]> {
    const id = createHash('sha256').update(stored).digest('hex') as UnpackedIds[Type];
    await this.#backend.write({ type, id }, stored, signal);
    return id;
  }

  async remove<Type extends UnpackedType>(type: Type, id: UnpackedIds[Type], signal?: AbortSignal): Promise<void> {
    await this.#backend.remove({ type, id }, signal);
  }

  async listIds<Type extends UnpackedType>(type: Type, signal?: AbortSignal): Promise<UnpackedIds[Type][]> {
    const files = await this.#backend.list(type, signal);
    return files.map((file) => file.id as UnpackedIds[Type]);
  }
}
