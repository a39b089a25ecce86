import zlib from 'node:zlib';
import type { ZstdCompress, ZstdDecompress } from 'node:zlib';

/** The native half of a Node zlib stream: a private interface, used only after `nativeStreamsWork` has said yes. */
interface NativeHandle {
  onerror: (message: string, errno: number, code: string) => void;
  writeSync(
    flush: number,
    source: Uint8Array,
    sourceOffset: number,
    sourceBytes: number,
    out: Uint8Array,
    outOffset: number,
    outBytes: number,
  ): void;
}

/**
 * A zstd context that is kept over many buffers. Node's one-shot calls build a stream object and a context each time, which
 * costs five times as much as compressing 8 KiB; the public stream interface is asynchronous.
 */
export class NativeStream {
  readonly #stream: ZstdCompress | ZstdDecompress;
  readonly #handle: NativeHandle;
  // Written by the native side: bytes of output space left, bytes of input left.
  readonly #state: Uint32Array;
  #failure: string | undefined;

  /** Takes the stream over; nobody else may use it. */
  constructor(stream: ZstdCompress | ZstdDecompress) {
    const parts = nativeParts(stream);
    if (!parts) throw new TypeError('This Node version keeps no native handle in its zstd streams.');
    this.#stream = stream;
    this.#handle = parts.handle;
    this.#state = parts.state;
    // In place of the stream's own listener, which would destroy the stream and emit an event later.
    this.#handle.onerror = (message) => {
      this.#failure = message;
    };
  }

  /** One native step; `outLeft`, `sourceLeft` and `failure` tell what it did. Arguments are checked, as a bad one aborts Node. */
  step(flush: number, source: Uint8Array, sourceOffset: number, out: Uint8Array, outOffset: number): void {
    const sourceBytes = source.length - sourceOffset;
    const outBytes = out.length - outOffset;
    if (!isStepSize(sourceBytes) || !isStepSize(outBytes)) {
      throw new RangeError('zstd: a buffer is larger than 4 GiB, or an offset lies outside.');
    }
    this.#failure = undefined;
    this.#handle.writeSync(flush, source, sourceOffset, sourceBytes, out, outOffset, outBytes);
  }

  get outLeft(): number {
    return this.#state[0] ?? 0;
  }

  get sourceLeft(): number {
    return this.#state[1] ?? 0;
  }

  get failure(): string | undefined {
    return this.#failure;
  }

  close(): void {
    this.#stream.close();
  }
}

function isStepSize(bytes: number): boolean {
  return bytes >= 0 && bytes <= 0xffff_ffff;
}

let works: boolean | undefined;

/** Whether this Node version's private interface is the one we know. Found out once a process. */
export function nativeStreamsWork(): boolean {
  works ??= usesKnownCall(zlib.createZstdCompress()) && usesKnownCall(zlib.createZstdDecompress());
  return works;
}

/**
 * Lets Node itself make one call and looks at how it calls its handle. Calling on trust would be no test: the native side
 * aborts the whole process when the arguments are not what it expects.
 */
function usesKnownCall(stream: ZstdCompress | ZstdDecompress): boolean {
  const process: unknown = Reflect.get(stream, '_processChunk');
  const parts = nativeParts(stream);
  if (!parts || typeof process !== 'function') return false;
  const sample = zlib.zstdCompressSync(Buffer.from('sample'));
  let known = false;
  const native = parts.handle.writeSync;
  parts.handle.writeSync = (...call: unknown[]) => {
    const [flush, source, sourceOffset, sourceBytes, out, outOffset, outBytes] = call;
    const numbers = [flush, sourceOffset, sourceBytes, outOffset, outBytes];
    known =
      call.length === 7 &&
      source === sample &&
      sourceBytes === sample.length &&
      out instanceof Uint8Array &&
      numbers.every((value) => typeof value === 'number');
    Reflect.apply(native, parts.handle, call);
    known &&= parts.state[1] === 0 && Number(parts.state[0]) < Number(outBytes);
  };
  try {
    Reflect.apply(process, stream, [sample, zlib.constants.ZSTD_e_end]);
  } catch {
    return false;
  }
  return known;
}

function nativeParts(stream: object): { handle: NativeHandle; state: Uint32Array } | undefined {
  const handle: unknown = Reflect.get(stream, '_handle');
  const state: unknown = Reflect.get(stream, '_writeState');
  if (!isNativeHandle(handle) || !(state instanceof Uint32Array) || state.length !== 2) return undefined;
  return { handle, state };
}

function isNativeHandle(value: unknown): value is NativeHandle {
  if (typeof value !== 'object' || value === null) return false;
  return typeof Reflect.get(value, 'writeSync') === 'function' && typeof Reflect.get(value, 'onerror') === 'function';
}
