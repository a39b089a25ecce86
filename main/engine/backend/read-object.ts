import { constants, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { throwIfAborted } from '../base/abort.ts';
import { EngineError } from '../base/errors.ts';
import type { ByteRange, FileRef } from './backend.ts';
import { objectTruncated } from './backend-error.ts';
import { describeRef } from './layout.ts';

/** No object is that big: packs end far below, and a forged sparse file must not take all memory. */
export const MAX_WHOLE_READ_BYTES = 2 ** 31;
const PIECE_BYTES = 64 * 1024 * 1024;

// A pipe under an object's name would block `open` for ever. Windows has no such flag.
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Reads an object's file, whole or a range of it. Links are followed, as restic does. Throws system errors as they come. */
export async function readObjectFile(
  path: string,
  ref: FileRef,
  location: string,
  range: ByteRange | undefined,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  if (range) checkRange(range);
  const handle = await open(path, OPEN_FLAGS);
  try {
    const status = await handle.stat();
    if (!status.isFile()) {
      throw new EngineError('corrupt', `${describeRef(ref)} in ${location} is not a file.`, { context: { ...ref } });
    }
    const { offset, length } = boundedRange(ref, location, range, status.size);
    return await readExactly(handle, ref, location, offset, length, signal);
  } finally {
    await handle.close();
  }
}

/** A range comes from an index or a pack header: numbers that no file can have are a defect of the caller's checks. */
export function checkRange({ offset, length }: ByteRange): void {
  if (Number.isSafeInteger(offset) && offset >= 0 && Number.isSafeInteger(length) && length >= 0) return;
  throw new EngineError('invalid_argument', `Not a range of bytes: ${length} from ${offset}.`);
}

/** The bytes to read, checked against the size before anything is allocated. */
export function boundedRange(
  ref: FileRef,
  location: string,
  range: ByteRange | undefined,
  sizeBytes: number,
): ByteRange {
  if (range) {
    const endBytes = range.offset + range.length;
    if (endBytes > sizeBytes) throw objectTruncated(ref, location, endBytes, sizeBytes);
    return range;
  }
  if (sizeBytes > MAX_WHOLE_READ_BYTES) {
    throw new EngineError(
      'corrupt',
      `${describeRef(ref)} in ${location} is too big to be genuine: ${sizeBytes} bytes.`,
      {
        context: { ...ref, sizeBytes },
      },
    );
  }
  return { offset: 0, length: sizeBytes };
}

async function readExactly(
  handle: FileHandle,
  ref: FileRef,
  location: string,
  offset: number,
  length: number,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  // Not from Node's shared pool: callers transfer these bytes to workers.
  const bytes = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    throwIfAborted(signal);
    const { bytesRead } = await handle.read(bytes, filled, Math.min(PIECE_BYTES, length - filled), offset + filled);
    if (bytesRead === 0) throw objectTruncated(ref, location, offset + length, offset + filled);
    filled += bytesRead;
  }
  return bytes;
}
