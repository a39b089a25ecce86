import { EngineError } from '../base/errors.ts';
import { webAssembly } from '../chunker/web-assembly.ts';
import { ENTRY_FIELDS } from '../pack/pack-header.ts';
import { ENTRY_ID_WORDS } from './blob-entries.ts';
import type { BlobTable } from './blob-table.ts';
import { INDEX_ENCODER_WASM_BASE64 } from './index-encoder-wasm.ts';

// The memory's layout, as assembly/index-encoder.ts has it.
const PIECES = [
  '{"id":"',
  '","type":"data","offset":',
  '","type":"tree","offset":',
  ',"length":',
  ',"uncompressed_length":',
];
const PIECE_STRIDE = 0x20;
const FIELDS = 0x1000;
const IDS = 0x4000;
const IDS_END = 0x8000;
/** What comes in front of the blobs ends here. */
const TEXT = 0x8200;
const END = 0x20000;
const PAGE = 0x10000;

/** What has room: at most 161 bytes of text each. */
export const MAX_BLOB_TEXTS = 512;

interface Exports {
  encode(count: number, follow: number): number;
}

let shared: BlobTexts | undefined;

/** The one of this thread: nothing stays in it between two calls. */
export function blobTexts(): BlobTexts {
  return (shared ??= new BlobTexts());
}

/** Writes the JSON of blobs as index files have it, in WebAssembly: fast from the first call. */
export class BlobTexts {
  readonly #memory: Buffer;
  readonly #fields: Uint32Array;
  readonly #ids: Int32Array;
  readonly #exports: Exports;

  constructor() {
    const memory = new webAssembly.Memory({ initial: END / PAGE, maximum: END / PAGE });
    this.#memory = Buffer.from(memory.buffer);
    this.#fields = new Uint32Array(memory.buffer, FIELDS, MAX_BLOB_TEXTS * ENTRY_FIELDS);
    this.#ids = new Int32Array(memory.buffer, IDS, MAX_BLOB_TEXTS * ENTRY_ID_WORDS);
    PIECES.forEach((text, i) => {
      this.#memory[i * PIECE_STRIDE] = this.#memory.write(text, i * PIECE_STRIDE + 1, 'latin1');
    });
    const module = new webAssembly.Module(Buffer.from(INDEX_ENCODER_WASM_BASE64, 'base64'));
    // The module's signatures are those of assembly/index-encoder.ts; WebAssembly itself cannot tell TypeScript.
    this.#exports = new webAssembly.Instance(module, { env: { memory } }).exports as Exports;
  }

  /**
   * The text `before`, and behind it the blobs from the `first` on, at most MAX_BLOB_TEXTS of them. `entries` holds `ENTRY_FIELDS` a
   * blob, the table's entry first.
   */
  encode(before: string, table: BlobTable, entries: Uint32Array, first: number): Buffer {
    const start = TEXT - before.length;
    if (start < IDS_END) throw new EngineError('internal', `No room for ${before.length} characters.`);
    const count = Math.min(MAX_BLOB_TEXTS, entries.length / ENTRY_FIELDS - first);
    for (let i = 0, to = 0, from = first * ENTRY_FIELDS; i < count; i++, to += ENTRY_FIELDS, from += ENTRY_FIELDS) {
      const entry = entries[from] ?? 0;
      table.copyId(entry, this.#ids, i * ENTRY_ID_WORDS);
      this.#fields[to] = table.typeCode(entry);
      this.#fields[to + 1] = entries[from + 1] ?? 0;
      this.#fields[to + 2] = entries[from + 2] ?? 0;
      this.#fields[to + 3] = entries[from + 3] ?? 0;
    }
    const length = this.#exports.encode(count, Number(first > 0));
    this.#memory.write(before, start, 'latin1');
    return Buffer.from(this.#memory.subarray(start, TEXT + length));
  }
}
