import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateMasterKey } from '../../../main/engine/crypto/master-key.ts';
import { SEAL_OVERHEAD, Sealer } from '../../../main/engine/crypto/sealer.ts';

const sealer = new Sealer(generateMasterKey());
const plaintext = fc.uint8Array({ maxLength: 2000 });

describe('sealing', () => {
  it('is undone by opening', () => {
    fc.assert(
      fc.property(plaintext, fc.nat(50), (plain, offset) => {
        const out = Buffer.alloc(offset + plain.length + SEAL_OVERHEAD);
        const size = sealer.sealInto(plain, out, offset);
        expect(size).toBe(plain.length + SEAL_OVERHEAD);
        expect(sealer.open(out.subarray(offset)).equals(plain)).toBe(true);
      }),
    );
  });

  it('is the same in whatever pieces a stream gets', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 }), (pieces) => {
        const plain = Buffer.concat(pieces);
        const out = Buffer.alloc(plain.length + SEAL_OVERHEAD);
        const stream = sealer.beginSeal(out);
        let at = 16;
        for (const piece of pieces) {
          stream.update(piece, out, at);
          at += piece.length;
        }
        stream.finish(out.subarray(at));
        expect(sealer.open(out).equals(plain)).toBe(true);
      }),
    );
  });

  it('catches any flipped bit', () => {
    fc.assert(
      fc.property(plaintext, fc.nat(), (plain, position) => {
        const sealed = sealer.seal(plain);
        const bit = position % (sealed.length * 8);
        sealed[bit >> 3] = (sealed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(sealer.verify(sealed)).toBe(false);
        expect(() => sealer.open(sealed)).toThrow('ciphertext verification failed');
      }),
    );
  });

  it('catches any truncation and any extension', () => {
    fc.assert(
      fc.property(plaintext, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 40 }), (plain, cut, tail) => {
        const sealed = sealer.seal(plain);
        expect(sealer.verify(sealed.subarray(0, cut % sealed.length))).toBe(false);
        expect(sealer.verify(Buffer.concat([sealed, tail]))).toBe(false);
      }),
    );
  });

  it('opens no foreign bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(sealer.verify(bytes)).toBe(false);
      }),
    );
  });
});
