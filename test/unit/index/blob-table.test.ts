import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { isEngineError } from '../../../main/engine/base/errors.ts';
import type { BlobId } from '../../../main/engine/base/ids.ts';
import { BlobTable } from '../../../main/engine/index/blob-table.ts';

const idOf = (n: number | string) => createHash('sha256').update(String(n)).digest();

describe('claiming', () => {
  it('is new once for each pair of type and id', () => {
    const table = BlobTable.create();
    const id = idOf('a');
    const data = table.claim(0, id);
    expect(data).toBeLessThan(0);
    expect(table.claim(0, id)).toBe(~data);
    const tree = table.claim(1, id);
    expect(tree).toBeLessThan(0);
    expect(~tree).not.toBe(~data);
    expect([table.find(0, id), table.find(1, id)]).toEqual([~data, ~tree]);
    expect(table.type(~tree)).toBe('tree');
    expect(table.findHex('tree', id.toString('hex') as BlobId)).toBe(~tree);
    expect(table.find(0, idOf('b'))).toBe(-1);
    expect(table.findHex('data', 'zz' as BlobId)).toBe(-1);
    expect(table.blobCount).toBe(2);
  });

  it('stays claimed until a location is published', () => {
    const table = BlobTable.create();
    const entry = ~table.claim(0, idOf('a'));
    expect(table.isStored(entry)).toBe(false);
    table.setLocation(entry, 2 ** 29 - 1, 2 ** 32 - 33, 2 ** 32 - 1, 2 ** 32 - 2);
    expect(table.isStored(entry)).toBe(true);
    expect([table.pack(entry), table.offset(entry), table.length(entry)]).toEqual([
      2 ** 29 - 1,
      2 ** 32 - 33,
      2 ** 32 - 1,
    ]);
    expect([table.uncompressedLength(entry), table.plainLength(entry)]).toEqual([2 ** 32 - 2, 2 ** 32 - 2]);
    expect(() => table.setLocation(entry, 1, 0, 32, 0)).toThrow(/already/);
    const plain = ~table.claim(0, idOf('b'));
    table.setLocation(plain, 0, 0, 132, 0);
    expect(table.plainLength(plain)).toBe(100);
  });

  it('keeps every entry over many levels and growths, seen from another view', () => {
    const table = BlobTable.create();
    const other = BlobTable.attach(table.shared);
    const count = 100_000;
    for (let i = 0; i < count; i++) expect(table.claim(0, idOf(i))).toBe(~i);
    for (let i = 0; i < count; i += 7) expect(other.find(0, idOf(i))).toBe(i);
    for (let i = 0; i < 1000; i++) expect(other.find(0, idOf(-1 - i))).toBe(-1);
    expect(other.idBytes(count - 1)).toEqual(idOf(count - 1));
    expect(table.blobCount).toBe(count);
  });

  it('refuses more than its bound, an id of another length, an entry that is not there', () => {
    const table = BlobTable.create(0, 100);
    for (let i = 0; i < 100; i++) table.claim(0, idOf(i));
    const refused = () => table.claim(0, idOf(100));
    expect(refused).toThrow(/more blobs/);
    expect(refused).toThrow(expect.objectContaining({ code: 'refused' }));
    expect(table.find(0, idOf(99))).toBe(99);
    expect(table.entryCount).toBe(100);
    expect(() => table.claim(0, Buffer.alloc(31))).toThrow(/32 bytes/);
    expect(() => table.pack(1e9)).toThrow(/no entry/);
    expect(() => table.pack(-1)).toThrow(/no entry/);
  });

  it('stays fast for ids that were made to look alike', () => {
    const table = BlobTable.create();
    // With a hash over the first words only, or a mix linear in them, these would all meet in one walk.
    const id = Buffer.alloc(32);
    for (let i = 0; i < 30_000; i++) {
      id.writeUInt16LE(i, 30);
      table.claim(0, id);
    }
    expect(table.blobCount).toBe(30_000);
    // A walk that gives up after its longest run would have opened more levels than the six that the load asks for.
    expect(table.shared.slots.byteLength).toBe(1024 * 4 * (2 ** 6 - 1));
  });
});

