import { rawBytes, rawFromBytes, type RawName } from '../base/raw-path.ts';
import type { PackedNames } from './archive-messages.ts';

/** No file name holds a NUL. */
const SEPARATOR = 0;

export function packNames(names: readonly RawName[]): PackedNames {
  const pieces = names.map(rawBytes);
  const packed = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length + 1, 0));
  let at = 0;
  for (const piece of pieces) {
    packed.set(piece, at);
    at += piece.length + 1;
  }
  return packed;
}

export function unpackNames(packed: PackedNames): RawName[] {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const names: RawName[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(SEPARATOR, at);
    names.push(rawFromBytes(bytes.subarray(at, end)));
    at = end + 1;
  }
  return names;
}
