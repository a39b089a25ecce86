import { decodeText } from '../text-file.ts';

// Go's unicode.IsSpace, which restic trims by; JavaScript's trim() also takes U+FEFF and leaves U+0085.
const SPACE = '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const SURROUNDING_SPACE = new RegExp(`^${SPACE}+|${SPACE}+$`, 'g');

/**
 * A password file's content as restic takes it: UTF-16 with a byte order mark is decoded, a UTF-8 mark is dropped, and white
 * space around the text does not count. Bytes that are no valid UTF-8 are a password too.
 */
export function decodePassword(bytes: Buffer): Uint8Array {
  const text = decodeText(bytes);
  return text === undefined ? trimBytes(bytes) : Buffer.from(text.replace(SURROUNDING_SPACE, ''), 'utf8');
}

function trimBytes(bytes: Buffer): Buffer {
  const isSpace = (byte: number | undefined) => byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
  let start = 0;
  let end = bytes.length;
  while (start < end && isSpace(bytes[start])) start++;
  while (end > start && isSpace(bytes[end - 1])) end--;
  return bytes.subarray(start, end);
}
