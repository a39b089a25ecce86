import { createHash } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { EngineError } from '../../../main/engine/base/errors.ts';
import { generateMasterKey } from '../../../main/engine/crypto/master-key.ts';
import { Sealer } from '../../../main/engine/crypto/sealer.ts';
import { BlobTable } from '../../../main/engine/index/blob-table.ts';
import { BufferByteSource } from '../../../main/engine/pack/byte-source.ts';
import { PackReader } from '../../../main/engine/pack/pack-reader.ts';
import { PackBlobs, type BlobVisitor } from '../../../main/engine/restorer/pack-blobs.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';

const KEY = generateMasterKey();
/** More of the small ones than any batch takes, large ones among them, every third one compressed. */
const SIZES = Array.from({ length: 300 }, (_, i) => (i % 50 === 7 ? 200_000 : (i * 131) % 4000));
const PLAINS = SIZES.map((size, i) =>
  i % 3 === 0 ? Buffer.alloc(size, `text ${i} `) : seededBytes(`blob ${i}`, size),
);

/** A pack of all blobs, each wanted by one file but the tenth, which two want. `wrong`: the one whose bytes are another's. */
function makePack(wrong?: number) {
  const sealer = new Sealer(KEY);
  const table = BlobTable.create();
  const pieces: Buffer[] = [];
  let offset = 0;
  const entries = PLAINS.map((plain, i) => {
    const isCompressed = i % 3 === 0 && plain.length > 0;
    const stored = i === wrong ? Buffer.from('something else') : plain;
    const sealed = sealer.seal(isCompressed ? zstdCompressSync(stored) : stored);
    const entry = ~table.claim(0, createHash('sha256').update(plain).digest());
    if (entry < 0) return -1;
    table.setLocation(entry, 0, offset, sealed.length, isCompressed ? plain.length : 0);
    pieces.push(sealed);
    offset += sealed.length;
    return entry;
  });
  const wanted = entries.flatMap((entry, i) =>
    entry < 0
      ? []
      : i === 10
        ? [
            [entry, i],
            [entry, i],
          ]
        : [[entry, i]],
  );
  const items = Uint32Array.from(wanted.flatMap(([entry = 0, i = 0]) => [entry, i, 0, 0]));
  return { table, entries, items, bytes: Buffer.concat(pieces) };
}

type Seen = [kind: 'blob' | 'lost', first: number, files: number];

function visit(table: BlobTable, bytes: Buffer, items: Uint32Array, changes: Partial<BlobVisitor> = {}): Seen[] {
  const seen: Seen[] = [];
  const reader = new PackReader();
  reader.open(new BufferByteSource(bytes, 0), { name: 'pack' });
  const blobs = new PackBlobs(table, KEY);
  blobs.visit(reader, items, {
    stopped: () => false,
    blob: (plain, start, end) => {
      const file = items[start + 1] ?? -1;
      expect(Buffer.compare(plain, PLAINS[file] ?? Buffer.alloc(0))).toBe(0);
      seen.push(['blob', file, (end - start) / 4]);
    },
    lost: (error, start, end) => {
      expect(error).toMatchObject({ code: 'corrupt' });
      seen.push(['lost', items[start + 1] ?? -1, (end - start) / 4]);
    },
    ...changes,
  });
  blobs.close();
  return seen;
}

it('gives every blob in the order of the items, once for all that want it', () => {
  const { table, items, entries, bytes } = makePack();
  const expected = entries.flatMap((entry, i): Seen[] => (entry < 0 ? [] : [['blob', i, i === 10 ? 2 : 1]]));
  expect(visit(table, bytes, items)).toEqual(expected);
});

it('loses only what is damaged, cut off or not what the index says', () => {
  const { table, items, entries, bytes } = makePack(100);
  const [flipped = 0, large = 0, last = 0] = [20, 57, 299].map((i) => entries[i] ?? 0);
  for (const entry of [flipped, large]) {
    const at = table.offset(entry) + 20;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  }
  const cut = bytes.subarray(0, table.offset(last) + table.length(last) - 1);
  const seen = visit(table, cut, items);
  expect(seen.filter(([kind]) => kind === 'lost').map(([, file]) => file)).toEqual([20, 57, 100, 299]);
  expect(seen).toHaveLength(entries.filter((entry) => entry >= 0).length);
});

it('stops where it is told to, and passes on what the visitor throws', () => {
  const { table, items, bytes } = makePack();
  let left = 5;
  const stopping = visit(table, bytes, items, { stopped: () => left <= 0, blob: () => void left-- });
  expect(stopping).toEqual([]);
  expect(left).toBe(0);
  const full = new EngineError('no_space', 'The disk is full.');
  const failing = () => {
    throw full;
  };
  expect(() => visit(table, bytes, items, { blob: failing })).toThrow(full);
});
