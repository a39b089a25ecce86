import type { ListedPacks } from './listed-packs.ts';
import { locationDefect } from './listed-packs.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;

/** Thrown inside the scanner only: the text is not in the shape it knows, be it valid or not. */
const UNUSUAL = new Error('unusual index');

const key = (text: string): Uint8Array => Buffer.from(text);
const KEY_PACKS = key('packs');
const KEY_ID = key('id');
const KEY_BLOBS = key('blobs');
const KEY_TYPE = key('type');
const KEY_OFFSET = key('offset');
const KEY_LENGTH = key('length');
const KEY_UNCOMPRESSED = key('uncompressed_length');
const VALUE_DATA = key('data');
const VALUE_TREE = key('tree');

/** Bits of the keys seen in one object. */
const SEEN_ID = 1;
const SEEN_TYPE = 2;
const SEEN_OFFSET = 4;
const SEEN_LENGTH = 8;
const SEEN_UNCOMPRESSED = 16;
const SEEN_BLOBS = 32;
const BLOB_COMPLETE = SEEN_ID | SEEN_TYPE | SEEN_OFFSET | SEEN_LENGTH;

/**
 * Reads the JSON that restic, its relatives and we write, straight from the bytes, without an object for a blob: keys in
 * any order, white space anywhere, unknown keys with plain values. Everything else (escapes, nested unknown values, keys
 * given twice, any invalid value) it leaves to the slower decoder, which also finds the words for what is wrong.
 */
export class IndexScanner {
  readonly #out: ListedPacks;
  readonly #allowCompressed: boolean;
  #text: Uint8Array = new Uint8Array(0);
  #at = 0;
  /** The string that `#string` passed last, without its quotes. */
  #start = 0;
  #end = 0;

  constructor(out: ListedPacks, allowCompressed: boolean) {
    this.#out = out;
    this.#allowCompressed = allowCompressed;
  }

  /** False when the text needs the slower decoder; the output then holds rubbish. */
  scan(text: Uint8Array): boolean {
    this.#text = text;
    this.#at = 0;
    try {
      this.#index();
      if (this.#next() !== -1) throw UNUSUAL;
      return true;
    } catch (error) {
      if (error !== UNUSUAL) throw error;
      return false;
    } finally {
      this.#text = new Uint8Array(0);
    }
  }

  #index(): void {
    let seen = 0;
    this.#expect(OPEN_OBJECT);
    for (let more = this.#firstKey(); more; more = this.#nextKey()) {
      if (!this.#is(KEY_PACKS)) this.#skipValue();
      else {
        seen = once(seen, SEEN_BLOBS);
        this.#list(() => this.#pack());
      }
    }
    if (seen === 0) throw UNUSUAL;
  }

  #pack(): void {
    let seen = 0;
    this.#expect(OPEN_OBJECT);
    this.#out.beginPack();
    for (let more = this.#firstKey(); more; more = this.#nextKey()) {
      if (this.#is(KEY_ID)) {
        seen = once(seen, SEEN_ID);
        this.#string();
        if (this.#end - this.#start !== 64 || !this.#out.setPackId(this.#text, this.#start)) throw UNUSUAL;
      } else if (this.#is(KEY_BLOBS)) {
        seen = once(seen, SEEN_BLOBS);
        this.#list(() => this.#blob());
      } else this.#skipValue();
    }
    if (seen !== (SEEN_ID | SEEN_BLOBS)) throw UNUSUAL;
  }

  #blob(): void {
    let seen = 0;
    let typeCode = 0;
    let offset = 0;
    let length = 0;
    let uncompressedLength: number | undefined;
    this.#expect(OPEN_OBJECT);
    this.#out.beginBlob();
    for (let more = this.#firstKey(); more; more = this.#nextKey()) {
      if (this.#is(KEY_ID)) {
        seen = once(seen, SEEN_ID);
        this.#string();
        if (this.#end - this.#start !== 64 || !this.#out.setBlobId(this.#text, this.#start)) throw UNUSUAL;
      } else if (this.#is(KEY_TYPE)) {
        seen = once(seen, SEEN_TYPE);
        typeCode = this.#blobType();
      } else if (this.#is(KEY_OFFSET)) {
        seen = once(seen, SEEN_OFFSET);
        offset = this.#number();
      } else if (this.#is(KEY_LENGTH)) {
        seen = once(seen, SEEN_LENGTH);
        length = this.#number();
      } else if (this.#is(KEY_UNCOMPRESSED) && this.#allowCompressed) {
        seen = once(seen, SEEN_UNCOMPRESSED);
        uncompressedLength = this.#number();
      } else if (this.#is(KEY_UNCOMPRESSED)) throw UNUSUAL;
      else this.#skipValue();
    }
    if ((seen & BLOB_COMPLETE) !== BLOB_COMPLETE || locationDefect(offset, length, uncompressedLength)) throw UNUSUAL;
    this.#out.setBlobFields(typeCode, offset, length, uncompressedLength ?? 0);
  }

  #blobType(): 0 | 1 {
    this.#string();
    if (this.#is(VALUE_DATA)) return 0;
    if (this.#is(VALUE_TREE)) return 1;
    throw UNUSUAL;
  }

  #list(item: () => void): void {
    this.#expect(OPEN_LIST);
    if (this.#next() === CLOSE_LIST) {
      this.#at++;
      return;
    }
    for (;;) {
      item();
      const byte = this.#next();
      this.#at++;
      if (byte === CLOSE_LIST) return;
      if (byte !== COMMA) throw UNUSUAL;
    }
  }

  /** Stands before the value of an object's first key, or behind an empty object (false). */
  #firstKey(): boolean {
    if (this.#next() !== CLOSE_OBJECT) return this.#key();
    this.#at++;
    return false;
  }

  #nextKey(): boolean {
    const byte = this.#next();
    this.#at++;
    if (byte === COMMA) return this.#key();
    if (byte === CLOSE_OBJECT) return false;
    throw UNUSUAL;
  }

  #key(): true {
    this.#string();
    this.#expect(COLON);
    return true;
  }

