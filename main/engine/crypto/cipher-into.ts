/** The part of Node's Cipheriv and Decipheriv that CTR mode needs. */
export interface StreamCipher {
  update(data: Uint8Array): Buffer;
}

// Larger pieces leave the processor's caches between encryption and the copy to their place. And malloc would get memory for
// them (Node takes it twice for each) from the system and give it back every time: several threads wait for that in line.
const PIECE_BYTES = 48 * 1024;

/**
 * Runs a length-preserving cipher over `source` and writes the result to `out` from `outOffset`.
 * Both may share memory if the output starts no later than the source: each piece is read before it is written.
 */
export function cipherInto(cipher: StreamCipher, source: Uint8Array, out: Uint8Array, outOffset: number): void {
  const size = source.length;
  for (let start = 0; start < size; start += PIECE_BYTES) {
    const piece = cipher.update(size <= PIECE_BYTES ? source : source.subarray(start, start + PIECE_BYTES));
    out.set(piece, outOffset + start);
    releaseAtOnce(piece);
  }
}

/**
 * Frees a cipher's output without waiting for the garbage collector, which sees only the small wrapper and would let
 * hundreds of megabytes pile up. A buffer that is part of a pool has other users and must be left alone.
 */
export function releaseAtOnce(piece: Buffer): void {
  const backing = piece.buffer;
  if (backing instanceof ArrayBuffer && backing.byteLength === piece.byteLength) backing.transfer(0);
}
