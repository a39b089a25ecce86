import { describe, expect, it } from 'vitest';
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
  it('opens what was sealed with IVs whose counters begin anew within the text', () => {
    const plain = seededBytes('carry', 9000);
    const ivs = ['12'.repeat(12) + 'fffffffb', 'ff'.repeat(16), '77'.repeat(8) + 'ff'.repeat(7) + 'fe'];
    const sealed = ivs.map((iv) => new Sealer(key, { next: () => Buffer.from(iv, 'hex') }).seal(plain));
    expect(opened(sealed)).toEqual(sealed.map(() => plain));
  });

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
