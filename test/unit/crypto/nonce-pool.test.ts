import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { generateMasterKey } from '../../../main/engine/crypto/master-key.ts';
import { NoncePool } from '../../../main/engine/crypto/nonce-pool.ts';
import { Poly1305Aes } from '../../../main/engine/crypto/poly1305-aes.ts';
import { threadPrimitives } from '../../../main/engine/crypto/thread-primitives.ts';
import { Sealer } from '../../../main/engine/crypto/sealer.ts';

const key = generateMasterKey();
const mac = () => new Poly1305Aes(threadPrimitives().mac, key.macK, key.macR);
const encrypted = (iv: Uint8Array) =>
  createCipheriv('aes-128-ecb', key.macK, null).setAutoPadding(false).update(iv).toString('hex');

/** IVs that count from 1, and how many were asked for. */
class CountingIvs {
  asked = 0;
  next(): Uint8Array {
    this.asked++;
    return Buffer.alloc(16, this.asked);
  }
}

describe('a pool of nonces', () => {
  it('gives each IV with what the block cipher makes of it, over several fillings', () => {
    const pool = new NoncePool(mac());
    const seen = new Set<string>();
    for (let count = 0; count < 2500; count++) {
      const { iv, encryptedIv } = pool.next();
      expect(Buffer.from(encryptedIv).toString('hex')).toBe(encrypted(iv));
      seen.add(Buffer.from(iv).toString('hex'));
    }
    expect(seen.size).toBe(2500);
  });

  it('takes the IVs of a source as they come, and none ahead', () => {
    const ivs = new CountingIvs();
    const pool = new NoncePool(mac(), ivs);
    expect(ivs.asked).toBe(0);
    for (let count = 1; count <= 3; count++) {
      const { iv, encryptedIv } = pool.next();
      expect(Buffer.from(iv)).toEqual(Buffer.alloc(16, count));
      expect(Buffer.from(encryptedIv).toString('hex')).toBe(encrypted(iv));
      expect(ivs.asked).toBe(count);
    }
  });

  it('gives no IV twice when a source fails in between', () => {
    const ivs = new CountingIvs();
    let broken = false;
    const pool = new NoncePool(mac(), {
      next() {
        if (broken) throw new Error('no entropy');
        return ivs.next();
      },
    });
    expect(pool.next().iv[0]).toBe(1);
    broken = true;
    expect(() => pool.next()).toThrow('no entropy');
    expect(() => pool.next()).toThrow('no entropy');
    broken = false;
    expect(pool.next().iv[0]).toBe(2);
  });
});

describe('a sealer', () => {
  it('takes no IV for what has no room', () => {
    const ivs = new CountingIvs();
    const sealer = new Sealer(key, ivs);
    expect(() => sealer.sealInto(Buffer.alloc(9), Buffer.alloc(40), 0)).toThrow(RangeError);
    expect(ivs.asked).toBe(0);
    expect(sealer.seal(Buffer.alloc(9))[0]).toBe(1);
  });
});
