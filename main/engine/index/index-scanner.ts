import { ID_BYTES } from '../base/ids.ts';
import { webAssembly } from '../chunker/web-assembly.ts';
import { ENTRY_FIELDS } from '../pack/pack-header.ts';
import { INDEX_SCANNER_WASM_BASE64 } from './index-scanner-wasm.ts';
import type { ListedPacks } from './listed-packs.ts';

// The memory's layout, as assembly/index-scanner.ts has it.
const WINDOW = 0x1000;
const PACK_IDS = 0x12000;
const FIRST_BLOBS = 0x1a000;
const FIELDS = 0x20000;
const BLOB_IDS = 0x28000;
const END = 0x40000;
const PAGE = 0x10000;
const WINDOW_BYTES = 0x10000;

/** Thrown through the scanner only: the text is not in the shape it knows, be it valid or not. */
const UNUSUAL = new Error('unusual index');

interface Exports {
  scan(allowCompressed: number): void;
}

let compiled: object | undefined;

/**
 * Reads the JSON that restic, its relatives and we write, straight from the bytes, without an object for a blob: keys in
 * any order, white space anywhere, unknown keys with plain values. Everything else (escapes, nested unknown values, keys
 * given twice, strings longer than the window, any invalid value) it leaves to the slower decoder, which also finds the words for
 * what is wrong. In WebAssembly, over a quarter of a MiB of its own, however large the file is.
 */
export class IndexScanner {
  readonly #allowCompressed: boolean;
  readonly #windowBytes: number;
  readonly #memory: Uint8Array;
  readonly #exports: Exports;
  #text: Uint8Array = new Uint8Array(0);
  /** How much of the text was in the window so far. */
  #read = 0;
  /** Where the text in the window ends. */
  #end = WINDOW;

  /** `windowBytes` is for tests: how much of the text is looked at at once. */
  constructor(out: ListedPacks, allowCompressed: boolean, windowBytes = WINDOW_BYTES) {
    this.#allowCompressed = allowCompressed;
    this.#windowBytes = Math.min(windowBytes, WINDOW_BYTES);
    const memory = new webAssembly.Memory({ initial: END / PAGE, maximum: END / PAGE });
    this.#memory = new Uint8Array(memory.buffer);
    compiled ??= new webAssembly.Module(Buffer.from(INDEX_SCANNER_WASM_BASE64, 'base64'));
    const env = {
      memory,
      more: (keep: number) => this.#more(keep),
      takePacks: (count: number) => {
        const ids = new Uint8Array(memory.buffer, PACK_IDS, count * ID_BYTES);
        out.addPacks(ids, new Uint32Array(memory.buffer, FIRST_BLOBS, count));
      },
      takeBlobs: (count: number) => {
        const ids = new Uint8Array(memory.buffer, BLOB_IDS, count * ID_BYTES);
        out.addBlobs(ids, new Uint32Array(memory.buffer, FIELDS, count * ENTRY_FIELDS));
      },
      unusual: () => {
        throw UNUSUAL;
      },
    };
    // The module's signatures are those of assembly/index-scanner.ts; WebAssembly itself cannot tell TypeScript.
    this.#exports = new webAssembly.Instance(compiled, { env }).exports as Exports;
  }

  /** False when the text needs the slower decoder; the output then holds rubbish. */
  scan(text: Uint8Array): boolean {
    this.#text = text;
    this.#read = 0;
    this.#end = WINDOW;
    try {
      this.#exports.scan(Number(this.#allowCompressed));
      return true;
    } catch (error) {
      if (error !== UNUSUAL) throw error;
      return false;
    } finally {
      this.#text = new Uint8Array(0);
    }
  }

  /** Moves the window on: what is in it from `keep` on comes first, then as much more of the text as there is room for. */
  #more(keep: number): number {
    const kept = this.#end - keep;
    const more = this.#text.subarray(this.#read, this.#read + this.#windowBytes - kept);
    if (more.length === 0) return 0;
    this.#memory.copyWithin(WINDOW, keep, this.#end);
    this.#memory.set(more, WINDOW + kept);
    this.#read += more.length;
    this.#end = WINDOW + kept + more.length;
    this.#memory[this.#end] = 0;
    return this.#end;
  }
}