describe('copies', () => {
  it('are found one after the other, each with its place, none as a blob of its own', () => {
    const table = BlobTable.create();
    const entry = ~table.claim(1, idOf('a'));
    table.setLocation(entry, 0, 0, 50, 0);
    expect(table.nextCopy(entry)).toBe(-1);
    const copies = [1, 2, 3].map((pack) => table.addCopy(entry, pack, pack * 100, 60, 70));
    const chain: number[] = [];
    for (let at = table.find(1, idOf('a')); at >= 0; at = table.nextCopy(at)) chain.push(at);
    expect(chain[0]).toBe(entry);
    expect([...chain.slice(1)].sort()).toEqual([...copies].sort());
    for (const copy of copies) {
      expect([table.idBytes(copy), table.type(copy), table.primary(copy)]).toEqual([idOf('a'), 'tree', entry]);
      expect([table.length(copy), table.uncompressedLength(copy)]).toEqual([60, 70]);
    }
    expect(copies.map((copy) => table.pack(copy))).toEqual([1, 2, 3]);
    expect([table.blobCount, table.copyCount]).toEqual([1, 3]);
    expect(table.pack(entry)).toBe(0);
  });

  it('do not turn up for an id that reads like a copy', () => {
    const table = BlobTable.create();
    const entry = ~table.claim(0, idOf('a'));
    table.setLocation(entry, 0, 0, 50, 0);
    table.addCopy(entry, 1, 0, 50, 0);
    const forged = Buffer.alloc(32);
    forged.writeUInt32LE(entry);
    expect(table.find(0, forged)).toBe(-1);
    const claimed = ~table.claim(0, forged);
    expect(table.nextCopy(claimed)).toBe(-1);
    expect(table.pack(table.nextCopy(entry))).toBe(1);
  });

  it('of one blob by the ten thousand cost no walk through all of them', () => {
    const table = BlobTable.create();
    const entry = ~table.claim(0, idOf('a'));
    table.setLocation(entry, 0, 0, 50, 0);
    for (let pack = 1; pack <= 10_000; pack++) table.addCopy(entry, pack, 0, 50, 0);
    const packs = new Set<number>();
    for (let at = entry; at >= 0; at = table.nextCopy(at)) packs.add(table.pack(at));
    expect(packs.size).toBe(10_001);
  });
});

describe('memory', () => {
  it('is at most 64 bytes a blob at a million blobs, slots included, with and without a good estimate', () => {
    const id = Buffer.alloc(32);
    for (const expected of [0, 1_000_000]) {
      const table = BlobTable.create(expected);
      for (let i = 0; i < 1_000_000; i++) {
        id.writeUInt32LE(i);
        table.claim(0, id);
      }
      const { ids, locations, slots } = table.shared;
      // The buffers end at most one growth step behind the last entry.
      expect(ids.byteLength + locations.byteLength).toBeLessThan((1_000_000 + 65_536) * 48);
      expect((table.entryCount * 48 + slots.byteLength) / 1_000_000).toBeLessThanOrEqual(expected ? 55 : 62);
      expect(table.memoryBytes / 1_000_000).toBeLessThanOrEqual(64);
    }
  }, 20_000);
});

describe('threads', () => {
  it('that race for the same ids have one winner each, and agree on the entries', async () => {
    const ids = 60_000;
    const threads = 4;
    // Starts small, so that levels fill and buffers grow in the middle of the race.
    const table = BlobTable.create();
    const gate = new SharedArrayBuffer(8);
    const gateWords = new Int32Array(gate);
    const workers = Array.from({ length: threads }, (_, thread) => {
      const workerData = { shared: table.shared, ids, first: thread < 2 ? 0 : 100 * thread, gate };
      return new Worker(new URL('./claim-race.worker.ts', import.meta.url), { workerData });
    });
    const results = workers.map((worker) => once(worker, 'message'));
    const exits = workers.map((worker) => once(worker, 'exit'));
    while (Atomics.load(gateWords, 1) < threads) await new Promise((resolve) => setTimeout(resolve, 5));
    Atomics.store(gateWords, 0, 1);
    Atomics.notify(gateWords, 0);

    const winners = new Uint8Array(ids);
    const all = (await Promise.all(results)).map(([message]) => message as { won: Int32Array; entries: Int32Array });
    await Promise.all(exits);
    for (const { won } of all) for (const id of won) winners[id] = (winners[id] ?? 0) + 1;
    expect(winners.every((count) => count === 1)).toBe(true);
    expect(all.filter(({ won }) => won.length > 0).length).toBeGreaterThan(1);
    for (const { entries } of all)
      expect(Buffer.from(entries.buffer).equals(Buffer.from(all[0]!.entries.buffer))).toBe(true);
    for (let id = 0; id < ids; id++) {
      const entry = all[0]!.entries[id] ?? -1;
      if (table.find((id & 1) as 0 | 1, idOf(id)) !== entry) expect.fail(`id ${id} is not at entry ${entry}`);
    }
    expect(table.blobCount).toBe(ids);
    // At most the one entry that each thread keeps in hand is unused.
    expect(table.entryCount).toBeLessThanOrEqual(ids + threads);
  }, 30_000);
});

it('an error of the table is an EngineError', () => {
  try {
    BlobTable.create().claim(0, randomBytes(3));
    expect.fail();
  } catch (error) {
    expect(isEngineError(error, 'internal')).toBe(true);
  }
});
