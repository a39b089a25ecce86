import zlib from 'node:zlib';
import { systemErrorCode } from '../base/errors.ts';
import { compressOptions, decompressOptions } from './zstd-engine.ts';
import type { Grow, ZstdEngine } from './zstd-engine.ts';
import { frameError, splitFrames } from './zstd-frames.ts';

/** Works through Node's documented one-shot calls: slower on small blobs, but independent of Node's insides. */
export class PublicZstd implements ZstdEngine {
  readonly #level: number;

  constructor(level: number) {
    this.#level = level;
  }

  compressInto(source: Uint8Array, out: Uint8Array): number {
    const frame = zlib.zstdCompressSync(source, compressOptions(this.#level));
    if (frame.length > out.length) return -1;
    out.set(frame, 0);
    return frame.length;
  }

  decompressInto(frames: Uint8Array, out: Uint8Array, grow: Grow): number {
    let target = out;
    let written = 0;
    // The one-shot call stops silently behind the first frame, so it gets them one by one.
    for (const { start, end, skippable } of splitFrames(frames)) {
      if (skippable) continue;
      const frame = frames.subarray(start, end);
      let content = decompressFrame(frame, target.length - written);
      while (!content) {
        const larger = grow(written);
        if (!larger) return -1;
        target = larger;
        content = decompressFrame(frame, target.length - written);
      }
      target.set(content, written);
      written += content.length;
    }
    return written;
  }

  close(): void {
    // Nothing is kept between calls.
  }
}

/** Returns undefined when the content is larger than `maxBytes`. */
function decompressFrame(frame: Uint8Array, maxBytes: number): Buffer | undefined {
  try {
    // The option must be at least 1, so one byte too many may come back.
    const options = { ...decompressOptions(), maxOutputLength: Math.max(1, maxBytes) };
    const content = zlib.zstdDecompressSync(frame, options);
    return content.length <= maxBytes ? content : undefined;
  } catch (error) {
    if (systemErrorCode(error) === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw frameError(error instanceof Error ? error.message : String(error), error);
  }
}
