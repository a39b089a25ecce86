import zlib from 'node:zlib';
import { EngineError } from '../base/errors.ts';
import { NativeStream } from './native-stream.ts';
import { compressOptions, decompressOptions } from './zstd-engine.ts';
import type { Grow, ZstdEngine } from './zstd-engine.ts';
import { frameError } from './zstd-frames.ts';

const { ZSTD_e_continue, ZSTD_e_end } = zlib.constants;
const NOTHING = new Uint8Array(0);
const DRAIN_BYTES = 128 * 1024;
// The stream object brings an output buffer that nobody uses here; this is the smallest it takes.
const UNUSED_CHUNK_BYTES = 64;

/**
 * Works on two kept contexts, each made when it is first needed. Invariant: between calls a context stands at a frame
 * boundary. Whatever leaves it elsewhere drops it: a native reset would also forget level and window.
 */
export class NativeZstd implements ZstdEngine {
  readonly #level: number;
  #encoder: NativeStream | undefined;
  #decoder: NativeStream | undefined;

  constructor(level: number) {
    this.#level = level;
  }

  compressInto(source: Uint8Array, out: Uint8Array): number {
    this.#encoder ??= new NativeStream(
      zlib.createZstdCompress({ ...compressOptions(this.#level), chunkSize: UNUSED_CHUNK_BYTES }),
    );
    const encoder = this.#encoder;
    // With room for the worst case zstd works straight from `source` to `out`, without its own buffers in between.
    encoder.step(ZSTD_e_end, source, 0, out, 0);
    if (encoder.failure !== undefined) {
      this.#dropEncoder();
      throw new EngineError('internal', `zstd could not compress ${source.length} bytes: ${encoder.failure}.`);
    }
    if (encoder.sourceLeft === 0 && encoder.outLeft > 0) return out.length - encoder.outLeft;
    this.#drainEncoder(source);
    return -1;
  }

  decompressInto(frames: Uint8Array, out: Uint8Array, grow: Grow): number {
    try {
      const size = this.#decode(frames, out, grow);
      if (size < 0) this.#dropDecoder();
      return size;
    } catch (error) {
      this.#dropDecoder();
      throw error;
    }
  }

  close(): void {
    this.#dropEncoder();
    this.#dropDecoder();
  }

  #decode(frames: Uint8Array, out: Uint8Array, grow: Grow): number {
    this.#decoder ??= new NativeStream(
      zlib.createZstdDecompress({ ...decompressOptions(), chunkSize: UNUSED_CHUNK_BYTES }),
    );
    const decoder = this.#decoder;
    let target = out;
    let read = 0;
    let written = 0;
    // zstd takes a frame's last byte only when all of its content has been handed out. As the frames are known to be whole,
    // the end of the input is therefore the end of the output.
    while (read < frames.length) {
      const space = target.length - written;
      // One step ends at the latest with the frame.
      decoder.step(ZSTD_e_continue, frames, read, target, written);
      if (decoder.failure !== undefined) throw frameError(decoder.failure);
      const nowRead = frames.length - decoder.sourceLeft;
      const nowWritten = written + space - decoder.outLeft;
      const stuck = nowRead === read && nowWritten === written;
      read = nowRead;
      written = nowWritten;
      if (!stuck) continue;
      if (written < target.length) throw frameError('zstd makes no progress');
      // Only now: a full output may be followed by frames without content.
      const larger = grow(written);
      if (!larger) return -1;
      target = larger;
    }
    return written;
  }

  /** Brings the encoder to the end of a frame that nobody wants. A full output may have ended exactly with the frame; then this makes an empty one. */
  #drainEncoder(source: Uint8Array): void {
    const encoder = this.#encoder;
    if (!encoder) return;
    const sink = Buffer.allocUnsafe(DRAIN_BYTES);
    do {
      const rest = source.subarray(source.length - encoder.sourceLeft);
      encoder.step(ZSTD_e_end, rest.length > 0 ? rest : NOTHING, 0, sink, 0);
      if (encoder.failure !== undefined) {
        this.#dropEncoder();
        return;
      }
    } while (encoder.sourceLeft > 0 || encoder.outLeft === 0);
  }

  #dropEncoder(): void {
    this.#encoder?.close();
    this.#encoder = undefined;
  }

  #dropDecoder(): void {
    this.#decoder?.close();
    this.#decoder = undefined;
  }
}
