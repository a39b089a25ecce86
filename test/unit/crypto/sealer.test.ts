import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generateMasterKey } from '../../../main/engine/crypto/master-key.ts';
import type { MasterKey } from '../../../main/engine/crypto/master-key.ts';
import { SEAL_OVERHEAD, Sealer } from '../../../main/engine/crypto/sealer.ts';

// TypeScript describes WebAssembly only in its library for browsers.
const { Memory } = Reflect.get(globalThis, 'WebAssembly') as {
  Memory: new (descriptor: { initial: number }) => { readonly buffer: ArrayBuffer };
};

interface Vectors {
  master_key: { encrypt: string; mac_k: string; mac_r_unclamped: string; mac_r_clamped: string };
  seal: { label: string; iv: string; plaintext: string; sealed: string }[];
  config_plaintext: string;
  config_sealed_hex_iv_all_ff: string;
}

const vectorsFile = new URL('../../format/vectors/crypto-vectors.json', import.meta.url);
const vectors = JSON.parse(readFileSync(vectorsFile, 'utf8')) as Vectors;
const hex = (text: string) => Buffer.from(text, 'hex');
const keyWith = (r: string): MasterKey => ({
  encrypt: hex(vectors.master_key.encrypt),
  macK: hex(vectors.master_key.mac_k),
  macR: hex(r),
});
const clamped = keyWith(vectors.master_key.mac_r_clamped);
const unclamped = keyWith(vectors.master_key.mac_r_unclamped);
const fixedIv = (iv: string) => ({ next: () => hex(iv) });

/** Not a multiple of the block or of the piece that the cipher works on. */
const LARGE_BYTES = 600_001;
const largePlain = Buffer.alloc(LARGE_BYTES, 'a sentence that repeats itself; ');

describe('several at once', () => {
  it('are each verified as one by itself is', () => {
    const sealer = new Sealer(generateMasterKey());
    const sound = [0, 1, 16, 5000].map((length) => sealer.seal(largePlain.subarray(0, length)));
    const changed = Buffer.from(sound[3] ?? []);
    changed[100] = (changed[100] ?? 0) ^ 1;
    const short = sound[0]?.subarray(0, 31) ?? Buffer.alloc(0);
    const sealed = [...sound, changed, short, Buffer.alloc(40), ...sound];
    expect(sealer.verifyEach(sealed)).toEqual(sealed.map((bytes) => sealer.verify(bytes)));
    expect(sealer.verifyEach(sealed).filter(Boolean)).toHaveLength(8);
    expect(sealer.verifyEach([])).toEqual([]);
  });
});

describe('known answers', () => {
  for (const { label, iv, plaintext, sealed } of vectors.seal) {
    for (const [name, key] of [
      ['clamped', clamped],
      ['unclamped', unclamped],
    ] as const) {
      it(`seals and opens "${label}" with ${name} r`, () => {
        const sealer = new Sealer(key, fixedIv(iv));
        expect(sealer.seal(hex(plaintext)).toString('hex')).toBe(sealed);
        expect(sealer.open(hex(sealed)).toString('hex')).toBe(plaintext);
      });

      it(`seals "${label}" as a stream of single bytes with ${name} r`, () => {
        const plain = hex(plaintext);
        const out = Buffer.alloc(plain.length + SEAL_OVERHEAD);
        const stream = new Sealer(key, fixedIv(iv)).beginSeal(out);
        plain.forEach((_, index) => stream.update(plain.subarray(index, index + 1), out, 16 + index));
        stream.finish(out.subarray(16 + plain.length));
        expect(out.toString('hex')).toBe(sealed);
      });
    }
  }

  it('opens the config of a repository that restic accepted', () => {
    const sealed = hex(vectors.config_sealed_hex_iv_all_ff);
    expect(new Sealer(unclamped).open(sealed).toString()).toBe(vectors.config_plaintext);
  });
});

