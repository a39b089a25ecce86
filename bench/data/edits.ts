import type { SeededRandom } from './seeded-random.ts';

const LONGEST_EDIT_BYTES = 2000;

/** A copy of `content` in which bytes were overwritten, inserted or removed at `editCount` places. */
export function spliceRandomly(content: Buffer, editCount: number, random: SeededRandom): Buffer {
  const places = Array.from({ length: editCount }, () => random.below(content.length + 1)).sort((a, b) => a - b);
  const pieces: Buffer[] = [];
  let from = 0;
  for (const place of places) {
    // An earlier edit may have removed this place.
    const at = Math.max(place, from);
    pieces.push(content.subarray(from, at));
    const length = random.between(1, LONGEST_EDIT_BYTES);
    const kind = random.pick(['overwrite', 'insert', 'remove']);
    if (kind !== 'remove') pieces.push(random.bytes(length));
    from = kind === 'insert' ? at : Math.min(at + length, content.length);
  }
  pieces.push(content.subarray(from));
  return Buffer.concat(pieces);
}

/** A copy of `content` with random bytes in `blockCount` different blocks, which begin at multiples of `blockBytes`. */
export function overwriteBlocks(content: Buffer, blockCount: number, blockBytes: number, random: SeededRandom): Buffer {
  const changed = Buffer.from(content);
  const blocks = Array.from({ length: Math.ceil(content.length / blockBytes) }, (_, block) => block);
  for (const block of random.shuffled(blocks).slice(0, blockCount)) {
    const at = block * blockBytes;
    random.bytes(Math.min(blockBytes, content.length - at)).copy(changed, at);
  }
  return changed;
}
