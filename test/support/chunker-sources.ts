import type { Chunker, ChunkerOptions, ReadInto } from '../../main/engine/chunker/chunker.ts';

/** 32-bit xorshift (13, 17, 5), each new state as four little-endian bytes. */
export function xorshiftBytes(length: number, seed = 0x9e3779b9): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed | 0 || 1;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return new Uint8Array(words.buffer, 0, length);
}

/** A file in memory. `shortest` limits each answer to a varying count between 1 and that many bytes. */
export function readFrom(data: Uint8Array, shortest?: number): ReadInto {
  let turn = 0;
  return (into, offset, length, position) => {
    const most = shortest === undefined ? length : Math.min(length, 1 + ((++turn * 7919) % shortest));
    const part = data.subarray(position, position + most);
    into.set(part, offset);
    return part.length;
  };
}

/** Every chunk's size; fails when the chunks are not the bytes of `data`, in order. */
export function chunkSizes(
  chunker: Chunker,
  data: Uint8Array,
  read = readFrom(data),
  options?: ChunkerOptions,
): number[] {
  const sizes: number[] = [];
  let at = 0;
  chunker.start(read, options);
  for (let chunk = chunker.next(); chunk !== null; chunk = chunker.next()) {
    if (Buffer.compare(chunk, data.subarray(at, at + chunk.length)) !== 0)
      throw new Error(`Wrong bytes in the chunk at ${at}`);
    sizes.push(chunk.length);
    at += chunk.length;
  }
  if (at !== data.length) throw new Error(`The chunks end at ${at}, the data at ${data.length}`);
  return sizes;
}
