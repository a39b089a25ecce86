import { createCipheriv, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeyStream } from '../../../main/engine/crypto/key-stream.ts';
import { generateMasterKey } from '../../../main/engine/crypto/master-key.ts';
import { MAX_BATCHED_BYTES, SealedBatch } from '../../../main/engine/crypto/sealed-batch.ts';
import { Sealer } from '../../../main/engine/crypto/sealer.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';

const key = generateMasterKey();
const sealer = new Sealer(key);

function opened(sealed: readonly Uint8Array[]): (Buffer | undefined)[] {
  const batch = new SealedBatch(key);
  for (const bytes of sealed) expect(batch.add(bytes)).toBe(true);
  batch.open();
  return sealed.map((_, i) => {
    const plain = batch.plain(i);
    return plain && Buffer.from(plain);
  });
}

describe('a batch of sealed blobs', () => {
  it('opens what the sealer sealed, of any length', () => {
    const plains = [0, 1, 15, 16, 17, 4095, 4096, 8191].map((length) => seededBytes(`length ${length}`, length));
    expect(opened(plains.map((plain) => sealer.seal(plain)))).toEqual(plains);
  });

  it('refuses what was changed, cut or never sealed, and opens its neighbours', () => {
    const plain = seededBytes('neighbour', 1000);
    const damaged = [0, 20, 1020].map((at) => {
      const sealed = sealer.seal(plain);
      sealed[at] = (sealed[at] ?? 0) ^ 1;
      return sealed;
    });
    const cut = sealer.seal(plain).subarray(0, 31);
    const foreign = new Sealer(generateMasterKey()).seal(plain);
    const zeroIv = new Sealer(key, { next: () => Buffer.alloc(16) }).seal(plain);
    const sealed = [...damaged, cut, foreign, zeroIv].flatMap((bad) => [bad, sealer.seal(plain)]);
    expect(opened(sealed)).toEqual(sealed.map((_, i) => (i % 2 === 0 ? undefined : plain)));
  });

  it('says when it is full, by bytes and by count, and goes on after it was cleared', () => {
    const batch = new SealedBatch(key);
    const large = sealer.seal(seededBytes('large', MAX_BATCHED_BYTES - 32));
    let count = 0;
    while (batch.add(large)) count++;
    expect(count).toBeGreaterThan(0);
    batch.clear();
    const empty = sealer.seal(Buffer.alloc(0));
    while (batch.add(empty)) count = batch.count;
    expect(count).toBeGreaterThan(100);
    batch.clear();
    const plain = seededBytes('after', 100);
    expect(batch.add(sealer.seal(plain))).toBe(true);
    batch.open();
    expect(batch.plain(0)).toEqual(plain);
    expect(batch.plain(1)).toBeUndefined();
  });
});

describe('the key stream', () => {
  // Where the counter's low byte, low word, and all 128 bits begin anew within the text.
  it.each([
    '00'.repeat(15) + 'fa',
    '12'.repeat(12) + 'fffffffb',
    'ff'.repeat(16),
    '77'.repeat(8) + 'ff'.repeat(7) + 'fe',
  ])('is that of AES-256-CTR from %s on', (hex) => {
    const iv = Buffer.from(hex, 'hex');
    const secret = randomBytes(32);
    const blocks = 600;
    const plain = seededBytes('text', blocks * 16);
    const text = Buffer.allocUnsafeSlow(plain.length);
    createCipheriv('aes-256-ctr', secret, iv).update(plain).copy(text);
    const stream = new KeyStream(secret, text.length);
    stream.count(0, blocks, iv);
    stream.apply(new Int32Array(text.buffer), text.length);
    expect(text.equals(plain)).toBe(true);
  });
});
