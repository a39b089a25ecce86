import { BLOB_TYPE_CODE, blobTypeOf } from '../base/blob-type.ts';
import type { BlobType } from '../base/blob-type.ts';
import { EngineError, isEngineError } from '../base/errors.ts';
import { ID_BYTES, idFromBytes } from '../base/ids.ts';
import type { BlobId } from '../base/ids.ts';
import { SEAL_OVERHEAD } from '../crypto/sealer.ts';
import type { Sealer } from '../crypto/sealer.ts';

/** One blob of a pack. Offsets and lengths in bytes; `length` is the sealed length, `plainLength` the blob's own. */
export interface PackEntry {
  readonly type: BlobType;
  readonly id: BlobId;
  readonly offset: number;
  readonly length: number;
  readonly plainLength: number;
  readonly compressed: boolean;
}

/** Words a blob takes in the flat arrays that packs and indexes are passed around in. */
export const ENTRY_FIELDS = 4;

const PLAIN_ENTRY_BYTES = 1 + 4 + ID_BYTES;
const COMPRESSED_ENTRY_BYTES = PLAIN_ENTRY_BYTES + 4;
const COMPRESSED_BIT = 2;
const TRAILER_BYTES = 4;
const MAX_SEALED_HEADER_BYTES = 16 * 1024 * 1024;
const MIN_PACK_BYTES = PLAIN_ENTRY_BYTES + SEAL_OVERHEAD + TRAILER_BYTES;
/** What the first read fetches: enough for 15 compressed entries, as in restic. */
const FIRST_READ_BYTES = 15 * COMPRESSED_ENTRY_BYTES + SEAL_OVERHEAD + TRAILER_BYTES;

/** Size of one blob's entry in a pack's header. */
export function entryBytes(compressed: boolean): number {
  return compressed ? COMPRESSED_ENTRY_BYTES : PLAIN_ENTRY_BYTES;
}

/** What a header adds to a pack's blobs: entries, seal and length field. */
export function headerSize(entriesBytes: number): number {
  return entriesBytes + SEAL_OVERHEAD + TRAILER_BYTES;
}

/** Whether one more entry still fits below the limit for a header (repository-format, section 7). */
export function headerHasRoom(entriesBytes: number): boolean {
  return entriesBytes + SEAL_OVERHEAD + COMPRESSED_ENTRY_BYTES <= MAX_SEALED_HEADER_BYTES;
}

/** The size of the whole pack file with these blobs. */
export function packSizeOf(entries: readonly PackEntry[]): number {
  return entries.reduce((size, entry) => size + entry.length + entryBytes(entry.compressed), headerSize(0));
}

/** The header's plaintext: the entries in physical order. */
export function encodePackHeader(entries: readonly PackEntry[]): Buffer {
  const header = Buffer.alloc(entries.reduce((size, entry) => size + entryBytes(entry.compressed), 0));
  let at = 0;
  for (const entry of entries) {
    const plainLength = entry.compressed ? entry.plainLength : 0;
    const id = Buffer.from(entry.id, 'hex');
    at = writeHeaderEntry(header, at, BLOB_TYPE_CODE[entry.type], entry.length, plainLength, id);
  }
  return header;
}

/** Writes one entry and returns where the next one begins. `uncompressedLength` 0 = stored uncompressed. */
export function writeHeaderEntry(
  header: Buffer,
  at: number,
  typeCode: number,
  length: number,
  uncompressedLength: number,
  id: Uint8Array,
): number {
  header[at] = typeCode | (uncompressedLength === 0 ? 0 : COMPRESSED_BIT);
  let next = header.writeUInt32LE(length, at + 1);
  if (uncompressedLength !== 0) next = header.writeUInt32LE(uncompressedLength, next);
  header.set(id, next);
  return next + ID_BYTES;
}

