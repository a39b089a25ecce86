import { BLOB_TYPE_CODE } from '../base/blob-type.ts';
import type { BlobType } from '../base/blob-type.ts';
import { EngineError } from '../base/errors.ts';
import type { PackId } from '../base/ids.ts';
import { SEAL_OVERHEAD } from '../crypto/sealer.ts';
import type { Sealer } from '../crypto/sealer.ts';
import { ENTRY_FIELDS, entryBytes, headerHasRoom, writeHeaderEntry } from './pack-header.ts';
import { StagedFile } from './staged-file.ts';

export const DEFAULT_PACK_BYTES = 16 * 1024 * 1024;
const DEFAULT_BUFFER_BYTES = 512 * 1024;
/** Larger blobs are encrypted in pieces of this size. */
const PIECE_BYTES = 128 * 1024;
const IV_BYTES = 16;
const TAG_BYTES = 16;
const START_ENTRIES = 64;

export interface FinishedPack {
  /** The staged file: closed, complete, not yet durable. */
  readonly path: string;
  readonly id: PackId;
  readonly sizeBytes: number;
  readonly type: BlobType;
  /** `ENTRY_FIELDS` a blob, in physical order: table entry, offset, sealed length, uncompressed length or 0. */
  readonly entries: Uint32Array<ArrayBuffer>;
}

export interface PackWriterOptions {
  readonly type: BlobType;
  readonly sealer: Sealer;
  /** Where the header's blob ids come from: the blob table. */
  readonly ids: { idBytes(entry: number): Uint8Array };
  /** A path for the next staged file. */
  readonly nextPath: () => string;
  readonly onPack: (pack: FinishedPack) => void;
  /** Bytes of blobs after which a pack is closed. */
  readonly targetBytes?: number;
  readonly bufferBytes?: number;
}

/**
 * Writes blobs of one type into packs, encrypting through a small buffer, so that a pack never lies in memory. Synchronous,
 * for worker threads; one writer a thread and type. A blob of at least the target size gets a pack of its own, as in restic
 * since 0.18; unlike there, the others are not spread over two open packs.
 *
 * After an error the unfinished file is gone and the writer refuses more: the blobs in it are lost, and the run with them.
 */
export class PackWriter {
  readonly #options: PackWriterOptions;
  readonly #targetBytes: number;
  readonly #buffer: Buffer;
  #buffered = 0;
  /** The pack that `#buffer` flows into. */
  #pack: OpenPack | undefined;
  /** The unfinished common pack, while a large blob gets its own. */
  #parked: OpenPack | undefined;
  #failed = false;

