const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Where a JSON string's closing quote stands, searched from behind its opening one; the length when it does not end. */
export function endOfString(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
  }
  return bytes.length;
}
