import { randomBytes } from 'node:crypto';
import zlib from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { nativeStreamsWork } from '../../../main/engine/compression/native-stream.ts';
import { compressBound, ZstdCodec } from '../../../main/engine/compression/zstd-codec.ts';

// TypeScript describes WebAssembly only in its library for browsers.
const { Memory } = Reflect.get(globalThis, 'WebAssembly') as {
  Memory: new (descriptor: { initial: number }) => { readonly buffer: ArrayBuffer };
};

const { ZSTD_c_checksumFlag, ZSTD_c_compressionLevel, ZSTD_c_windowLog } = zlib.constants;
const corrupt = expect.objectContaining({ name: 'EngineError', code: 'corrupt' }) as Error;

const words = Array.from({ length: 400 }, (_, index) => `word${(index * index) % 977}`);
const text = (size: number) => {
  let out = '';
  for (let index = 0; out.length < size; index++) out += words[(index * 7 + (index >> 5) * 13) % 400] + ' ';
  return Buffer.from(out.slice(0, size));
};
const SAMPLES: readonly Buffer[] = [
  Buffer.alloc(0),
  Buffer.from('x'),
  text(255),
  text(8192),
  text(1_500_000),
  Buffer.alloc(3_000_000),
  randomBytes(300),
  randomBytes(700_000),
];
const good = text(20_000);
const goodFrame = zlib.zstdCompressSync(good);
const skippable = Buffer.from('5a2a4d1803000000616263', 'hex');
/** By a stream that is not told the size in advance, as restic's does for small plaintexts. */
const unsizedFrame = (content: Buffer, params: Record<number, number | boolean> = {}) =>
  new Promise<Buffer>((resolve, reject) => {
    const stream = zlib.createZstdCompress({ params });
    const pieces: Buffer[] = [];
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    stream.on('end', () => resolve(Buffer.concat(pieces)));
    stream.on('error', reject);
    stream.write(content.subarray(0, 1));
    stream.flush(() => stream.end(content.subarray(1)));
  });
const hasContentSize = (frame: Uint8Array) => ((frame[4] ?? 0) & 0xe0) !== 0;

it("knows this Node version's handles, so that both ways are really tested", () => {
  expect(nativeStreamsWork()).toBe(true);
});

