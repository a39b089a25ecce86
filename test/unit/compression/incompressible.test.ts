import { createCipheriv } from 'node:crypto';
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { looksIncompressible } from '../../../main/engine/compression/incompressible.ts';

/** The same "random" bytes in every run. */
const noise = (size: number, seed = 1) =>
  createCipheriv('aes-256-ctr', Buffer.alloc(32, seed), Buffer.alloc(16)).update(Buffer.alloc(size));
const json = Buffer.from(JSON.stringify(Array.from({ length: 20_000 }, (_, id) => ({ id, name: `file ${id * 31}` }))));

describe('looksIncompressible', () => {
  it('says yes to encrypted and compressed data', () => {
    for (const size of [1024, 5000, 16_384, 100_000, 1_000_000]) {
      for (let seed = 1; seed <= 5; seed++) expect(looksIncompressible(noise(size, seed))).toBe(true);
    }
    // Six random bits a character: gzip removes exactly the redundancy that there is.
    expect(looksIncompressible(zlib.gzipSync(noise(200_000).toString('base64')))).toBe(true);
  });

  it('says no to text, zeros, numbers, tables and base64', () => {
    const numbers = Buffer.from(Uint32Array.from({ length: 50_000 }, (_, index) => index * 3).buffer);
    const ramp = Buffer.from(Uint8Array.from({ length: 50_000 }, (_, index) => index & 255));
    const base64 = Buffer.from(noise(50_000).toString('base64'));
    for (const bytes of [json, json.subarray(0, 2000), Buffer.alloc(100_000), numbers, ramp, base64]) {
      expect(looksIncompressible(bytes)).toBe(false);
    }
  });

  it('says no to compressed data that zstd can still make much smaller', () => {
    const gzipped = zlib.gzipSync(json);
    expect(zlib.zstdCompressSync(gzipped).length).toBeLessThan(gzipped.length * 0.8);
    expect(looksIncompressible(gzipped)).toBe(false);
  });

  it('says no when a quarter of the data is text', () => {
    const mixed = Buffer.concat([noise(300_000), json.subarray(0, 100_000)]);
    expect(looksIncompressible(mixed)).toBe(false);
  });

  it('says no to what is too small to judge', () => {
    for (const size of [0, 1, 255, 1023]) expect(looksIncompressible(noise(size))).toBe(false);
  });
});