/** Decodes a header's plaintext and checks that its blobs fill a pack of `packBytes`. `pack` names the pack in errors. */
export function decodePackHeader(header: Buffer, packBytes: number, pack: string): PackEntry[] {
  const entries: PackEntry[] = [];
  let offset = 0;
  for (let at = 0; at < header.length;) {
    const type = header[at] ?? 0;
    if (type > 3) throw damaged(pack, `entry ${entries.length} of its header has the unknown type ${type}`);
    const compressed = (type & COMPRESSED_BIT) !== 0;
    const size = entryBytes(compressed);
    if (at + size > header.length) throw damaged(pack, `entry ${entries.length} of its header is cut off`);
    const length = header.readUInt32LE(at + 1);
    if (length < SEAL_OVERHEAD)
      throw damaged(pack, `its header has a blob of ${length} bytes, less than encryption adds`);
    const plainLength = compressed ? header.readUInt32LE(at + 5) : length - SEAL_OVERHEAD;
    if (compressed && plainLength === 0) throw damaged(pack, 'its header has an empty blob marked as compressed');
    const id = idFromBytes<BlobId>(header.subarray(at + size - ID_BYTES, at + size));
    entries.push({ type: blobTypeOf(type & 1), id, offset, length, plainLength, compressed });
    offset += length;
    at += size;
  }
  if (entries.length === 0) throw damaged(pack, 'its header lists no blob');
  const expected = offset + headerSize(header.length);
  if (expected !== packBytes) {
    throw damaged(pack, `the file has ${packBytes} bytes, its header accounts for ${expected}`);
  }
  return entries;
}

/** Reads `length` bytes at `offset` of the pack. */
export type RangeReader = (offset: number, length: number) => Uint8Array | Promise<Uint8Array>;

/** Reads a pack's header from its end, opens and decodes it: one read, two when it lists more than about 15 blobs. */
export async function readPackHeader(
  read: RangeReader,
  packBytes: number,
  sealer: Sealer,
  pack: string,
): Promise<PackEntry[]> {
  return decodePackHeader(await openPackHeader(read, packBytes, sealer, pack), packBytes, pack);
}

/** The header's plaintext, for whoever knows what it must be. */
export async function openPackHeader(
  read: RangeReader,
  packBytes: number,
  sealer: Sealer,
  pack: string,
): Promise<Buffer> {
  if (packBytes < MIN_PACK_BYTES) {
    throw damaged(pack, `the file has ${packBytes} bytes, and the smallest pack has ${MIN_PACK_BYTES}`);
  }
  const tailBytes = Math.min(FIRST_READ_BYTES, packBytes);
  // Copied: a reader may return a view of a window that the second read moves.
  const tail = Buffer.from(await readExactly(read, packBytes - tailBytes, tailBytes, pack));
  const sealedBytes = tail.readUInt32LE(tailBytes - TRAILER_BYTES);
  checkHeaderLength(sealedBytes, packBytes, pack);
  const isInTail = sealedBytes + TRAILER_BYTES <= tailBytes;
  const sealed = isInTail
    ? tail.subarray(tailBytes - TRAILER_BYTES - sealedBytes, tailBytes - TRAILER_BYTES)
    : await readExactly(read, packBytes - TRAILER_BYTES - sealedBytes, sealedBytes, pack);
  return openHeader(sealed, sealer, pack);
}

function checkHeaderLength(sealedBytes: number, packBytes: number, pack: string): void {
  if (sealedBytes > packBytes - TRAILER_BYTES) {
    throw damaged(pack, `its header would have ${sealedBytes} bytes, the file has ${packBytes}`);
  }
  if (sealedBytes > MAX_SEALED_HEADER_BYTES || sealedBytes < PLAIN_ENTRY_BYTES + SEAL_OVERHEAD) {
    throw damaged(pack, `its header has an impossible length of ${sealedBytes} bytes`);
  }
}

async function readExactly(read: RangeReader, offset: number, length: number, pack: string): Promise<Uint8Array> {
  const bytes = await read(offset, length);
  if (bytes.length !== length)
    throw damaged(pack, `only ${bytes.length} of ${length} bytes could be read at ${offset}`);
  return bytes;
}

function openHeader(sealed: Uint8Array, sealer: Sealer, pack: string): Buffer {
  try {
    return sealer.open(sealed);
  } catch (error) {
    if (!isEngineError(error, 'corrupt')) throw error;
    throw damaged(pack, 'the verification of its header failed', error);
  }
}

function damaged(pack: string, what: string, cause?: unknown): EngineError {
  const message = `Pack ${pack} is damaged: ${what}. Run "repair packs" to save its readable blobs.`;
  return new EngineError('corrupt', message, { cause, context: { pack } });
}