  #string(): void {
    this.#expect(QUOTE);
    const text = this.#text;
    let at = this.#at;
    this.#start = at;
    for (;;) {
      const byte = text[at] ?? 0;
      if (byte === QUOTE) break;
      // Control characters (and the end of the text) are invalid in a string, a backslash begins an escape; what is not
      // ASCII need not be valid UTF-8.
      if (byte < 0x20 || byte === BACKSLASH || byte > 0x7e) throw UNUSUAL;
      at++;
    }
    this.#end = at;
    this.#at = at + 1;
  }

  /** A plain integer of at most ten digits. */
  #number(): number {
    const first = this.#next();
    let value = 0;
    let digits = 0;
    for (;;) {
      const byte = this.#text[this.#at] ?? 0;
      if (byte < DIGIT_0 || byte > DIGIT_9) break;
      value = value * 10 + byte - DIGIT_0;
      digits++;
      this.#at++;
      if (digits > 10) throw UNUSUAL;
    }
    if (digits === 0 || (digits > 1 && first === DIGIT_0)) throw UNUSUAL;
    // A fraction or an exponent shows as neither a comma nor a brace in `#nextKey`.
    return value;
  }

  /** Passes a string, an integer, or a list of strings (`supersedes`). */
  #skipValue(): void {
    const byte = this.#next();
    if (byte === QUOTE) this.#string();
    else if (byte === OPEN_LIST) this.#list(() => this.#string());
    else this.#number();
  }

  #is(text: Uint8Array): boolean {
    const start = this.#start;
    if (this.#end - start !== text.length) return false;
    for (let i = 0; i < text.length; i++) if (this.#text[start + i] !== text[i]) return false;
    return true;
  }

  #expect(byte: number): void {
    if (this.#next() !== byte) throw UNUSUAL;
    this.#at++;
  }

  /** The next byte that is no white space, without passing it; -1 at the end. */
  #next(): number {
    const text = this.#text;
    while (this.#at < text.length) {
      const byte = text[this.#at] ?? 0;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
      this.#at++;
    }
    return -1;
  }
}

function once(seen: number, bit: number): number {
  if ((seen & bit) !== 0) throw UNUSUAL;
  return seen | bit;
}
