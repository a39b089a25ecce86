import { hash } from 'node:crypto';
import { EngineError, isEngineError } from '../base/errors.ts';
import { ZstdCodec } from '../compression/zstd-codec.ts';
import { SEAL_OVERHEAD, type Sealer } from '../crypto/sealer.ts';
import type { BlobTable } from '../index/blob-table.ts';

/** Holds the largest chunk. Only what is written to takes memory; a smaller one that is replaced takes it twice. */
const START_BYTES = 8 * 1024 * 1024;
/** Blobs that claim to be larger are decompressed into memory that grows with what really comes out. */
const MAX_BUFFER_BYTES = 64 * 1024 * 1024;

/** Opens sealed blobs one after another through buffers that are reused, and proves them against their ids. One a thread. */
export class BlobOpener {
  readonly #sealer: Sealer;
  readonly #zstd: ZstdCodec;
  #payload: Buffer = Buffer.alloc(0);
  #plain = Buffer.allocUnsafeSlow(START_BYTES);

  constructor(sealer: Sealer, zstd: ZstdCodec = new ZstdCodec()) {
    this.#sealer = sealer;
    this.#zstd = zstd;
  }

  /**
   * The plaintext of the entry's blob, valid until the next call. Throws `corrupt` when MAC, compression, length or hash do
   * not fit; the message does not name the blob. `destroy` lets it decrypt in the memory of `sealed`, which spares a buffer.
   */
  open(sealed: Uint8Array, table: BlobTable, entry: number, destroy = false): Buffer {
    return this.prove(destroy ? this.#openInPlace(sealed) : this.#openAside(sealed), table, entry);
  }

  /** The same for what has been decrypted already. */
  prove(payload: Buffer, table: BlobTable, entry: number): Buffer {
    const plain = table.uncompressedLength(entry) === 0 ? payload : this.#decompress(payload, table.plainLength(entry));
    // As characters: a result in bytes would be two objects and an allocation.
    if (hash('sha256', plain, 'binary') !== table.idLatin1(entry)) {
      throw new EngineError('corrupt', 'its content does not match its id');
    }
    return plain;
  }

  close(): void {
    this.#zstd.close();
  }

  #openInPlace(sealed: Uint8Array): Buffer {
    const payload = this.#sealer.openInPlace(sealed);
    return Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  }

  #openAside(sealed: Uint8Array): Buffer {
    const payloadBytes = sealed.length - SEAL_OVERHEAD;
    if (this.#payload.length < payloadBytes) this.#payload = Buffer.allocUnsafeSlow(roomFor(payloadBytes));
    return this.#payload.subarray(0, this.#sealer.openInto(sealed, this.#payload, 0));
  }

  #decompress(payload: Buffer, plainLength: number): Buffer {
    if (plainLength > MAX_BUFFER_BYTES) return exactly(this.#zstd.decompress(payload, plainLength), plainLength);
    if (this.#plain.length < plainLength) this.#plain = Buffer.allocUnsafeSlow(roomFor(plainLength));
    const plain = this.#plain.subarray(0, plainLength);
    let size: number;
    try {
      size = this.#zstd.decompressInto(payload, plain);
    } catch (error) {
      if (!isEngineError(error, 'corrupt')) throw error;
      throw new EngineError('corrupt', 'its compressed content cannot be read', { cause: error });
    }
    if (size < 0) throw new EngineError('corrupt', `it has more than the ${plainLength} bytes that the index says`);
    return exactly(plain.subarray(0, size), plainLength);
  }
}

function exactly(plain: Buffer, plainLength: number): Buffer {
  if (plain.length === plainLength) return plain;
  throw new EngineError('corrupt', `it has ${plain.length} bytes where the index says ${plainLength}`);
}

/** Grows in few steps: a buffer that is replaced stays in memory until the next garbage collection. */
function roomFor(bytes: number): number {
  return Math.max(bytes, Math.min(MAX_BUFFER_BYTES, 2 ** Math.ceil(Math.log2(bytes + 1))));
}
