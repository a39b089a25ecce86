import { once } from 'node:events';
import type { Output } from '../output/output.ts';

/** Gives what the service streams to the reader of standard output, as fast as that one reads; ends quietly when it has left. */
export async function pour(
  pieces: AsyncIterable<Uint8Array | string>,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const stdout = output.rawStream();
  for await (const piece of pieces) {
    if (output.isClosed) return;
    if (!stdout.write(piece)) await Promise.race([once(stdout, 'drain', { signal }), once(stdout, 'close')]);
  }
}
