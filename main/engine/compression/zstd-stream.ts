import { once } from 'node:events';
import { createZstdCompress } from 'node:zlib';
import { compressOptions } from './zstd-engine.ts';

/** That of a codec made without options. */
const LEVEL = 2;
const OUTPUT_BYTES = 64 * 1024;

/**
 * Compresses what comes in pieces into one frame of the same kind as `ZstdCodec`'s, on another thread, while only a piece or two
 * are in memory. For large things that are made once; a codec is much faster for blobs.
 */
export async function compressPieces(pieces: Iterable<Uint8Array>): Promise<Buffer[]> {
  const stream = createZstdCompress({ ...compressOptions(LEVEL), chunkSize: OUTPUT_BYTES });
  const compressed: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => compressed.push(chunk));
  const ended = once(stream, 'end');
  // An error of the stream also ends the wait for `drain`, whose rejection is the one that is heard.
  ended.catch(() => {});
  try {
    for (const piece of pieces) {
      if (!stream.write(piece)) await once(stream, 'drain');
    }
    stream.end();
    await ended;
    return compressed;
  } finally {
    stream.destroy();
  }
}
