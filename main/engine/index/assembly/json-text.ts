// AssemblyScript. The pieces of JSON that index files consist of, read from a window that the host moves over the text. A zero
// byte, which is none of them, stands behind what there is of it.

/** Puts the text from `keep` on at the window's start and more behind it. Returns where it ends now; 0 when nothing was added. */
// @ts-ignore: decorator
@external('env', 'more')
declare function more(keep: usize): usize;
/** Does not return. */
// @ts-ignore: decorator
@external('env', 'unusual')
export declare function unusual(): void;

export const WINDOW: usize = 0x1000;
export const ID_BYTES: usize = 32;
const ID_DIGITS: usize = 64;

// Words as numbers: up to seven characters with the first one lowest. As none is zero, words of different lengths differ too.
export const WORD_ID: u64 = 0x6469;
export const WORD_PACKS: u64 = 0x73_6b63_6170;
export const WORD_BLOBS: u64 = 0x73_626f_6c62;
export const WORD_TYPE: u64 = 0x6570_7974;
export const WORD_OFFSET: u64 = 0x7465_7366_666f;
export const WORD_LENGTH: u64 = 0x6874_676e_656c;
export const WORD_DATA: u64 = 0x6174_6164;
export const WORD_TREE: u64 = 0x6565_7274;
/** `uncompressed_length`, the only long one: two times eight characters, and the last four. */
export const WORD_UNCOMPRESSED: u64 = 1;
const UNCOMPRESSED_1: u64 = 0x6572_706d_6f63_6e75;
const UNCOMPRESSED_2: u64 = 0x6e65_6c5f_6465_7373;
const UNCOMPRESSED_3: u32 = 0x6874_676e;
const UNCOMPRESSED_LENGTH: usize = 19;
export const WORD_OTHER: u64 = 2;
/** In place of a key: the object ends. */
export const NO_KEY: u64 = 0;

const TEXT_ENDS: u32 = 0;
const QUOTE: u32 = 0x22;
const COMMA: u32 = 0x2c;
const DIGIT_0: u32 = 0x30;
const COLON: u32 = 0x3a;
const OPEN_LIST: u32 = 0x5b;
const BACKSLASH: u32 = 0x5c;
const CLOSE_LIST: u32 = 0x5d;
const OPEN_OBJECT: u32 = 0x7b;
const CLOSE_OBJECT: u32 = 0x7d;

let at: usize = WINDOW;
let end: usize = WINDOW;

export function beginText(): void {
  at = end = WINDOW;
  store<u8>(end, 0);
}

export function endText(): void {
  if (next() != TEXT_ENDS || at != end) unusual();
}

/** Keeps the text from `keep` on, which then stands at the window's start. */
function refill(keep: usize): bool {
  const newEnd = more(keep);
  if (newEnd == 0) return false;
  at -= keep - WINDOW;
  end = newEnd;
  return true;
}

/** The next byte that is no white space, without passing it; zero at the end, but also where the text holds one. */
function next(): u32 {
  let code = <u32>load<u8>(at);
  while (code <= 0x20) {
    if (code == 0x20 || code == 0x0a || code == 0x0d || code == 0x09) at++;
    else if (at != end || !refill(at)) break;
    code = <u32>load<u8>(at);
  }
  return code;
}

function expect(code: u32): void {
  if (next() != code) unusual();
  at++;
}

/** The word of an object's first key, whose value follows, or NO_KEY behind an empty object. */
export function firstKey(): u64 {
  expect(OPEN_OBJECT);
  if (next() != CLOSE_OBJECT) return key();
  at++;
  return NO_KEY;
}

export function nextKey(): u64 {
  const code = next();
  at++;
  if (code == COMMA) return key();
  if (code != CLOSE_OBJECT) unusual();
  return NO_KEY;
}

function key(): u64 {
  const name = word();
  expect(COLON);
  return name;
}

/** Stands before the first item of a list, or behind an empty list (false). */
export function firstItem(): bool {
  expect(OPEN_LIST);
  if (next() != CLOSE_LIST) return true;
  at++;
  return false;
}

export function nextItem(): bool {
  const code = next();
  at++;
  if (code != COMMA && code != CLOSE_LIST) unusual();
  return code == COMMA;
}

/** Passes a string. */
export function word(): u64 {
  expect(QUOTE);
  let start = at;
  for (;;) {
    const code = <u32>load<u8>(at);
    if (code == QUOTE) break;
    if (code == 0 && at == end && refill(start)) {
      start = WINDOW;
      continue;
    }
    // Control characters (and the end of the text) are invalid in a string, a backslash begins an escape; what is not ASCII
    // need not be valid UTF-8.
    if (code < 0x20 || code == BACKSLASH || code > 0x7e) unusual();
    at++;
  }
  const length = at++ - start;
  if (length - 1 < 7) return load<u64>(start) & (((<u64>1) << (<u64>length << 3)) - 1);
  return length == UNCOMPRESSED_LENGTH && isUncompressed(start) ? WORD_UNCOMPRESSED : WORD_OTHER;
}

function isUncompressed(start: usize): bool {
  if (load<u64>(start) != UNCOMPRESSED_1 || load<u64>(start, 8) != UNCOMPRESSED_2) return false;
  return load<u32>(start, 15) == UNCOMPRESSED_3;
}

/** A plain integer of at most ten digits. */
export function integer(): u64 {
  const first = next();
  let value: u64 = 0;
  let digits: u32 = 0;
  for (;;) {
    const digit = <u32>load<u8>(at) - DIGIT_0;
    if (digit > 9) {
      if (at == end && refill(at)) continue;
      break;
    }
    value = value * 10 + digit;
    at++;
    if (++digits > 10) unusual();
  }
  if (digits == 0 || (digits > 1 && first == DIGIT_0)) unusual();
  // A fraction or an exponent shows as neither a comma nor a brace in `nextKey`.
  return value;
}

/** Passes a string, an integer, or a list of strings (`supersedes`). */
export function skipValue(): void {
  const code = next();
  if (code == QUOTE) word();
  else if (code == OPEN_LIST) {
    for (let item = firstItem(); item; item = nextItem()) word();
  } else integer();
}

/** A string of 64 lower-case hex digits, as 32 bytes. */
export function hexId(out: usize): void {
  expect(QUOTE);
  if (end - at <= ID_DIGITS) refill(at);
  if (end - at <= ID_DIGITS || load<u8>(at, ID_DIGITS) != QUOTE) unusual();
  v128.store(out, i8x16.narrow_i16x8_u(hexBytes(at), hexBytes(at + 16)));
  v128.store(out, i8x16.narrow_i16x8_u(hexBytes(at + 32), hexBytes(at + 48)), 16);
  at += ID_DIGITS + 1;
}

/** Sixteen digits as eight bytes, each in a lane of 16 bits. */
function hexBytes(from: usize): v128 {
  const digit = i8x16.sub(v128.load(from), i8x16.splat(0x30));
  const letter = i8x16.sub(v128.load(from), i8x16.splat(0x61));
  const isDigit = i8x16.lt_u(digit, i8x16.splat(10));
  const isLetter = i8x16.lt_u(letter, i8x16.splat(6));
  if (!i8x16.all_true(v128.or(isDigit, isLetter))) unusual();
  const values = v128.bitselect(digit, i8x16.add(letter, i8x16.splat(10)), isDigit);
  // The first digit of each pair is the lower byte of its lane.
  const bytes = v128.or(i16x8.shl(values, 4), i16x8.shr_u(values, 8));
  return v128.and(bytes, i16x8.splat(0xff));
}
