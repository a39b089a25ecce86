import { EngineError } from '../base/errors.ts';

const ZSTD_MAGIC = 0xfd2fb528;
// Frames 0x184D2A50 to 0x184D2A5F carry no content and are to be skipped (RFC 8878, section 3.1.2).
const SKIPPABLE_MAGIC = 0x184d2a50;
const SKIPPABLE_HEADER_BYTES = 8;
const BLOCK_HEADER_BYTES = 3;
const BLOCK_TYPE_RLE = 1;
const BLOCK_TYPE_RESERVED = 3;
const CHECKSUM_BYTES = 4;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;

export interface ZstdFrame {
  readonly start: number;
  readonly end: number;
  readonly skippable: boolean;
}

/**
 * Splits untrusted bytes into whole zstd frames by their headers, without decompressing; throws `corrupt` when the bytes end
 * within a frame or go on behind the last one. Node's decompressors tell neither: what lies behind a frame is ignored, and
 * a handle driven directly does not say whether a frame has ended. Reads three bytes for every block of up to 128 KiB.
 */
export function splitFrames(bytes: Uint8Array): ZstdFrame[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const frames: ZstdFrame[] = [];
  let start = 0;
  // At least one frame: no bytes at all are a frame cut off at its beginning.
  do {
    const magic = start + 4 <= bytes.length ? view.getUint32(start, true) : 0;
    const skippable = (magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC;
    if (!skippable && magic !== ZSTD_MAGIC) {
      throw frameError(start === 0 ? 'they do not start with a zstd frame' : 'something else follows the zstd frame');
    }
    const end = skippable ? skippableEnd(view, start) : frameEnd(view, start);
    if (end > bytes.length) throw truncated();
    frames.push({ start, end, skippable });
    start = end;
  } while (start < bytes.length);
  return frames;
}

export function frameError(what: string, cause?: unknown): EngineError {
  return new EngineError('corrupt', `Compressed data cannot be read: ${what}.`, { cause });
}

function truncated(): EngineError {
  return frameError('they end within a zstd frame');
}

function skippableEnd(view: DataView, start: number): number {
  if (start + SKIPPABLE_HEADER_BYTES > view.byteLength) throw truncated();
  return start + SKIPPABLE_HEADER_BYTES + view.getUint32(start + 4, true);
}

/** May lie beyond the end of the bytes; the caller checks. */
function frameEnd(view: DataView, start: number): number {
  if (start + 5 > view.byteLength) throw truncated();
  const descriptor = view.getUint8(start + 4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const contentSizeBytes = descriptor >> 6 === 0 && singleSegment ? 1 : pick(CONTENT_SIZE_BYTES, descriptor >> 6);
  const windowBytes = singleSegment ? 0 : 1;
  let position = start + 5 + windowBytes + pick(DICTIONARY_ID_BYTES, descriptor & 3) + contentSizeBytes;
  for (let last = false; !last;) {
    if (position + BLOCK_HEADER_BYTES > view.byteLength) throw truncated();
    const header = view.getUint16(position, true) | (view.getUint8(position + 2) << 16);
    const type = (header >> 1) & 3;
    if (type === BLOCK_TYPE_RESERVED) throw frameError('a zstd block has an unknown type');
    last = (header & 1) === 1;
    position += BLOCK_HEADER_BYTES + (type === BLOCK_TYPE_RLE ? 1 : header >> 3);
  }
  const checksumBytes = (descriptor & 0x04) !== 0 ? CHECKSUM_BYTES : 0;
  return position + checksumBytes;
}

function pick(table: readonly number[], index: number): number {
  return table[index] ?? 0;
}
