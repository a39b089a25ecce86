export const IV_BYTES = 16;
export const TAG_BYTES = 16;
export const ONE_TIME_KEY_BYTES = 32;
export const CONTENT_KEY_BYTES = 32;

/** Native code reads and writes as many bytes as it expects, whatever it is given. */
export function assertLength(what: string, bytes: Uint8Array, expected: number): void {
  if (bytes.length !== expected) throw new RangeError(`${what} has ${expected} bytes, not ${bytes.length}.`);
}

export function assertRoomFor(source: Uint8Array, out: Uint8Array): void {
  if (out.length < source.length) throw new RangeError(`${source.length} bytes do not fit into ${out.length}.`);
}