describe('Sealer', () => {
  const sealer = new Sealer(generateMasterKey());

  it('gives the same result in one call and as interleaved streams', () => {
    const first = { out: Buffer.alloc(LARGE_BYTES + SEAL_OVERHEAD), at: 0 };
    const second = { out: Buffer.alloc(LARGE_BYTES + SEAL_OVERHEAD), at: 0 };
    const streams = [first, second].map((target) => ({ target, stream: sealer.beginSeal(target.out) }));
    for (let at = 0; at < LARGE_BYTES; at += 77_777) {
      const piece = largePlain.subarray(at, at + 77_777);
      for (const { target, stream } of streams) stream.update(piece, target.out, 16 + at);
    }
    for (const { target, stream } of streams) stream.finish(target.out.subarray(16 + LARGE_BYTES));
    expect(sealer.open(first.out).equals(largePlain)).toBe(true);
    expect(sealer.open(second.out).equals(largePlain)).toBe(true);
    expect(first.out.equals(second.out)).toBe(false);
  });

  it('refuses a stream after its end', () => {
    const stream = sealer.beginSeal(Buffer.alloc(16));
    stream.finish(Buffer.alloc(16));
    expect(() => stream.update(Buffer.alloc(1), Buffer.alloc(1), 0)).toThrow('after its end');
    expect(() => stream.finish(Buffer.alloc(16))).toThrow('after its end');
  });

  it('writes only its own range and returns its size', () => {
    const out = Buffer.alloc(200, 0xee);
    expect(sealer.sealInto(Buffer.from('content'), out, 50)).toBe(7 + SEAL_OVERHEAD);
    expect(out.subarray(0, 50).every((byte) => byte === 0xee)).toBe(true);
    expect(out.subarray(50 + 7 + SEAL_OVERHEAD).every((byte) => byte === 0xee)).toBe(true);
    const plain = Buffer.alloc(20, 0xee);
    expect(sealer.openInto(out.subarray(50, 50 + 39), plain, 5)).toBe(7);
    expect(plain.toString('latin1')).toBe('\xee'.repeat(5) + 'content' + '\xee'.repeat(8));
  });

  it('never reuses an IV, beyond the end of the pool too', () => {
    const ivs = new Set<string>();
    for (let count = 0; count < 3000; count++) ivs.add(sealer.seal(Buffer.alloc(1)).toString('hex', 0, 16));
    expect(ivs.size).toBe(3000);
  });

  it('leaves other users of a shared allocation alone', () => {
    const small = Array.from({ length: 50 }, (_, index) => Buffer.from(`pooled ${index}`));
    const sealed = small.map((plain) => sealer.seal(plain));
    expect(small.map(String)).toEqual(small.map((_, index) => `pooled ${index}`));
    expect(sealed.map((bytes) => String(sealer.open(bytes)))).toEqual(small.map(String));
  });

  it('reads from shared and WebAssembly memory', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(LARGE_BYTES));
    const wasm = new Uint8Array(new Memory({ initial: 10 }).buffer, 3, LARGE_BYTES);
    for (const memory of [shared, wasm]) {
      memory.set(largePlain);
      expect(sealer.open(sealer.seal(memory)).equals(largePlain)).toBe(true);
      expect(memory[LARGE_BYTES - 1]).toBe(largePlain[LARGE_BYTES - 1]);
    }
  });

  it('decrypts in place', () => {
    const memory = sealer.seal(largePlain);
    const plain = sealer.openInPlace(memory);
    expect(plain.equals(largePlain)).toBe(true);
    expect(plain.buffer).toBe(memory.buffer);
  });

  it('works with a key that went through a structured clone', () => {
    const key = generateMasterKey();
    expect(String(new Sealer(structuredClone(key)).open(new Sealer(key).seal(Buffer.from('hello'))))).toBe('hello');
  });

  it('refuses changed data and writes nothing', () => {
    const sealed = sealer.seal(Buffer.from('some content'));
    for (const index of [0, 16, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      const out = Buffer.alloc(12, 0xee);
      expect(sealer.verify(changed)).toBe(false);
      expect(() => sealer.openInto(changed, out, 0)).toThrow('ciphertext verification failed');
      expect(out.every((byte) => byte === 0xee)).toBe(true);
      const before = Buffer.from(changed);
      expect(() => sealer.openInPlace(changed)).toThrow('ciphertext verification failed');
      expect(changed.equals(before)).toBe(true);
    }
    expect(() => sealer.open(sealed.subarray(0, -1))).toThrow('ciphertext verification failed');
    expect(() => new Sealer(generateMasterKey()).open(sealed)).toThrow('ciphertext verification failed');
  });

  it('refuses fewer bytes than the overhead as corrupt', () => {
    for (const size of [0, 15, 31]) {
      expect(sealer.verify(Buffer.alloc(size, 1))).toBe(false);
      expect(() => sealer.open(Buffer.alloc(size, 1))).toThrow(expect.objectContaining({ code: 'corrupt' }));
    }
  });

  it('refuses an IV of zeros even when the tag is right', () => {
    const sealed = new Sealer(clamped, fixedIv('00'.repeat(16))).seal(Buffer.from('content'));
    expect(() => new Sealer(clamped).open(sealed)).toThrow('nonce is invalid');
    expect(new Sealer(clamped).verify(sealed)).toBe(false);
  });

  it('refuses room that is too small before it writes', () => {
    const out = Buffer.alloc(40);
    expect(() => sealer.sealInto(Buffer.alloc(9), out, 0)).toThrow(RangeError);
    expect(() => sealer.sealInto(Buffer.alloc(8), out, 1)).toThrow(RangeError);
    expect(out.every((byte) => byte === 0)).toBe(true);
    expect(() => sealer.openInto(sealer.seal(Buffer.alloc(9)), Buffer.alloc(8), 0)).toThrow(RangeError);
  });

  it('refuses keys of zeros and keys of wrong length', () => {
    for (const part of ['encrypt', 'macK', 'macR'] as const) {
      expect(() => new Sealer({ ...clamped, [part]: Buffer.alloc(clamped[part].length) })).toThrow('zeros');
      expect(() => new Sealer({ ...clamped, [part]: Buffer.alloc(5, 1) })).toThrow('5 bytes');
    }
  });
});

describe('generateMasterKey', () => {
  it('makes different keys with a clamped r', () => {
    const [first, second] = [generateMasterKey(), generateMasterKey()];
    expect(first.encrypt.equals(second.encrypt)).toBe(false);
    for (const index of [3, 7, 11, 15]) expect(first.macR[index]).toBeLessThan(16);
    for (const index of [4, 8, 12]) expect((first.macR[index] ?? 1) % 4).toBe(0);
  });
});
