import { createCipheriv, createHash } from 'node:crypto';

/** Incompressible bytes that are the same in every run. */
export function seededBytes(seed: string, length: number): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
}

/** Integers of `[0, below)` in a repeatable order. */
export function seededIntegers(seed: string): (below: number) => number {
  let pool: Buffer = Buffer.alloc(0);
  let round = 0;
  return (below) => {
    if (pool.length < 6) pool = seededBytes(`${seed}:${round++}`, 6 * 1024);
    const value = pool.readUIntBE(0, 6);
    pool = pool.subarray(6);
    return value % below;
  };
}
