import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Chunker, MAX_CHUNK, MIN_CHUNK } from '../../../main/engine/chunker/chunker.ts';
import { chunkSizes, readFrom, xorshiftBytes } from '../../support/chunker-sources.ts';
import { referenceChunks, referenceTables } from '../../support/reference-chunker.ts';

const POLYNOMIAL = 0x3090ffbe5e73f7n;
const tables = referenceTables(POLYNOMIAL);
const chunker = new Chunker(POLYNOMIAL);
const ones = (length: number) => new Uint8Array(length).fill(1);

/** 64 bytes that make a cut: the end of the first chunk of the first vector (1081169 bytes). */
const CUT = xorshiftBytes(1081169).slice(-64);

/** 0x01 bytes, which never cut, with a cut at each of the given end positions. */
function cutsAt(length: number, ends: readonly number[]): Uint8Array {
  const data = ones(length);
  for (const end of ends) data.set(CUT, end - 64);
  return data;
}

describe('sizes', () => {
  it.each([0, 1, 63, 64, 65, MIN_CHUNK - 1, MIN_CHUNK, MIN_CHUNK + 1, MAX_CHUNK - 1, MAX_CHUNK, MAX_CHUNK + 1])(
    'cuts %i bytes without a match at the limits only',
    (length) => {
      const expected = [];
      for (let rest = length; rest > 0; rest -= MAX_CHUNK) expected.push(Math.min(rest, MAX_CHUNK));
      expect(chunkSizes(chunker, ones(length))).toEqual(expected);
      expect(chunkSizes(chunker, ones(length), undefined, { sizeBytes: length })).toEqual(expected);
    },
  );

  it('cuts zeros at the minimum and says so', () => {
    chunker.start(readFrom(new Uint8Array(2 * MIN_CHUNK + 5)));
    expect([chunker.next()?.length, chunker.lastWasZero]).toEqual([MIN_CHUNK, true]);
    expect([chunker.next()?.length, chunker.lastWasZero]).toEqual([MIN_CHUNK, true]);
    expect([chunker.next()?.length, chunker.lastWasZero]).toEqual([5, false]);
    expect([chunker.next(), chunker.lastWasZero]).toEqual([null, false]);
  });

  it.each([0, 8, 63, 64, 4096, MIN_CHUNK - 1])('sees a byte that is not zero at %i', (at) => {
    const data = new Uint8Array(MIN_CHUNK + 100);
    data[at] = 1;
    chunker.start(readFrom(data));
    expect(chunker.next()?.[at]).toBe(1);
    expect(chunker.lastWasZero).toBe(false);
    expect(chunkSizes(chunker, data)).toEqual(referenceChunks(data, tables));
  });
});

describe('the earliest cut wins', () => {
  const lane = 4096;
  const after = [
    0,
    1,
    7,
    8,
    63,
    64,
    65,
    127,
    lane - 1,
    lane,
    lane + 1,
    lane + 63,
    2 * lane,
    3 * lane - 1,
    3 * lane,
    3 * lane + 1,
  ];

  it.each([
    ...after,
    5 * lane + 17,
    65535,
    65536,
    65537,
    MIN_CHUNK - 1,
    MIN_CHUNK,
    MIN_CHUNK + 1,
    3 * MIN_CHUNK,
    MAX_CHUNK - MIN_CHUNK - 1,
  ])('%i bytes after the minimum', (n) => {
    const data = cutsAt(MAX_CHUNK + 1000, [MIN_CHUNK + n]);
    const sizes = chunkSizes(chunker, data);
    expect(sizes[0]).toBe(MIN_CHUNK + n);
    expect(sizes).toEqual(referenceChunks(data, tables));
  });

  it('whichever lane meets one first', () => {
    for (const early of [200, 4000, lane + 3000, 2 * lane + 100]) {
      for (const late of [lane + 70, 2 * lane + 10, 2 * lane + 4000, 3 * lane + 5]) {
        if (late - early < 64) continue;
        const data = cutsAt(2 * MIN_CHUNK, [MIN_CHUNK + early, MIN_CHUNK + late]);
        expect([early, late, chunkSizes(chunker, data)[0]]).toEqual([early, late, MIN_CHUNK + early]);
      }
    }
  });

  it('but none before the minimum', () => {
    const data = cutsAt(3 * MIN_CHUNK, [MIN_CHUNK - 1, 2 * MIN_CHUNK]);
    expect(chunkSizes(chunker, data)[0]).toBe(2 * MIN_CHUNK);
  });
});

