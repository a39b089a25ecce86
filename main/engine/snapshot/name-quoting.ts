import { isUtf8 } from 'node:buffer';
import { EngineError } from '../base/errors.ts';
import { goString, utf8Runs } from './go-json.ts';

// What Go's strconv.Quote prints literally: letters, marks, numbers, punctuation, symbols and the plain space. Go ships its own
// Unicode tables, so a code point newer than the writer's tables is escaped; both forms read the same.
const TO_QUOTE = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|["\\]/gu;
const PLAIN_ASCII = /^[ !#-%'-;=?-[\]-~]*$/;

const LETTER_OF: Readonly<Record<number, string>> = {
  0x07: '\\a',
  0x08: '\\b',
  0x09: '\\t',
  0x0a: '\\n',
  0x0b: '\\v',
  0x0c: '\\f',
  0x0d: '\\r',
  0x22: '\\"',
  0x5c: '\\\\',
};
const CODE_OF: ReadonlyMap<string, number> = new Map(
  Object.entries(LETTER_OF).map(([code, escape]) => [escape.slice(1), Number(code)]),
);

/** The JSON literal of a node's name, both layers applied (repository-format, section 11). */
export function nameLiteral(name: string, rawName?: Uint8Array): string {
  if (rawName === undefined) return PLAIN_ASCII.test(name) ? '"' + name + '"' : goString(quoteText(name));
  return goString(quoteBytes(rawName));
}

/** Layer one over text. A lone surrogate (Windows allows it in names) becomes three `\xNN`, its bytes in generalised UTF-8. */
export function quoteText(name: string): string {
  return name.replace(TO_QUOTE, quoteCharacter);
}

/** Layer one over bytes: each byte that is no part of valid UTF-8 becomes `\xNN`. */
export function quoteBytes(name: Uint8Array): string {
  if (isUtf8(name)) return quoteText(Buffer.from(name).toString());
  let quoted = '';
  for (const { text, byte } of utf8Runs(name)) quoted += text === undefined ? hexByte(byte) : quoteText(text);
  return quoted;
}

function quoteCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const letter = LETTER_OF[code];
  if (letter !== undefined) return letter;
  if (code < 0x20 || code === 0x7f) return hexByte(code);
  if (code >= 0xd800 && code <= 0xdfff) return [...surrogateBytes(code)].map(hexByte).join('');
  return code < 0x10000 ? '\\u' + code.toString(16).padStart(4, '0') : '\\U' + code.toString(16).padStart(8, '0');
}

function hexByte(byte: number): string {
  return '\\x' + byte.toString(16).padStart(2, '0');
}

function surrogateBytes(code: number): [number, number, number] {
  return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
}

/** A name's bytes as they are compared and stored. */
export function bytesOfName(name: string, rawName?: Buffer): Buffer {
  if (rawName !== undefined) return rawName;
  if (name.isWellFormed()) return Buffer.from(name);
  const pieces: Buffer[] = [];
  for (const character of name) {
    const code = character.codePointAt(0) ?? 0;
    const isLone = code >= 0xd800 && code <= 0xdfff;
    pieces.push(isLone ? Buffer.from(surrogateBytes(code)) : Buffer.from(character));
  }
  return Buffer.concat(pieces);
}

/** Undoes layer one as strictly as Go's `strconv.Unquote`; `corrupt` when the text is not what a quoter writes. */
export function unquoteName(quoted: string): Buffer {
  const pieces: Buffer[] = [];
  let at = 0;
  while (at < quoted.length) {
    const backslash = quoted.indexOf('\\', at);
    const literal = quoted.slice(at, backslash < 0 ? undefined : backslash);
    if (literal.includes('"') || literal.includes('\n')) throw badQuoting(quoted);
    if (literal !== '') pieces.push(Buffer.from(literal));
    if (backslash < 0) break;
    at = unescapeAt(quoted, backslash + 1, pieces);
  }
  return Buffer.concat(pieces);
}

/** Digits after the letter, by letter. */
const HEX_DIGITS: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

/** Appends what the escape at `at` (behind the backslash) stands for, and returns the position behind it. */
function unescapeAt(quoted: string, at: number, pieces: Buffer[]): number {
  const letter = quoted.charAt(at);
  const single = CODE_OF.get(letter);
  if (single !== undefined) {
    pieces.push(Buffer.from([single]));
    return at + 1;
  }
  const hexDigits = HEX_DIGITS.get(letter);
  const digits = hexDigits === undefined ? quoted.slice(at, at + 3) : quoted.slice(at + 1, at + 1 + hexDigits);
  const isNumber = hexDigits === undefined ? /^[0-7]{3}$/.test(digits) : isHex(digits, hexDigits);
  if (!isNumber) throw badQuoting(quoted);
  const code = Number.parseInt(digits, hexDigits === undefined ? 8 : 16);
  if (hexDigits === undefined || hexDigits === 2) {
    if (code > 0xff) throw badQuoting(quoted);
    pieces.push(Buffer.from([code]));
  } else {
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw badQuoting(quoted);
    pieces.push(Buffer.from(String.fromCodePoint(code)));
  }
  return hexDigits === undefined ? at + 3 : at + 1 + hexDigits;
}

function isHex(digits: string, count: number): boolean {
  return digits.length === count && /^[0-9a-fA-F]+$/.test(digits);
}

function badQuoting(quoted: string): EngineError {
  return new EngineError(
    'corrupt',
    `A file name is not quoted as restic quotes names: ${JSON.stringify(quoted.slice(0, 80))}`,
  );
}
