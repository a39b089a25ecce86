import { EngineError } from '../base/errors.ts';
import { nativeStreamsWork } from './native-stream.ts';
import { NativeZstd } from './native-zstd.ts';
import { PublicZstd } from './public-zstd.ts';
import { compressBound } from './zstd-engine.ts';
import type { ZstdEngine } from './zstd-engine.ts';
import { frameError, splitFrames } from './zstd-frames.ts';

export interface ZstdCodecOptions {
  /** 1 to 22. Default 2, which gives restic's repository size at half its time. */
  readonly level?: number;
  /** Stay away from Node's private handles. Default: use them if this Node version's are the known ones. */
  readonly publicOnly?: boolean;
}

const DEFAULT_LEVEL = 2;
const FIRST_GUESS_BYTES = 16 * 1024;
/** Index files, the largest of what has no known size, shrink by 4 to 4.5: a second buffer of twice the size is spared. */
const GUESSED_RATIO = 5;

/**
 * zstd as restic reads and writes it (repository-format, section 7): one frame without checksum and dictionary and with a
 * window of at most 1 MiB is written; any number of whole frames is read, with or without content size.
 *
 * Make one for each thread, keep it, and close it. Native memory, held from first use, measured at level 2 with 1 MiB blobs:
 * encoder about 0.4 MiB, and up to 1.3 MiB more when `out` has less room than `compressBound` and zstd must buffer; decoder
 * about 0.1 MiB, plus the frame's window (0.8 MiB for restic's) when the content has to come out in several steps. Without
 * the native handles nothing is kept.
 */
export class ZstdCodec {
  readonly #engine: ZstdEngine;
  #closed = false;

  constructor(options: ZstdCodecOptions = {}) {
    const level = options.level ?? DEFAULT_LEVEL;
    const useNative = options.publicOnly !== true && nativeStreamsWork();
    this.#engine = useNative ? new NativeZstd(level) : new PublicZstd(level);
  }

  /** Returns the bytes written to `out`, or -1 when they do not fit. Fastest with `compressBound(source.length)` bytes of room. */
  compressInto(source: Uint8Array, out: Uint8Array): number {
    this.#assertOpen();
    return this.#engine.compressInto(source, out);
  }

  /**
   * Returns the bytes written to `out`, or -1 when the content is larger than `out`, whose bytes are undefined then. Throws
   * `corrupt` for damaged or truncated data and for anything behind the last frame. No allocation depends on the data.
   */
  decompressInto(source: Uint8Array, out: Uint8Array): number {
    this.#assertOpen();
    splitFrames(source);
    return this.#engine.decompressInto(source, out, () => undefined);
  }

  compress(source: Uint8Array): Buffer {
    const out = Buffer.allocUnsafe(compressBound(source.length));
    const size = this.compressInto(source, out);
    // A frame as large as the bound leaves no spare byte, by which its end would be known.
    if (size < 0) throw new EngineError('internal', `zstd made more than it should of ${source.length} bytes.`);
    return exactly(out, size);
  }

  /**
   * Decompresses what has no trusted size. Memory grows with the content that really comes out, up to `maxBytes`, whatever
   * the frame header claims. Throws `corrupt`, also for content above `maxBytes`.
   */
  decompress(source: Uint8Array, maxBytes: number): Buffer {
    this.#assertOpen();
    splitFrames(source);
    let out = Buffer.allocUnsafe(Math.min(maxBytes, Math.max(FIRST_GUESS_BYTES, source.length * GUESSED_RATIO)));
    const size = this.#engine.decompressInto(source, out, (usedBytes) => {
      if (out.length >= maxBytes) return undefined;
      const larger = Buffer.allocUnsafe(Math.min(maxBytes, out.length * 2));
      out.copy(larger, 0, 0, usedBytes);
      out = larger;
      return larger;
    });
    if (size < 0) throw frameError(`they hold more than the ${maxBytes} bytes that are allowed here`);
    return exactly(out, size);
  }

  /** Frees the native memory now instead of at some garbage collection. */
  close(): void {
    this.#closed = true;
    this.#engine.close();
  }

  #assertOpen(): void {
    if (this.#closed) throw new EngineError('internal', 'A zstd codec was used after it was closed.');
  }
}

/** The first `size` bytes, copied where the spare room is not worth keeping alive. */
function exactly(bytes: Buffer, size: number): Buffer {
  const used = bytes.subarray(0, size);
  return size * 2 < bytes.length ? Buffer.from(used) : used;
}

export { compressBound };
