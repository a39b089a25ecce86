import { createDecipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateMasterKey } from '../../../main/engine/crypto/master-key.ts';
import { SEAL_OVERHEAD, Sealer } from '../../../main/engine/crypto/sealer.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';

const MAX_BYTES = 200 * 1024;
const key = generateMasterKey();
const sealer = new Sealer(key);
const content = seededBytes('sealed independently', MAX_BYTES);

const aroundBlocks = fc
  .tuple(fc.nat(MAX_BYTES / 16 - 1), fc.constantFrom(0, 1, 15))
  .map(([blocks, more]) => blocks * 16 + more);
const lengths = fc.array(fc.oneof(fc.constantFrom(0, 1, 15, 16, 17), fc.nat(100), aroundBlocks, fc.nat(MAX_BYTES)), {
  maxLength: 8,
});

/** As the format says it, with nothing of the sealer's: a cipher for each blob, from the IV that stands in it. */
function decrypted(sealed: Buffer): Buffer {
  const cipher = createDecipheriv('aes-256-ctr', key.encrypt, sealed.subarray(0, 16));
  return Buffer.concat([cipher.update(sealed.subarray(16, -16)), cipher.final()]);
}

describe('what one sealer seals, blob after blob', () => {
  it('is AES-256-CTR from the IV in front, for any sequence of lengths, whole or in overlapping streams', () => {
    fc.assert(
      fc.property(lengths, fc.boolean(), (sizes, interrupted) => {
        const stream = interrupted ? { out: Buffer.alloc(100 + SEAL_OVERHEAD) } : undefined;
        const begun = stream && sealer.beginSeal(stream.out);
        for (const size of sizes) {
          const plain = content.subarray(0, size);
          const sealed = sealer.seal(plain);
          expect(decrypted(sealed).equals(plain)).toBe(true);
          expect(sealer.verify(sealed)).toBe(true);
        }
        if (!stream || !begun) return;
        begun.update(content.subarray(0, 100), stream.out, 16);
        begun.finish(stream.out.subarray(116));
        expect(decrypted(stream.out).equals(content.subarray(0, 100))).toBe(true);
        expect(sealer.verify(stream.out)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('IVs of blobs that lie side by side', () => {
  // A counter that ran on from blob to blob would show, without the key, where each blob in a pack begins.
  it('have nothing in common, beyond the end of the pool too', () => {
    const ivs = Array.from({ length: 2500 }, () => sealer.seal(Buffer.alloc(1)).subarray(0, 16));
    for (const [from, to] of [
      [0, 8],
      [8, 16],
    ]) {
      expect(new Set(ivs.map((iv) => iv.toString('hex', from, to))).size).toBe(ivs.length);
    }
  });
});
