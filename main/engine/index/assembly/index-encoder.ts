// AssemblyScript, not TypeScript: `npm run build:wasm` compiles it into ../index-encoder-wasm.ts.
//
// Writes the blobs of index files as restic does (repository-format, section 8). The host owns the memory and lays it out as in
// ../blob-texts.ts. Pieces and numbers are copied in steps of 16 bytes: what is too much is written over by what follows.

// Pieces: one byte of length, then at most 31 bytes.
const START: usize = 0x000;
/** By the blob's type. */
const TYPES: usize = 0x020;
const LENGTH: usize = 0x060;
const UNCOMPRESSED: usize = 0x080;
const PIECE_STRIDE: usize = 0x20;
/** 16 bytes more may be read. */
const DIGITS_END: usize = 0x0c0;
const FIELDS: usize = 0x1000;
const IDS: usize = 0x4000;
const TEXT: usize = 0x8200;

const FIELD_BYTES: usize = 16;
const ID_BYTES: usize = 32;
const COMMA: u8 = 0x2c;
const ZERO: u8 = 0x30;
const CLOSE_OBJECT: u8 = 0x7d;

let at: usize = TEXT;

/** Writes the first `count` blobs with commas between them, and one in front of them if they follow others. Returns their length. */
export function encode(count: u32, follow: bool): usize {
  at = TEXT;
  for (let i: u32 = 0; i < count; i++) {
    if (follow || i > 0) put(COMMA);
    blob(FIELDS + <usize>i * FIELD_BYTES, IDS + <usize>i * ID_BYTES);
  }
  return at - TEXT;
}

function blob(fields: usize, id: usize): void {
  piece(START);
  hexDigits(id);
  hexDigits(id + 16);
  piece(TYPES + (load<u32>(fields) == 1 ? PIECE_STRIDE : 0));
  integer(load<u32>(fields, 4));
  piece(LENGTH);
  integer(load<u32>(fields, 8));
  const uncompressed = load<u32>(fields, 12);
  if (uncompressed != 0) {
    piece(UNCOMPRESSED);
    integer(uncompressed);
  }
  put(CLOSE_OBJECT);
}

function put(code: u8): void {
  store<u8>(at++, code);
}

function piece(address: usize): void {
  v128.store(at, v128.load(address + 1));
  v128.store(at, v128.load(address + 17), 16);
  at += <usize>load<u8>(address);
}

/** 16 bytes as 32 digits. */
function hexDigits(address: usize): void {
  const bytes = v128.load(address);
  const high = i8x16.shr_u(bytes, 4);
  const low = v128.and(bytes, i8x16.splat(15));
  const digits = i8x16(0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66);
  const first = v128.shuffle<i8>(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const second = v128.shuffle<i8>(high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  v128.store(at, v128.swizzle(digits, first));
  v128.store(at, v128.swizzle(digits, second), 16);
  at += 32;
}

function integer(value: u32): void {
  let first = DIGITS_END;
  do {
    // A tenth: divisions are slow where they are not optimised into this.
    const rest = <u32>((<u64>value * 0xcccccccd) >> 35);
    store<u8>(--first, ZERO + <u8>(value - rest * 10));
    value = rest;
  } while (value > 0);
  v128.store(at, v128.load(first));
  at += DIGITS_END - first;
}
