/** Smaller buffers may be Node's pool, which others use too; and the garbage collector may take its time for them. */
const LARGE_BYTES = 128 * 1024;

/**
 * Gives the whole buffer behind bytes that nobody uses any more back at once: the garbage collector sees only the small wrapper,
 * and lets many megabytes pile up.
 */
export function freeBytes({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength >= LARGE_BYTES) buffer.transfer(0);
}
