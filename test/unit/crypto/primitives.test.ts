import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { giveKnownAnswers } from '../../../main/engine/crypto/known-answers.ts';
import { generateMasterKey } from '../../../main/engine/crypto/master-key.ts';
import { loadOpenSslPrimitives } from '../../../main/engine/crypto/openssl-primitives.ts';
import { PortablePrimitives } from '../../../main/engine/crypto/portable-primitives.ts';
import type { CryptoPrimitives } from '../../../main/engine/crypto/primitives.ts';
import { SealedBatch } from '../../../main/engine/crypto/sealed-batch.ts';
import { Sealer } from '../../../main/engine/crypto/sealer.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';

const LENGTHS = [0, 1, 15, 16, 17, 63, 64, 65, 255, 4096, 48 * 1024 + 5, 600_001];
const key = seededBytes('key', 32);
const portable = new PortablePrimitives();
const openSsl = process.platform === 'linux' ? loadOpenSslPrimitives() : undefined;
const implementations: [string, CryptoPrimitives][] = [['portable', portable]];
if (openSsl) implementations.push(['OpenSSL', openSsl]);

/** A view that begins where no allocation does. */
const atOddPlace = (bytes: Uint8Array) => {
  const memory = Buffer.alloc(bytes.length + 7);
  memory.set(bytes, 7);
  return memory.subarray(7);
};

it.runIf(process.platform === 'linux')('OpenSSL is called directly on Linux', () => {
  expect(openSsl).toBeDefined();
});

describe.each(implementations)('%s', (_, primitives) => {
  it('gives the answers that the standards print', () => {
    expect(giveKnownAnswers(primitives)).toBe(true);
  });

  it('encrypts as Node does, whatever the length, the place, the pieces and the counter', () => {
    const cipher = primitives.ctr(key);
    for (const [i, length] of LENGTHS.entries()) {
      const iv = i % 2 === 0 ? seededBytes(`iv ${i}`, 16) : Buffer.from('12'.repeat(12) + 'fffffffb', 'hex');
      const plain = atOddPlace(seededBytes(`plain ${i}`, length));
      const expected = createCipheriv('aes-256-ctr', key, iv).update(plain);
      const out = atOddPlace(Buffer.alloc(length + 3, 0xee));
      cipher.crypt(iv, plain, out);
      expect(out.subarray(0, length).equals(expected)).toBe(true);
      expect(out.toString('hex', length)).toBe('eeeeee');
      const stream = cipher.begin(iv);
      for (let at = 0; at < length; at += 70_001) {
        stream.update(plain.subarray(at, at + 70_001), plain.subarray(at, at + 70_001));
        // In between, as from another stream.
        cipher.crypt(seededBytes('other iv', 16), out.subarray(0, 5), out.subarray(0, 5));
      }
      stream.end();
      expect(plain.equals(expected)).toBe(true);
    }
  });

  it('works on shared memory', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(1000), 100, 700);
    const plain = seededBytes('shared', 700);
    shared.set(plain);
    const cipher = primitives.ctr(key);
    for (const expected of [createCipheriv('aes-256-ctr', key, Buffer.alloc(16, 5)).update(plain), plain]) {
      cipher.crypt(Buffer.alloc(16, 5), shared, shared);
      expect(Buffer.from(shared).equals(expected)).toBe(true);
    }
  });

  it('authenticates as the other does, at once and in streams that overlap', () => {
    for (const [i, length] of LENGTHS.entries()) {
      const message = atOddPlace(seededBytes(`message ${i}`, length));
      const [tag, expected] = [atOddPlace(Buffer.alloc(16)), Buffer.alloc(16)];
      portable.mac.tag(key, message, expected);
      const streams = [primitives.mac.begin(key), primitives.mac.begin(key)];
      primitives.mac.tag(key, message, tag);
      expect(tag.equals(expected)).toBe(true);
      for (let at = 0; at < length; at += 999) {
        for (const stream of streams) stream.update(message.subarray(at, at + 999));
      }
      for (const stream of streams) {
        const streamed = Buffer.alloc(16);
        stream.finish(streamed);
        expect(streamed.equals(expected)).toBe(true);
      }
    }
  });

  it('refuses lengths that native code would read or write past', () => {
    const cipher = primitives.ctr(key);
    const tag = Buffer.alloc(16);
    expect(() => primitives.ctr(key.subarray(1))).toThrow(RangeError);
    expect(() => cipher.begin(Buffer.alloc(15))).toThrow(RangeError);
    expect(() => cipher.crypt(Buffer.alloc(17), tag, tag)).toThrow(RangeError);
    expect(() => cipher.crypt(Buffer.alloc(16), Buffer.alloc(2), Buffer.alloc(1))).toThrow(RangeError);
    expect(() => primitives.mac.tag(key.subarray(1), tag, tag)).toThrow(RangeError);
    expect(() => primitives.mac.tag(key, tag, Buffer.alloc(15))).toThrow(RangeError);
    expect(() => primitives.mac.begin(Buffer.alloc(33))).toThrow(RangeError);
    expect(() => primitives.mac.begin(key).finish(Buffer.alloc(17))).toThrow(RangeError);
  });

  it('keeps a key of its own, so that whoever gave it may wipe it', () => {
    const given = Buffer.from(key);
    const cipher = primitives.ctr(given);
    given.fill(0);
    const [iv, plain, out] = [Buffer.alloc(16, 7), seededBytes('wiped', 100), Buffer.alloc(100)];
    cipher.crypt(iv, plain, out);
    expect(out.equals(createCipheriv('aes-256-ctr', key, iv).update(plain))).toBe(true);
  });

  it('seals what the other opens, also in batches', () => {
    const masterKey = generateMasterKey();
    const sealer = new Sealer(masterKey, undefined, primitives);
    const batch = new SealedBatch(masterKey, portable);
    for (const length of LENGTHS) {
      const plain = seededBytes('sealed', length);
      const sealed = sealer.seal(plain);
      expect(new Sealer(masterKey, undefined, portable).open(sealed).equals(plain)).toBe(true);
      expect(sealer.verify(sealed)).toBe(true);
      if (length > 4096) continue;
      batch.add(sealed);
      batch.open();
      expect(batch.plain(0)?.equals(plain)).toBe(true);
      batch.clear();
    }
  });
});