  constructor(options: PackWriterOptions) {
    this.#options = options;
    this.#targetBytes = options.targetBytes ?? DEFAULT_PACK_BYTES;
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(options.bufferBytes ?? DEFAULT_BUFFER_BYTES, PIECE_BYTES * 2));
  }

  /** Bytes of blobs in the pack that is not finished yet. */
  get pendingBytes(): number {
    return this.#pack?.blobBytes ?? 0;
  }

  /** Encrypts and adds a blob's payload. `uncompressedLength` is 0 when the payload is the plaintext itself. */
  addBlob(entry: number, payload: Uint8Array, uncompressedLength: number): void {
    this.#add(entry, payload.length + SEAL_OVERHEAD, uncompressedLength, () => this.#seal(payload));
  }

  /** Adds a blob that is sealed already, as prune copies it from another pack after checking it. */
  addSealed(entry: number, sealed: Uint8Array, uncompressedLength: number): void {
    if (sealed.length < SEAL_OVERHEAD) throw new EngineError('internal', 'A sealed blob has at least 32 bytes.');
    this.#add(entry, sealed.length, uncompressedLength, () => this.#write(sealed));
  }

  /** Closes the unfinished pack, if there is one. The writer may be used again. */
  finish(): void {
    this.#guarded(() => this.#finishPack());
  }

  /** Deletes the unfinished staged file. Finished ones belong to whoever got them. */
  discard(): void {
    this.#failed = true;
    this.#pack?.file.discard();
    this.#parked?.file.discard();
    this.#pack = undefined;
    this.#parked = undefined;
    this.#buffered = 0;
  }

  #add(entry: number, sealedBytes: number, uncompressedLength: number, write: () => void): void {
    if (sealedBytes >= 2 ** 32 || uncompressedLength >= 2 ** 32) {
      throw new EngineError(
        'internal',
        `A blob of ${Math.max(sealedBytes, uncompressedLength)} bytes fits in no pack.`,
      );
    }
    this.#guarded(() => {
      const own = sealedBytes >= this.#targetBytes;
      if (own) this.#park();
      const pack = (this.#pack ??= new OpenPack(new StagedFile(this.#options.nextPath())));
      write();
      pack.add(entry, sealedBytes, uncompressedLength);
      if (own || pack.blobBytes >= this.#targetBytes || !headerHasRoom(pack.headerBytes)) this.#finishPack();
      if (own) this.#unpark();
    });
  }

  #park(): void {
    this.#flush();
    this.#parked = this.#pack;
    this.#pack = undefined;
  }

  #unpark(): void {
    this.#pack = this.#parked;
    this.#parked = undefined;
  }

  #finishPack(): void {
    const pack = this.#pack;
    if (!pack) return;
    const { type } = this.#options;
    const header = pack.encodeHeader(BLOB_TYPE_CODE[type], this.#options.ids);
    this.#seal(header);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(header.length + SEAL_OVERHEAD);
    this.#write(length);
    this.#flush();
    const id = pack.file.finish() as PackId;
    const { path, sizeBytes } = pack.file;
    const entries = pack.takeEntries();
    // From here on the file is the receiver's, even when it throws.
    this.#pack = undefined;
    this.#options.onPack({ path, id, sizeBytes, type, entries });
  }

  #seal(plain: Uint8Array): void {
    const { sealer } = this.#options;
    const buffer = this.#buffer;
    if (plain.length <= PIECE_BYTES) {
      this.#makeRoom(plain.length + SEAL_OVERHEAD);
      this.#buffered += sealer.sealInto(plain, buffer, this.#buffered);
      return;
    }
    this.#makeRoom(IV_BYTES);
    const stream = sealer.beginSeal(buffer.subarray(this.#buffered, this.#buffered + IV_BYTES));
    this.#buffered += IV_BYTES;
    for (let at = 0; at < plain.length; at += PIECE_BYTES) {
      const piece = plain.subarray(at, at + PIECE_BYTES);
      this.#makeRoom(piece.length);
      stream.update(piece, buffer, this.#buffered);
      this.#buffered += piece.length;
    }
    this.#makeRoom(TAG_BYTES);
    stream.finish(buffer.subarray(this.#buffered, this.#buffered + TAG_BYTES));
    this.#buffered += TAG_BYTES;
  }

  #write(bytes: Uint8Array): void {
    if (bytes.length > PIECE_BYTES) {
      this.#flush();
      this.#pack?.file.append(bytes);
      return;
    }
    this.#makeRoom(bytes.length);
    this.#buffer.set(bytes, this.#buffered);
    this.#buffered += bytes.length;
  }

  #makeRoom(bytes: number): void {
    if (this.#buffered + bytes > this.#buffer.length) this.#flush();
  }

  #flush(): void {
    if (this.#buffered === 0) return;
    this.#pack?.file.append(this.#buffer.subarray(0, this.#buffered));
    this.#buffered = 0;
  }

  #guarded(action: () => void): void {
    if (this.#failed) throw new EngineError('internal', 'The pack writer failed earlier and takes no more blobs.');
    try {
      action();
    } catch (error) {
      this.discard();
      throw error;
    }
  }
}

/** A pack's file and the list of what is in it so far. */
class OpenPack {
  readonly file: StagedFile;
  #entries = new Uint32Array(START_ENTRIES * ENTRY_FIELDS);
  #count = 0;
  blobBytes = 0;
  headerBytes = 0;

  constructor(file: StagedFile) {
    this.file = file;
  }

  add(entry: number, sealedBytes: number, uncompressedLength: number): void {
    const at = this.#count * ENTRY_FIELDS;
    if (at === this.#entries.length) {
      const larger = new Uint32Array(at * 2);
      larger.set(this.#entries);
      this.#entries = larger;
    }
    this.#entries[at] = entry;
    this.#entries[at + 1] = this.blobBytes;
    this.#entries[at + 2] = sealedBytes;
    this.#entries[at + 3] = uncompressedLength;
    this.#count++;
    this.blobBytes += sealedBytes;
    this.headerBytes += entryBytes(uncompressedLength !== 0);
  }

  encodeHeader(typeCode: number, ids: PackWriterOptions['ids']): Buffer {
    const header = Buffer.allocUnsafe(this.headerBytes);
    let at = 0;
    for (let i = 0; i < this.#count * ENTRY_FIELDS; i += ENTRY_FIELDS) {
      const length = this.#entries[i + 2] ?? 0;
      const uncompressedLength = this.#entries[i + 3] ?? 0;
      at = writeHeaderEntry(header, at, typeCode, length, uncompressedLength, ids.idBytes(this.#entries[i] ?? 0));
    }
    return header;
  }

  takeEntries(): Uint32Array<ArrayBuffer> {
    return this.#entries.slice(0, this.#count * ENTRY_FIELDS);
  }
}
