import { beforeAll, describe, expect, it } from 'vitest';
import { RepositoryIndex } from '../../../main/engine/index/repository-index.ts';
import { rewriteIndex } from '../../../main/engine/maintenance/index-rewrite.ts';
import type { Repository } from '../../../main/engine/repository/repository.ts';
import { indexIdOf, packIdOf } from '../../support/index-fixtures.ts';

const PACKS = 4;
const BLOBS = 50_000;

/** Takes index files; the n-th save, counted from 0, fails if it is `failing`. */
class FakeStore {
  readonly failing: number;
  readonly saved: string[] = [];
  readonly removed: string[] = [];
  begun = 0;
  underWay = 0;
  mostUnderWay = 0;

  constructor(failing = -1) {
    this.failing = failing;
  }

  async savePieces(_type: string, pieces: Iterable<Uint8Array>): Promise<void> {
    const number = this.begun++;
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
    await new Promise(setImmediate);
    const text = Buffer.concat([...pieces]).toString();
    await new Promise(setImmediate);
    this.underWay--;
    if (number === this.failing) throw new Error('no space');
    this.saved.push(text);
  }

  async remove(_type: string, id: string): Promise<void> {
    this.removed.push(`${id} after ${this.saved.length}`);
    await Promise.resolve();
  }

  get repository(): Repository {
    return { unpacked: this } as unknown as Repository;
  }
}

describe('rewriting index files', () => {
  const index = new RepositoryIndex();

  beforeAll(() => {
    index.addIndex(indexIdOf(0));
    const id = Buffer.alloc(32);
    for (let pack = 0; pack < PACKS; pack++) {
      const entries = new Uint32Array(4 * BLOBS);
      for (let i = 0; i < BLOBS; i++) {
        id.writeUInt32LE(pack * BLOBS + i);
        entries.set([~index.table.claim(0, id), i * 40, 40, 9], i * 4);
      }
      index.addPack(packIdOf(pack), entries, 0);
    }
  });

  it('saves several at once, and removes the old ones when all are saved', async () => {
    const store = new FakeStore();
    const result = await rewriteIndex(store.repository, index, { gone: new Set([1]) });
    expect(result).toEqual({ written: 3, removed: 1 });
    expect(store.mostUnderWay).toBe(2);
    expect(store.removed).toEqual([`${indexIdOf(0)} after 3`]);
    const packs = store.saved.flatMap((text) => (JSON.parse(text) as { packs: { id: string }[] }).packs);
    expect(packs.map(({ id }) => id).sort()).toEqual([0, 2, 3].map(packIdOf).sort());
  });

  it.each([0, 1, 2, 3])('removes nothing when save %i fails, and leaves none under way', async (failing) => {
    const store = new FakeStore(failing);
    await expect(rewriteIndex(store.repository, index, { gone: new Set(), all: true })).rejects.toThrow('no space');
    expect(store.underWay).toBe(0);
    expect(store.removed).toEqual([]);
  });
});
