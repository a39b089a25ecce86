import { describe, expect, it } from 'vitest';
import { idToBytes } from '../../../main/engine/base/ids.ts';
import { IndexDecoder } from '../../../main/engine/index/index-file.ts';
import { RepositoryIndex } from '../../../main/engine/index/repository-index.ts';
import { blobIdOf, dumpIndex, indexIdOf, packIdOf } from '../../support/index-fixtures.ts';
import type { BlobJson } from '../../support/index-fixtures.ts';

const blob = (name: string, offset: number, length = 50): BlobJson => ({
  id: blobIdOf(name),
  type: 'data',
  offset,
  length,
});

function load(...files: { id: string; blobs: BlobJson[] }[][]): RepositoryIndex {
  const index = new RepositoryIndex();
  const decoder = new IndexDecoder(index, 2);
  files.forEach((packs, i) => decoder.decode(Buffer.from(JSON.stringify({ packs })), indexIdOf(i)));
  return index;
}

describe('packs', () => {
  it('are found by their ids among many', () => {
    const packs = Array.from({ length: 1000 }, (_, i) => ({ id: packIdOf(i), blobs: [blob(`${i}`, 0)] }));
    const index = load(packs);
    packs.forEach((_, i) => {
      if (index.packNumber(packIdOf(i)) !== i) expect.fail(`pack ${i} is not at its number`);
    });
    expect(index.packNumber(idToBytes(packIdOf(999)))).toBe(999);
    expect(index.packNumber(packIdOf('none'))).toBe(-1);
    expect(index.packId(500)).toBe(packIdOf(500));
    expect(() => index.packId(1000)).toThrow(/No pack number 1000/);
    expect(index.memoryBytes / index.blobCount).toBeLessThan(250);
  });

  it('know the size their file must have', () => {
    const compressed = { ...blob('b', 50, 60), uncompressed_length: 99 };
    const index = load([{ id: packIdOf(1), blobs: [blob('a', 0), compressed] }]);
    expect(index.packSizeBytes(0)).toBe(50 + 60 + 37 + 41 + 36);
  });
});

describe('blobs stored more than once', () => {
  it('in two packs: both places, each pack complete and in order', () => {
    const packs = [
      { id: packIdOf(1), blobs: [blob('a', 0), blob('b', 50), blob('c', 100)] },
      { id: packIdOf(2), blobs: [blob('x', 0), blob('b', 50), blob('y', 100)] },
      { id: packIdOf(3), blobs: [blob('b', 0)] },
    ];
    const index = load(packs);
    expect(dumpIndex(index)).toEqual({ packs });
    const places: number[] = [];
    const { table } = index;
    for (let entry = table.findHex('data', blobIdOf('b')); entry >= 0; entry = table.nextCopy(entry))
      places.push(table.pack(entry));
    expect(places.sort()).toEqual([0, 1, 2]);
    expect([index.blobCount, index.duplicatePacks]).toEqual([5, []]);
  });

  it('in one pack twice: both are listed', () => {
    const packs = [{ id: packIdOf(1), blobs: [blob('a', 0), blob('a', 50)] }];
    expect(dumpIndex(load(packs))).toEqual({ packs });
  });
});

describe('a pack in several indexes', () => {
  const pack = { id: packIdOf(1), blobs: [blob('a', 0), blob('b', 50)] };

  it('is one pack; the duplicate is recorded as harmless', () => {
    const index = load([pack], [{ id: packIdOf(2), blobs: [] }], [pack]);
    expect(index.duplicatePacks).toEqual([{ pack: 0, indexes: [0, 2], identical: true }]);
    expect(index.indexesOf(0)).toEqual([0, 2]);
    expect(index.indexesOf(1)).toEqual([1]);
    expect(dumpIndex(index).packs[0]).toEqual(pack);
    expect(index.table.entryCount).toBe(2);
  });

  it('is merged when the parts differ', () => {
    const index = load(
      [
        { ...pack, blobs: [blob('a', 0)] },
        { id: packIdOf(2), blobs: [blob('z', 0)] },
      ],
      [{ ...pack, blobs: [blob('a', 0), blob('b', 50)] }],
    );
    expect(index.duplicatePacks).toEqual([{ pack: 0, indexes: [0, 1], identical: false }]);
    expect(dumpIndex(index).packs[0]).toEqual(pack);
  });

  it('keeps contradicting places of one blob', () => {
    const index = load([pack], [{ ...pack, blobs: [blob('a', 0, 60), blob('b', 50)] }]);
    expect(dumpIndex(index).packs[0]?.blobs).toEqual([blob('a', 0), blob('b', 50), blob('a', 0, 60)]);
    expect(index.duplicatePacks[0]?.identical).toBe(false);
  });
});

describe('packs written in this session', () => {
  it('give claimed blobs their place and repacked ones a copy', () => {
    const index = load([{ id: packIdOf(1), blobs: [blob('old', 0)] }]);
    const { table } = index;
    const [first, second] = [~table.claim(0, idToBytes(blobIdOf('n1'))), ~table.claim(0, idToBytes(blobIdOf('n2')))];
    const old = table.findHex('data', blobIdOf('old'));
    const number = index.addPack(packIdOf(9), Uint32Array.from([second, 0, 40, 0, old, 40, 50, 0, first, 90, 40, 7]));
    expect(index.indexesOf(number)).toEqual([]);
    expect(dumpIndex(index).packs[1]).toEqual({
      id: packIdOf(9),
      blobs: [blob('n2', 0, 40), blob('old', 40), { ...blob('n1', 90, 40), uncompressed_length: 7 }],
    });
    expect(table.pack(table.nextCopy(old))).toBe(number);
    index.setPackIndex(number, index.addIndex(indexIdOf('new')));
    expect(index.indexesOf(number)).toEqual([1]);
    expect(() => index.addPack(packIdOf(9), new Uint32Array(0))).toThrow(/already/);
  });
});
