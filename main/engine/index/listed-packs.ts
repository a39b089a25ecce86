import { EngineError } from '../base/errors.ts';
import { ID_BYTES } from '../base/ids.ts';
import type { RepositoryIndex } from './repository-index.ts';
import { ENTRY_FIELDS } from '../pack/pack-header.ts';
import { decodeHexId } from './id-hash.ts';

const START_BLOBS = 1024;
const START_PACKS = 64;
/** What a blob takes at least in the files of a repository that is not tiny. */
const JSON_BYTES_A_BLOB = 140;
/** Larger files must first prove to hold as many. */
const MAX_RESERVED_BLOBS = 1 << 18;

/**
 * The packs of one index file while it is decoded, in flat arrays that are reused for the next file. They reach the
 * repository's index only when the whole file proved valid.
 */
export class ListedPacks {
  #packIds = new Uint8Array(START_PACKS * ID_BYTES);
  /** Where each pack's blobs begin. */
  #firstBlobs = new Uint32Array(START_PACKS);
  #ids = new Uint8Array(START_BLOBS * ID_BYTES);
  #fields = new Uint32Array(START_BLOBS * ENTRY_FIELDS);
  packCount = 0;
  blobCount = 0;

  clear(): void {
    this.packCount = 0;
    this.blobCount = 0;
  }

  /** Makes room for the blobs of a file of this size at once: growing would copy them, and memory that is not used costs nothing. */
  reserve(jsonBytes: number): void {
    const blobs = Math.min(MAX_RESERVED_BLOBS, Math.ceil(jsonBytes / JSON_BYTES_A_BLOB));
    if (blobs * ID_BYTES <= this.#ids.length) return;
    this.#ids.buffer.transfer(0);
    this.#fields.buffer.transfer(0);
    this.#ids = new Uint8Array(blobs * ID_BYTES);
    this.#fields = new Uint32Array(blobs * ENTRY_FIELDS);
  }

  /** Gives the memory back; the arrays are of no use afterwards. */
  close(): void {
    for (const { buffer } of [this.#packIds, this.#firstBlobs, this.#ids, this.#fields]) buffer.transfer(0);
  }

  /** Starts a pack; its id may follow its blobs. */
  beginPack(): void {
    this.#makeRoomForPacks(1);
    this.#firstBlobs[this.packCount++] = this.blobCount;
  }

  /** Takes the 64 hex digits at `at` as the id of the pack begun last. False when they are none. */
  setPackId(text: Uint8Array, at: number): boolean {
    return decodeHexId(text, at, this.#packIds, (this.packCount - 1) * ID_BYTES);
  }

  /** Starts a blob; `setBlobId` and `setBlobFields` fill it in, in any order. */
  beginBlob(): void {
    this.#makeRoomForBlobs(1);
    this.blobCount++;
  }

  setBlobId(text: Uint8Array, at: number): boolean {
    return decodeHexId(text, at, this.#ids, (this.blobCount - 1) * ID_BYTES);
  }

  setBlobFields(typeCode: number, offset: number, length: number, uncompressedLength: number): void {
    const at = (this.blobCount - 1) * ENTRY_FIELDS;
    this.#fields[at] = typeCode;
    this.#fields[at + 1] = offset;
    this.#fields[at + 2] = length;
    this.#fields[at + 3] = uncompressedLength;
  }

  /** Adds packs by their ids and the number of each one's first blob, counted from the file's first. */
  addPacks(ids: Uint8Array, firstBlobs: Uint32Array): void {
    this.#makeRoomForPacks(firstBlobs.length);
    this.#packIds.set(ids, this.packCount * ID_BYTES);
    this.#firstBlobs.set(firstBlobs, this.packCount);
    this.packCount += firstBlobs.length;
  }

  /** Adds blobs with `ENTRY_FIELDS` each, the type's code first. */
  addBlobs(ids: Uint8Array, fields: Uint32Array): void {
    const count = fields.length / ENTRY_FIELDS;
    this.#makeRoomForBlobs(count);
    this.#ids.set(ids, this.blobCount * ID_BYTES);
    this.#fields.set(fields, this.blobCount * ENTRY_FIELDS);
    this.blobCount += count;
  }

  addTo(index: RepositoryIndex, indexNumber: number): void {
    for (let pack = 0; pack < this.packCount; pack++) {
      const first = this.#firstBlobs[pack] ?? 0;
      const end = pack + 1 < this.packCount ? (this.#firstBlobs[pack + 1] ?? 0) : this.blobCount;
      const id = this.#packIds.subarray(pack * ID_BYTES, (pack + 1) * ID_BYTES);
      index.addListedPack({ id, first, count: end - first, ids: this.#ids, fields: this.#fields }, indexNumber);
    }
  }

  #makeRoomForPacks(count: number): void {
    while (this.packCount + count > this.#firstBlobs.length) {
      this.#packIds = doubledBytes(this.#packIds);
      this.#firstBlobs = doubledWords(this.#firstBlobs);
    }
  }

  #makeRoomForBlobs(count: number): void {
    while ((this.blobCount + count) * ID_BYTES > this.#ids.length) {
      this.#ids = doubledBytes(this.#ids);
      this.#fields = doubledWords(this.#fields);
    }
  }
}

/**
 * What is wrong with a blob's numbers, or undefined. `uncompressedLength` is undefined when the index has none, and then
 * the blob is stored uncompressed (repository-format, section 8).
 */
export function locationDefect(
  offset: number,
  length: number,
  uncompressedLength: number | undefined,
): string | undefined {
  const limit = 2 ** 32;
  if (!(length >= 32 && length < limit)) return `length ${length}`;
  if (!(offset >= 0 && offset + length <= limit)) return `offset ${offset} with length ${length}`;
  if (uncompressedLength === undefined || (uncompressedLength > 0 && uncompressedLength < limit)) return undefined;
  return `uncompressed_length ${uncompressedLength}`;
}

export function refuseCompressedInVersion1(index: string): EngineError {
  const message = `Index ${index} uses a feature not supported by repository version 1: uncompressed_length.`;
  return new EngineError('unsupported_version', message, { context: { index } });
}

/** Transferred: what is left behind would stay in memory until the garbage collector comes by. */
function doubledBytes({ buffer }: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer.transfer(buffer.byteLength * 2));
}

function doubledWords({ buffer }: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  return new Uint32Array(buffer.transfer(buffer.byteLength * 2));
}
