import { EngineError } from '../base/errors.ts';
import { CHUNKER_WASM_BASE64 } from './chunker-wasm.ts';
import { chunkerTables } from './chunker-tables.ts';
import { POLYNOMIAL_DEGREE } from './polynomial.ts';
import { webAssembly } from './web-assembly.ts';

const PAGE = 65536;
/** The tables live in the first page; the window starts on the second. */
const WINDOW_ADDRESS = PAGE;

let compiled: object | undefined;

interface ScannerExports {
  scan(from: number, limit: number): number;
  isZero(from: number, length: number): number;
}

/**
 * The fingerprint loops in WebAssembly over a memory of their own, with the tables of one polynomial. All offsets are into
 * `window`; the caller keeps them inside. The memory is reserved at once but costs nothing before it is touched.
 */
export class ChunkScanner {
  readonly window: Uint8Array<ArrayBuffer>;
  readonly #exports: ScannerExports;

  constructor(polynomial: bigint, windowBytes: number) {
    if (polynomial >> BigInt(POLYNOMIAL_DEGREE) !== 1n) {
      throw new EngineError('invalid_argument', `A chunker polynomial has degree ${POLYNOMIAL_DEGREE}`);
    }
    const pages = 1 + Math.ceil(windowBytes / PAGE);
    const memory = new webAssembly.Memory({ initial: pages, maximum: pages });
    writeTables(memory.buffer, polynomial);
    this.window = new Uint8Array(memory.buffer, WINDOW_ADDRESS, windowBytes);
    compiled ??= new webAssembly.Module(Buffer.from(CHUNKER_WASM_BASE64, 'base64'));
    const { exports } = new webAssembly.Instance(compiled, { env: { memory } });
    // The module's signatures are those of assembly/chunker.ts; WebAssembly itself cannot tell TypeScript.
    this.#exports = exports as ScannerExports;
  }

  /** The first cut in [from, limit], or -1. Reads the 64 bytes in front of `from`. */
  firstCut(from: number, limit: number): number {
    const address = this.#exports.scan(WINDOW_ADDRESS + from, WINDOW_ADDRESS + limit);
    return address === 0 ? -1 : address - WINDOW_ADDRESS;
  }

  /** `length` is a multiple of 64. */
  isZero(from: number, length: number): boolean {
    return this.#exports.isZero(WINDOW_ADDRESS + from, length) !== 0;
  }
}

function writeTables(memory: ArrayBuffer, polynomial: bigint): void {
  const { mod, leaving } = chunkerTables(polynomial);
  // WebAssembly memory is little-endian on every host.
  const view = new DataView(memory);
  mod.forEach((entry, index) => view.setBigUint64(8 * index, entry, true));
  leaving.forEach((entry, index) => view.setBigUint64(2048 + 8 * index, entry, true));
}
