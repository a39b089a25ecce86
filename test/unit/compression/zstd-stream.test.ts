import { expect, it } from 'vitest';
import { ZstdCodec } from '../../../main/engine/compression/zstd-codec.ts';
import { compressPieces } from '../../../main/engine/compression/zstd-stream.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';

it.each([
  ['nothing', []],
  ['empty pieces', [Buffer.alloc(0), Buffer.from('a'), Buffer.alloc(0)]],
  ['many pieces', Array.from({ length: 300 }, (_, i) => Buffer.from(`piece ${i}\n`.repeat(500)))],
  ['incompressible pieces', Array.from({ length: 20 }, (_, i) => seededBytes(String(i), 100_000))],
])('makes one frame of %s', async (_what, pieces) => {
  const compressed = Buffer.concat(await compressPieces(pieces));
  const codec = new ZstdCodec();
  const whole = Buffer.concat(pieces);
  expect(codec.decompress(compressed, 10_000_000).equals(whole)).toBe(true);
  // A frame's magic number stands at its start only.
  expect(compressed.readUInt32LE(0)).toBe(0xfd2fb528);
  codec.close();
});

it('asks for pieces as it goes, and passes their errors on', async () => {
  const pieces = (function* () {
    yield Buffer.from('one');
    throw new Error('no more');
  })();
  await expect(compressPieces(pieces)).rejects.toThrow('no more');
});