describe('reading', () => {
  const data = xorshiftBytes(5_000_000, 7);
  const expected = referenceChunks(data, tables);

  it.each([1, 100, 65536, 300_000])('takes answers of up to %i bytes', (shortest) => {
    const part = shortest === 1 ? data.subarray(0, MIN_CHUNK + 2000) : data;
    expect(chunkSizes(chunker, part, readFrom(part, shortest))).toEqual(referenceChunks(part, tables));
  });

  it('does not ask again after the end', () => {
    let ends = 0;
    const read = readFrom(data);
    chunker.start((...request) => {
      const count = read(...request);
      if (count === 0) ends++;
      return count;
    });
    while (chunker.next() !== null);
    expect([chunker.next(), chunker.next(), ends]).toEqual([null, null, 1]);
  });

  it('needs one read for a small file of known size', () => {
    let reads = 0;
    const read = readFrom(data.subarray(0, 5000));
    chunker.start((...request) => (reads++, read(...request)), { sizeBytes: 5000 });
    expect([chunker.next()?.length, chunker.next(), reads]).toEqual([5000, null, 1]);
  });

  it.each([0, 1000, 4_000_000, 6_000_000])('reads to the real end when the size was said to be %i', (sizeBytes) => {
    expect(chunkSizes(chunker, data, undefined, { sizeBytes })).toEqual(expected);
  });

  it('ends a file that was cut off while it was read', () => {
    let length = data.length;
    chunker.start((into, offset, count, position) => {
      const got = readFrom(data.subarray(0, length))(into, offset, count, position);
      length = 2_500_000;
      return got;
    });
    let total = 0;
    for (let chunk = chunker.next(); chunk !== null; chunk = chunker.next()) total += chunk.length;
    expect(total).toBe(2_500_000);
  });

  it('follows a file that grows while it is read', () => {
    let length = 600_000;
    const read = readFrom(data, 50_000);
    chunker.start((into, offset, count, position) => {
      const got = read(into, offset, Math.min(count, length - position), position);
      length = Math.min(length + 20_000, data.length);
      return got;
    });
    let total = 0;
    for (let chunk = chunker.next(); chunk !== null; chunk = chunker.next()) total += chunk.length;
    expect(total).toBeGreaterThan(600_000);
  });

  it('passes errors on, ends the file and can be used again', () => {
    let calls = 0;
    chunker.start((into, offset, count, position) => {
      if (++calls === 3) throw new Error('disk on fire');
      return readFrom(data)(into, offset, count, position);
    });
    expect(() => {
      while (chunker.next() !== null);
    }).toThrow('disk on fire');
    expect(chunker.next()).toBeNull();
    expect(chunkSizes(chunker, data)).toEqual(expected);
  });

  it.each([-1, 1.5, NaN, (1 << 20) + 1])('refuses a read that answers %f', (answer) => {
    chunker.start(() => answer);
    expect(() => chunker.next()).toThrow(expect.objectContaining({ code: 'source_failed' }));
  });

  it('forgets the file before when it starts the next', () => {
    chunker.start(readFrom(data));
    chunker.next();
    expect(chunkSizes(chunker, data.subarray(100))).toEqual(referenceChunks(data.subarray(100), tables));
  });

  it('works on a file descriptor', () => {
    const folder = mkdtempSync(join(tmpdir(), 'guardit-chunker-'));
    try {
      writeFileSync(join(folder, 'data'), data);
      const fd = openSync(join(folder, 'data'), 'r');
      try {
        const read = (into: Uint8Array, offset: number, length: number) => readSync(fd, into, offset, length, null);
        expect(chunkSizes(chunker, data, read)).toEqual(expected);
      } finally {
        closeSync(fd);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('keeps two chunkers apart', () => {
    const other = new Chunker(0x31aa875b4c6137n);
    const wanted = referenceChunks(data, referenceTables(0x31aa875b4c6137n));
    chunker.start(readFrom(data));
    chunker.next();
    expect(chunkSizes(other, data)).toEqual(wanted);
    expect(chunker.next()?.length).toBe(expected[1]);
  });

  it('refuses a polynomial of another degree', () => {
    expect(() => new Chunker(0x1090ffbe5e73f7n)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
  });
});

describe('holes', () => {
  it('cuts a huge hole without reading it', () => {
    const size = 20 * 2 ** 30 + 5;
    let bytesRead = 0;
    chunker.start(
      (into, offset, length, position) => {
        const count = Math.max(0, Math.min(length, size - position));
        into.fill(0, offset, offset + count);
        bytesRead += count;
        return count;
      },
      { holeAt: (position) => size - position },
    );
    let chunks = 0;
    let last = 0;
    for (let chunk = chunker.next(); chunk !== null; chunk = chunker.next()) {
      chunks++;
      last = chunk.length;
    }
    expect([chunks, last]).toEqual([20 * 2048 + 1, 5]);
    expect(bytesRead).toBeLessThan(MIN_CHUNK);
  });

  it.each([
    ['cut off', 3 * MIN_CHUNK - 1000, 1],
    ['gone', 0, 1],
    ['written to at its end', 8 * MIN_CHUNK, 1],
  ])('reads plainly when the hole was %s meanwhile', (_name, length, lastByte) => {
    const data = new Uint8Array(length);
    if (length > 0) data[length - 1] = lastByte;
    const options = { holeAt: (position: number) => 8 * MIN_CHUNK - position };
    expect(chunkSizes(chunker, data, undefined, options)).toEqual(referenceChunks(data, tables));
  });

  it.each([Infinity, NaN, -1, Number.MAX_SAFE_INTEGER, 0.5])('survives a hint of %f', (hint) => {
    const data = new Uint8Array(3 * MIN_CHUNK + 7);
    expect(chunkSizes(chunker, data, undefined, { holeAt: () => hint })).toEqual([MIN_CHUNK, MIN_CHUNK, MIN_CHUNK, 7]);
  });
});

describe('chunks that the caller knows', () => {
  it('shows bytes without passing them, and goes on cutting behind those that are passed', () => {
    const data = xorshiftBytes(6_000_000);
    const cuts = chunkSizes(chunker, data);
    const [first = 0, ...others] = cuts;
    chunker.start(readFrom(data));
    expect(chunker.peek(first, false)).toEqual(data.subarray(0, first));
    expect(chunker.peek(first, true)).toBeUndefined();
    chunker.pass(first);
    const rest = [];
    for (let chunk = chunker.next(); chunk !== null; chunk = chunker.next()) rest.push(chunk.length);
    expect(rest).toEqual(others);
  });

  it('is not misled by bytes that were looked at in vain', () => {
    const data = xorshiftBytes(6_000_000);
    const cuts = chunkSizes(chunker, data);
    chunker.start(readFrom(data));
    const found = [];
    for (;;) {
      chunker.peek(MAX_CHUNK, true);
      const chunk = chunker.next();
      if (chunk === null) break;
      found.push(chunk.length);
    }
    expect(found).toEqual(cuts);
  });

  it.each([100, MIN_CHUNK, 2 ** 20])('sees the end of a file of %i bytes', (length) => {
    for (const options of [{}, { sizeBytes: length }]) {
      chunker.start(readFrom(ones(length)), options);
      expect(chunker.peek(length - 1, true)).toBeUndefined();
      expect(chunker.peek(length + 1, true)?.length).toBe(length);
      expect(chunker.peek(length, true)?.length).toBe(length);
      chunker.pass(length);
      expect(chunker.next()).toBeNull();
    }
  });

  it('says nothing about files with holes, and passes only what was shown', () => {
    chunker.start(readFrom(ones(1000)), { holeAt: () => 0 });
    expect(chunker.peek(10, false)).toBeUndefined();
    chunker.start(readFrom(ones(1000)));
    expect(() => chunker.pass(1)).toThrow(RangeError);
  });
});