describe.each([
  ['native handles', false],
  ['public interface', true],
])('ZstdCodec with %s', (_name, publicOnly) => {
  const codec = new ZstdCodec({ publicOnly });
  afterAll(() => codec.close());

  /** The codec must be as good as new whatever happened before. */
  function expectClean(): void {
    const out = Buffer.alloc(compressBound(good.length));
    const size = codec.compressInto(good, out);
    expect(zlib.zstdDecompressSync(out.subarray(0, size)).equals(good)).toBe(true);
    const back = Buffer.alloc(good.length);
    expect(codec.decompressInto(goodFrame, back)).toBe(good.length);
    expect(back.equals(good)).toBe(true);
    expect(codec.decompress(goodFrame, good.length).equals(good)).toBe(true);
  }

  it('brings everything back, in any order of calls', () => {
    for (const content of [...SAMPLES, ...SAMPLES.toReversed()]) {
      const frame = codec.compress(content);
      expect(frame.length).toBeLessThanOrEqual(compressBound(content.length));
      expect(zlib.zstdDecompressSync(frame).equals(content)).toBe(true);
      const out = Buffer.alloc(content.length + 10, 0xee);
      expect(codec.decompressInto(frame, out)).toBe(content.length);
      expect(out.subarray(0, content.length).equals(content)).toBe(true);
      expect(out.subarray(content.length).every((byte) => byte === 0xee)).toBe(true);
      expect(codec.decompress(frame, content.length).equals(content)).toBe(true);
    }
  });

  it('writes the content size, a window of at most 1 MiB, no checksum and no dictionary', () => {
    for (const content of SAMPLES.slice(1)) {
      const frame = codec.compress(content);
      const descriptor = frame[4] ?? 0;
      expect(hasContentSize(frame)).toBe(true);
      expect(descriptor & 0x07).toBe(0);
      if ((descriptor & 0x20) === 0) expect((frame[5] ?? 255) >> 3).toBeLessThanOrEqual(20 - 10);
      else expect(content.length).toBeLessThanOrEqual(2 ** 20);
    }
  });

  it('honours the level', () => {
    const best = new ZstdCodec({ level: 19, publicOnly });
    const content = text(100_000);
    const bestFrame = best.compress(content);
    best.close();
    expect(bestFrame.length).toBeLessThan(codec.compress(content).length);
  });

  it('returns -1 for a frame that does not fit, and is clean afterwards', () => {
    for (const content of SAMPLES) {
      const frame = codec.compress(content);
      for (const room of [0, 1, Math.floor(frame.length / 2), frame.length - 1]) {
        expect(codec.compressInto(content, Buffer.alloc(room))).toBe(-1);
        expectClean();
      }
      const enough = Buffer.alloc(frame.length + 1);
      const size = codec.compressInto(content, enough);
      if (size >= 0) expect(zlib.zstdDecompressSync(enough.subarray(0, size)).equals(content)).toBe(true);
      expectClean();
    }
  });

  it('works on views into shared and WebAssembly memory', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(good.length + 9), 9);
    const wasm = new Uint8Array(new Memory({ initial: 1 }).buffer, 5, good.length);
    for (const memory of [shared, wasm]) {
      memory.set(good);
      expect(zlib.zstdDecompressSync(codec.compress(memory)).equals(good)).toBe(true);
      memory.fill(0);
      expect(codec.decompressInto(goodFrame, memory)).toBe(good.length);
      expect(Buffer.from(memory).equals(good)).toBe(true);
    }
  });

  it('reads frames without content size', async () => {
    for (const content of [text(2), text(200), text(300_000)]) {
      const frame = await unsizedFrame(content, { [ZSTD_c_windowLog]: 19 });
      expect(hasContentSize(frame)).toBe(false);
      const out = Buffer.alloc(content.length);
      expect(codec.decompressInto(frame, out)).toBe(content.length);
      expect(out.equals(content)).toBe(true);
      expect(codec.decompress(frame, 10_000_000).equals(content)).toBe(true);
      expect(codec.decompressInto(frame, Buffer.alloc(content.length - 1))).toBe(-1);
      expectClean();
    }
  });

  it('reads what restic reads: checksums, any level, long windows, several and skippable frames', async () => {
    const checked = zlib.zstdCompressSync(good, {
      params: { [ZSTD_c_checksumFlag]: 1, [ZSTD_c_compressionLevel]: 15 },
    });
    const long = await unsizedFrame(good, { [ZSTD_c_windowLog]: 27 });
    const empty = zlib.zstdCompressSync(Buffer.alloc(0));
    const all = Buffer.concat([skippable, checked, empty, long, skippable, goodFrame, empty, skippable]);
    const expected = Buffer.concat([good, good, good]);
    const out = Buffer.alloc(expected.length);
    expect(codec.decompressInto(all, out)).toBe(expected.length);
    expect(out.equals(expected)).toBe(true);
    expect(codec.decompress(all, expected.length).equals(expected)).toBe(true);
    expect(codec.decompressInto(all, Buffer.alloc(expected.length - 1))).toBe(-1);
    expect(codec.decompressInto(skippable, Buffer.alloc(0))).toBe(0);
    expectClean();
  });

  it('returns -1 when the content is larger than the room', () => {
    for (const room of [0, 1, good.length - 1]) {
      expect(codec.decompressInto(goodFrame, Buffer.alloc(room))).toBe(-1);
      expectClean();
    }
    const bomb = zlib.zstdCompressSync(Buffer.alloc(50_000_000));
    expect(codec.decompressInto(bomb, Buffer.alloc(100_000))).toBe(-1);
    expect(() => codec.decompress(bomb, 1_000_000)).toThrow(corrupt);
    expect(() => codec.decompress(goodFrame, good.length - 1)).toThrow(corrupt);
    expect(() => codec.decompress(goodFrame, 0)).toThrow(corrupt);
    expectClean();
  });

  it('refuses a frame that is cut off anywhere', () => {
    const out = Buffer.alloc(good.length);
    for (const frame of [goodFrame, Buffer.concat([goodFrame, skippable])]) {
      for (let size = 0; size < frame.length; size += size < 30 ? 1 : 97) {
        if (size === goodFrame.length) continue;
        expect(() => codec.decompressInto(frame.subarray(0, size), out)).toThrow(corrupt);
        expect(() => codec.decompress(frame.subarray(0, size), good.length)).toThrow(corrupt);
      }
      expect(() => codec.decompressInto(frame.subarray(0, frame.length - 1), out)).toThrow('end within');
    }
    expectClean();
  });

  it('refuses anything behind the last frame', () => {
    for (const tail of ['00', 'ff', '28b52f', '28b52ffd', '00000000', 'ffffffffffffffffffff']) {
      const bytes = Buffer.concat([goodFrame, Buffer.from(tail, 'hex')]);
      expect(() => codec.decompressInto(bytes, Buffer.alloc(good.length * 2))).toThrow(corrupt);
      expect(() => codec.decompress(bytes, good.length * 2)).toThrow(corrupt);
    }
    expectClean();
  });

  it('refuses a wrong checksum, a dictionary, a window of 2 GiB and foreign formats', () => {
    const checked = zlib.zstdCompressSync(good, { params: { [ZSTD_c_checksumFlag]: 1 } });
    checked[checked.length - 1] = (checked.at(-1) ?? 0) ^ 1;
    const hostile = {
      checksum: checked,
      // One raw block "abc" in each of the following.
      dictionary: Buffer.from('28b52ffd' + '21' + '07' + '03' + '190000' + '616263', 'hex'),
      window: Buffer.from('28b52ffd' + '00' + 'a8' + '190000' + '616263', 'hex'),
      contentSize: Buffer.from('28b52ffd' + 'e0' + 'ffffffffffffff7f' + '190000' + '616263', 'hex'),
      reservedBlock: Buffer.from('28b52ffd' + '20' + '03' + '1f0000' + '616263', 'hex'),
      gzip: zlib.gzipSync(good),
      plain: good,
    };
    for (const [name, bytes] of Object.entries(hostile)) {
      expect(() => codec.decompressInto(bytes, Buffer.alloc(good.length)), name).toThrow(corrupt);
      expectClean();
      expect(() => codec.decompress(bytes, 10_000_000), name).toThrow(corrupt);
      expectClean();
    }
    const sound = Buffer.from('28b52ffd' + '20' + '03' + '190000' + '616263', 'hex');
    expect(codec.decompress(sound, 3).toString()).toBe('abc');
  });

  it('survives any single changed byte: an error, or other content within the room', () => {
    const content = text(3000);
    const frame = codec.compress(content);
    for (let index = 0; index < frame.length; index += 3) {
      const bytes = Buffer.from(frame);
      bytes[index] = (bytes[index] ?? 0) ^ 0x55;
      try {
        expect(codec.decompressInto(bytes, Buffer.alloc(content.length))).toBeLessThanOrEqual(content.length);
      } catch (error) {
        expect(error).toEqual(corrupt);
      }
    }
    expectClean();
  });

  it('refuses work after close', () => {
    const closed = new ZstdCodec({ publicOnly });
    closed.compress(good);
    closed.close();
    closed.close();
    expect(() => closed.compress(good)).toThrow('after it was closed');
    expect(() => closed.decompress(goodFrame, good.length)).toThrow('after it was closed');
  });
});
