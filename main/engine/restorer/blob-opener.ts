import { hash } from 'node:crypto';
import { EngineError, isEngineError } from '../base/errors.ts';
import { shortId } from '../base/ids.ts';
import { ZstdCodec } from '../compression/zstd-codec.ts';
import type { MasterKey } from '../crypto/master-key.ts';
import { Sealer } from '../crypto/sealer.ts';
import type { BlobTable } from '../index/blob-table.ts';
import type { PackReader } from '../pack/pack-reader.ts';

/** Blobs that the chunker cuts fit; rarer larger ones get memory of their own. */
const SCRATCH_BYTES = 8 * 1024 * 1024;

/** Turns sealed blobs of an opened pack into checked plaintext, one at a time and without memory of its own for each. */
export class BlobOpener {
  readonly #table: BlobTable;
  readonly #sealer: Sealer;
  readonly #zstd = new ZstdCodec();
  readonly #inflated = Buffer.allocUnsafeSlow(SCRATCH_BYTES);

  constructor(table: BlobTable, masterKey: MasterKey) {
    this.#table = table;
    this.#sealer = new Sealer(masterKey);
  }

  /** The plaintext, valid until the next call. Throws `corrupt` when bytes, length or hash are not what the index says. */
  open(reader: PackReader, entry: number): Uint8Array {
    const sealed = reader.blobAt(this.#table.offset(entry), this.#table.length(entry));
    // Decrypted where it lies, which saves a copy and 8 MiB: the reader's window is used for nothing else.
    return this.#prove(this.#sealer.openInPlace(sealed), entry);
  }

  /** The same for what is decrypted already; undefined instead of `corrupt`. The plaintext may be `payload` itself. */
  tryProve(payload: Uint8Array, entry: number): Uint8Array | undefined {
    try {
      return this.#prove(payload, entry);
    } catch (error) {
      if (isEngineError(error, 'corrupt')) return undefined;
      throw error;
    }
  }

  close(): void {
    this.#zstd.close();
  }

  #prove(payload: Uint8Array, entry: number): Uint8Array {
    const table = this.#table;
    const plainLength = table.plainLength(entry);
    const plain = table.uncompressedLength(entry) === 0 ? payload : this.#inflate(payload, plainLength);
    if (plain.length !== plainLength) {
      throw this.#corrupt(entry, `has ${plain.length} bytes where the index says ${plainLength}`);
    }
    // As characters: a result in bytes would be two objects and an allocation for each blob.
    if (hash('sha256', plain, 'binary') !== table.idLatin1(entry)) {
      throw this.#corrupt(entry, 'does not match its id');
    }
    return plain;
  }

  /** `plainLength` is the index's word: memory beyond the scratch is given out only as content really comes. */
  #inflate(payload: Uint8Array, plainLength: number): Uint8Array {
    if (plainLength > this.#inflated.length) return this.#zstd.decompress(payload, plainLength);
    const size = this.#zstd.decompressInto(payload, this.#inflated);
    if (size < 0) throw new EngineError('corrupt', 'A blob decompresses to more bytes than the index says.');
    return this.#inflated.subarray(0, size);
  }

  #corrupt(entry: number, what: string): EngineError {
    return new EngineError('corrupt', `Blob ${shortId(this.#table.idHex(entry))} ${what}.`);
  }
}
