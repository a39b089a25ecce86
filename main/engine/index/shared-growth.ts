import { EngineError } from '../base/errors.ts';

/**
 * A SharedArrayBuffer that may grow up to `maxBytes`. Only address space is reserved for the rest; pages cost memory once
 * they are written.
 */
export function growableBuffer(bytes: number, maxBytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(bytes, { maxByteLength: maxBytes });
}

/** Makes the buffer at least `bytes` long. Any thread may call it at any time; `bytes` is within the maximum. */
export function growTo(buffer: SharedArrayBuffer, bytes: number): void {
  while (buffer.byteLength < bytes) {
    try {
      buffer.grow(bytes);
    } catch (error) {
      // Another thread grew it further in the meantime: shrinking is refused with the same RangeError as a lack of memory.
      if (buffer.byteLength >= bytes) return;
      throw new EngineError('internal', `Not enough memory for the table of known blobs (${bytes} bytes).`, {
        retry: 'later',
        cause: error,
      });
    }
  }
}

/** A view of fixed length over all there is now. */
export function wholeView(buffer: SharedArrayBuffer): Int32Array {
  return new Int32Array(buffer, 0, Math.floor(buffer.byteLength / 4));
}
