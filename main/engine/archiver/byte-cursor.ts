import { formatLocal } from '../base/rfc3339.ts';
import { isPlainCharacter } from './listed-files.ts';

const NS_PER_SECOND = 1_000_000_000n;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const DOT = 0x2e;
const ZERO = 0x30;
/** `2026-01-02T03:04:` */
const MINUTE_CHARS = 17;
const SECOND_CHARS = 2;
const MINUTE_SLOTS = 64;

interface MinuteText {
  readonly minute: number;
  readonly prefix: Buffer;
  readonly suffix: Buffer;
}

const PLAIN = Uint8Array.from({ length: 128 }, (_, code) => Number(isPlainCharacter(code)));

const HEX = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit++) HEX[digit.toString(16).charCodeAt(0)] = digit;

/**
 * A place in the bytes of a tree, and comparisons of what stands there with what an encoder would write: much cheaper than
 * encoding. Each comparison that holds moves on; after one that fails the place is somewhere in between.
 */
export class ByteCursor {
  bytes: Buffer = Buffer.alloc(0);
  at = 0;
  readonly #digits = new Uint8Array(20);
  readonly #minutes: (MinuteText | undefined)[] = new Array<MinuteText | undefined>(MINUTE_SLOTS).fill(undefined);

  byte(code: number): boolean {
    if (this.bytes[this.at] !== code) return false;
    this.at++;
    return true;
  }

  piece(piece: Uint8Array): boolean {
    const { bytes, at } = this;
    for (let i = 0; i < piece.length; i++) if (bytes[at + i] !== piece[i]) return false;
    this.at = at + piece.length;
    return true;
  }

  /** A name whose every character stands for itself. False, too, when it has others. */
  plainName(name: string): boolean {
    const { bytes, at } = this;
    for (let i = 0; i < name.length; i++) {
      const code = name.charCodeAt(i);
      if (bytes[at + i] !== code || PLAIN[code] !== 1) return false;
    }
    this.at = at + name.length;
    return true;
  }

  /** A non-negative safe integer in decimal. */
  integer(value: number): boolean {
    const digits = this.#digits;
    let first = digits.length;
    // Division of small integers is much faster.
    while (value > 0x7fffffff) {
      const rest = Math.floor(value / 10);
      digits[--first] = ZERO + (value - rest * 10);
      value = rest;
    }
    let small = value | 0;
    do {
      const rest = (small / 10) | 0;
      digits[--first] = ZERO + small - rest * 10;
      small = rest;
    } while (small > 0);
    const { bytes } = this;
    for (; first < digits.length; first++, this.at++) if (bytes[this.at] !== digits[first]) return false;
    return true;
  }

  /** A time as `formatLocal` prints it. */
  time(epochNs: bigint): boolean {
    let seconds = Number(epochNs / NS_PER_SECOND);
    let nanos = Number(epochNs % NS_PER_SECOND);
    if (nanos < 0) {
      seconds--;
      nanos += 1e9;
    }
    const minute = Math.floor(seconds / 60);
    const second = seconds - minute * 60;
    const text = this.#minuteText(minute);
    if (!this.piece(text.prefix)) return false;
    if (!this.byte(ZERO + ((second / 10) | 0)) || !this.byte(ZERO + (second % 10))) return false;
    if (nanos > 0 && !this.#fraction(nanos)) return false;
    return this.piece(text.suffix);
  }

  /** Whether the `length` bytes here are those at `other`. */
  repeats(other: number, length: number): boolean {
    const { bytes, at } = this;
    for (let i = 0; i < length; i++) if (bytes[at + i] !== bytes[other + i]) return false;
    this.at = at + length;
    return true;
  }

  /** Reads `into.length` bytes as lower-case hex digits. */
  hex(into: Uint8Array): boolean {
    const { bytes, at } = this;
    for (let i = 0; i < into.length; i++) {
      const value = ((HEX[bytes[at + 2 * i] ?? 0] ?? -1) << 4) | (HEX[bytes[at + 2 * i + 1] ?? 0] ?? -1);
      if (value < 0) return false;
      into[i] = value;
    }
    this.at = at + 2 * into.length;
    return true;
  }

  /** Moves behind the string whose opening quote is here; false when there is none. */
  skipString(): boolean {
    if (!this.byte(QUOTE)) return false;
    const { bytes } = this;
    for (let at = this.at; at < bytes.length; at++) {
      const code = bytes[at];
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) {
        this.at = at + 1;
        return true;
      }
    }
    return false;
  }

  /** Moves behind the JSON object that starts here; false when there is none that ends. */
  skipObject(): boolean {
    const { bytes } = this;
    let depth = 0;
    while (this.at < bytes.length) {
      switch (bytes[this.at]) {
        case QUOTE:
          if (!this.skipString()) return false;
          continue;
        case 0x7b: // {
        case 0x5b: // [
          depth++;
          break;
        case 0x7d: // }
        case 0x5d: // ]
          depth--;
          break;
        default:
      }
      this.at++;
      if (depth <= 0) return depth === 0 && bytes[this.at - 1] === 0x7d;
    }
    return false;
  }

  #fraction(nanos: number): boolean {
    if (!this.byte(DOT)) return false;
    let digits = 9;
    while (nanos % 10 === 0) {
      nanos /= 10;
      digits--;
    }
    const { bytes, at } = this;
    for (let i = digits - 1; i >= 0; i--) {
      const rest = (nanos / 10) | 0;
      if (bytes[at + i] !== ZERO + nanos - rest * 10) return false;
      nanos = rest;
    }
    this.at = at + digits;
    return true;
  }

  /** Offsets are whole minutes as they are printed, so that within a minute only the seconds differ. */
  #minuteText(minute: number): MinuteText {
    const slot = ((minute % MINUTE_SLOTS) + MINUTE_SLOTS) % MINUTE_SLOTS;
    const known = this.#minutes[slot];
    if (known?.minute === minute) return known;
    const text = formatLocal(BigInt(minute) * 60n * NS_PER_SECOND);
    const made = {
      minute,
      prefix: Buffer.from(text.slice(0, MINUTE_CHARS)),
      suffix: Buffer.from(text.slice(MINUTE_CHARS + SECOND_CHARS)),
    };
    this.#minutes[slot] = made;
    return made;
  }
}
