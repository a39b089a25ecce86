import type { Backend, ByteRange } from '../backend/backend.ts';
import { EngineError } from '../base/errors.ts';
import type { PackId } from '../base/ids.ts';
import { BufferByteSource, FileByteSource, type ByteSource } from '../pack/byte-source.ts';
import type { PackReader } from '../pack/pack-reader.ts';

/** Bytes of a pack from `offset` on. */
export interface PackSpan {
  readonly offset: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Where a worker finds a pack: in a file that it opens itself, or in bytes that the main thread fetched for it. */
export type PackSource = { readonly path: string } | { readonly spans: readonly PackSpan[] };

/** Gaps up to this size are fetched along: a request costs more. */
const MAX_GAP_BYTES = 256 * 1024;

/** Fetches the pack's `ranges` (in ascending order, asked for only then), or all of it, where a worker cannot open it. */
export async function packSource(
  backend: Backend,
  id: PackId,
  ranges: (() => readonly ByteRange[]) | 'all',
  signal?: AbortSignal,
): Promise<PackSource> {
  const ref = { type: 'pack', id } as const;
  const path = backend.localPath(ref);
  if (path !== undefined) return { path };
  if (ranges === 'all') return { spans: [{ offset: 0, bytes: ownBytes(await backend.read(ref, undefined, signal)) }] };
  const spans: PackSpan[] = [];
  for (const range of joinRanges(ranges())) {
    spans.push({ offset: range.offset, bytes: ownBytes(await backend.read(ref, range, signal)) });
  }
  return { spans };
}

/** What to transfer along with a source, so that its bytes move instead of being copied. */
export function transferOf(source: PackSource): ArrayBuffer[] {
  return 'spans' in source ? source.spans.map((span) => span.bytes.buffer) : [];
}

/** Bytes that are their buffer's only ones: a slab that others use too cannot be transferred. */
function ownBytes(bytes: Buffer): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength) return new Uint8Array(buffer);
  return new Uint8Array(bytes);
}

export function joinRanges(ranges: readonly ByteRange[], maxGapBytes = MAX_GAP_BYTES): ByteRange[] {
  const joined: { offset: number; length: number }[] = [];
  for (const { offset, length } of ranges) {
    const last = joined.at(-1);
    if (last && offset <= last.offset + last.length + maxGapBytes) {
      last.length = Math.max(last.length, offset + length - last.offset);
    } else joined.push({ offset, length });
  }
  return joined;
}

/** A pack while a worker reads blobs from it. */
export interface OpenPack {
  /** A view, valid until the next call. Throws `corrupt` for bytes that the pack does not have. */
  blobAt(offset: number, length: number): Uint8Array;
  close(): void;
}

/** The worker's side. `reader` brings the window that files are read through; `name` is for errors. */
export function openPack(reader: PackReader, source: PackSource, name: string): OpenPack {
  if ('path' in source) {
    const file = new FileByteSource(source.path);
    reader.open(file, { name });
    return { blobAt: (offset, length) => reader.blobAt(offset, length), close: () => file.close() };
  }
  return { blobAt: (offset, length) => bytesOfSpans(source.spans, offset, length, name), close: () => undefined };
}

function bytesOfSpans(spans: readonly PackSpan[], offset: number, length: number, name: string): Uint8Array {
  for (const span of spans) {
    const start = offset - span.offset;
    if (start >= 0 && start + length <= span.bytes.length) return span.bytes.subarray(start, start + length);
  }
  throw new EngineError('corrupt', `Pack ${name} does not have ${length} bytes at ${offset}.`, {
    context: { pack: name },
  });
}

/** For reading a whole pack front to back; close it when done. */
export function wholePackSource(source: PackSource): ByteSource & { close(): void } {
  if ('path' in source) return new FileByteSource(source.path);
  return Object.assign(new BufferByteSource(source.spans[0]?.bytes ?? new Uint8Array(0)), { close: () => undefined });
}
