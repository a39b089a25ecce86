import { hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { EngineError } from '../base/errors.ts';
import type { ZstdCodec } from '../compression/zstd-codec.ts';
import { SEAL_OVERHEAD, type Sealer } from '../crypto/sealer.ts';
import type { PackSlice, ParentTree } from './archive-messages.ts';

/** Tree blobs of one backup lie in few packs, and those of a walk one after another. */
const MAX_OPEN_PACKS = 8;
const START_BYTES = 64 * 1024;
/** Beyond this size memory is only taken as content really comes out of the decompressor. */
const MAX_TRUSTED_BYTES = 16 * 1024 * 1024;

interface OpenPack {
  readonly fd: number;
  readonly sizeBytes: number;
}

/** Reads the parent's folders in a worker: from the pack's file where there is one, else as the main thread sent them. */
export class ParentTreeLoader {
  readonly #sealer: Sealer;
  readonly #zstd: ZstdCodec;
  /** By path; the least recently opened one is closed first. */
  readonly #packs = new Map<string, OpenPack>();
  #sealed = Buffer.allocUnsafeSlow(START_BYTES);
  #plain = Buffer.allocUnsafeSlow(START_BYTES);

  constructor(sealer: Sealer, zstd: ZstdCodec) {
    this.#sealer = sealer;
    this.#zstd = zstd;
  }

  /** The tree's bytes, valid until the next call. Throws `corrupt` or what the file system says. */
  load({ id, source }: ParentTree): Buffer {
    const bytes = 'plaintext' in source ? source.plaintext : this.#readSlice(source);
    if (hash('sha256', bytes, 'hex') !== id) {
      throw new EngineError('corrupt', `The tree ${id} does not match its id.`, { context: { treeId: id } });
    }
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  close(): void {
    for (const { fd } of this.#packs.values()) closeSync(fd);
    this.#packs.clear();
  }

  /** A view that is valid until the next call. */
  #readSlice(slice: PackSlice): Uint8Array {
    const { length, plainLength, packPath } = slice;
    const { fd, sizeBytes } = this.#packFile(packPath);
    if (slice.offset + length > sizeBytes || length < SEAL_OVERHEAD) {
      throw new EngineError('corrupt', `The pack ${packPath} is shorter than the index says.`);
    }
    this.#sealed = withRoom(this.#sealed, length);
    const sealed = this.#sealed.subarray(0, length);
    for (let done = 0; done < length;) {
      const count = readSync(fd, sealed, done, length - done, slice.offset + done);
      if (count === 0) throw new EngineError('corrupt', `The pack ${packPath} was cut off while it was read.`);
      done += count;
    }
    const payload = this.#sealer.openInPlace(sealed);
    return slice.compressed ? this.#decompress(payload, plainLength) : payload;
  }

  #decompress(payload: Uint8Array, plainLength: number): Uint8Array {
    if (plainLength > MAX_TRUSTED_BYTES) return this.#zstd.decompress(payload, plainLength);
    this.#plain = withRoom(this.#plain, plainLength);
    const size = this.#zstd.decompressInto(payload, this.#plain.subarray(0, plainLength));
    return this.#plain.subarray(0, Math.max(0, size));
  }

  #packFile(path: string): OpenPack {
    const known = this.#packs.get(path);
    if (known !== undefined) return known;
    if (this.#packs.size >= MAX_OPEN_PACKS) {
      const [oldest] = this.#packs;
      if (oldest) {
        closeSync(oldest[1].fd);
        this.#packs.delete(oldest[0]);
      }
    }
    const fd = openSync(path, 'r');
    const opened = { fd, sizeBytes: fstatSync(fd).size };
    this.#packs.set(path, opened);
    return opened;
  }
}

function withRoom(buffer: Buffer<ArrayBuffer>, bytes: number): Buffer<ArrayBuffer> {
  return buffer.length >= bytes ? buffer : Buffer.allocUnsafeSlow(Math.max(bytes, buffer.length * 2));
}
