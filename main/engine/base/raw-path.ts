import { isUtf8 } from 'node:buffer';
import { sep } from 'node:path';

/**
 * A name or path as the operating system has it: a string when its bytes are valid UTF-8, else the bytes themselves.
 * POSIX names are bytes; Node decodes what is not UTF-8 to U+FFFD, and such a name opens nothing.
 */
export type RawName = string | Buffer;
export type RawPath = string | Buffer;

const SEPARATOR = Buffer.from(sep);
const NON_ASCII = /[^\0-\x7f]/;

export function rawBytes(raw: RawPath): Buffer {
  return typeof raw === 'string' ? Buffer.from(raw, 'utf8') : raw;
}

/** Bytes to the narrowest RawPath: a string whenever nothing is lost by it. */
export function rawFromBytes(bytes: Buffer): RawPath {
  return isUtf8(bytes) ? bytes.toString('utf8') : bytes;
}

/** What came from another thread: a structured clone turns a Buffer into a plain Uint8Array. */
export function rawFromClone(raw: string | Uint8Array): RawPath {
  return typeof raw === 'string' ? raw : Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
}

/** For messages only: invalid bytes show as U+FFFD. */
export function rawText(raw: RawPath): string {
  return typeof raw === 'string' ? raw : raw.toString('utf8');
}

/** `parent` with `name` below it, in the system's own separator. Neither part is cleaned. */
export function joinPath(parent: RawPath, name: RawName): RawPath {
  if (typeof parent === 'string' && typeof name === 'string') {
    return parent.endsWith(sep) ? parent + name : parent + sep + name;
  }
  const head = rawBytes(parent);
  const parts = head.at(-1) === SEPARATOR[0] ? [head, rawBytes(name)] : [head, SEPARATOR, rawBytes(name)];
  return Buffer.concat(parts);
}

/**
 * One UTF-16 unit per byte. In this form any path, valid UTF-8 or not, is an ordinary string that compares, splits and
 * sorts exactly as its bytes do.
 */
export function byteString(raw: RawPath): string {
  if (typeof raw !== 'string') return raw.toString('latin1');
  return NON_ASCII.test(raw) ? Buffer.from(raw, 'utf8').toString('latin1') : raw;
}

export function rawFromByteString(text: string): RawPath {
  return NON_ASCII.test(text) ? rawFromBytes(Buffer.from(text, 'latin1')) : text;
}

/** A tree's order of nodes: by raw bytes, unlike JavaScript strings (repository-format, section 11). */
export function compareRawNames(a: RawName, b: RawName): number {
  return Buffer.compare(rawBytes(a), rawBytes(b));
}
