import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { EngineError } from '../../../main/engine/base/errors.ts';
import { generateMasterKey } from '../../../main/engine/crypto/master-key.ts';
import { Sealer } from '../../../main/engine/crypto/sealer.ts';
import { BlobTable } from '../../../main/engine/index/blob-table.ts';
import { FileByteSource } from '../../../main/engine/pack/byte-source.ts';
import {
  decodePackHeader,
  encodePackHeader,
  packSizeOf,
  readPackHeader,
} from '../../../main/engine/pack/pack-header.ts';
import type { PackEntry } from '../../../main/engine/pack/pack-header.ts';
import { PackReader } from '../../../main/engine/pack/pack-reader.ts';
import { PackWriter } from '../../../main/engine/pack/pack-writer.ts';
import type { FinishedPack } from '../../../main/engine/pack/pack-writer.ts';
import { blobIdOf } from '../../support/index-fixtures.ts';
import { scratchFolder } from '../../support/restic.ts';

const sealer = new Sealer(generateMasterKey());
const scratch = scratchFolder();
afterAll(() => scratch.remove());

const entries = fc
  .array(
    fc.record({
      type: fc.constantFrom('data' as const, 'tree' as const),
      length: fc.integer({ min: 32, max: 2 ** 32 - 1 }),
      plain: fc.option(fc.integer({ min: 1, max: 2 ** 32 - 1 }), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((list): PackEntry[] => {
    let offset = 0;
    return list.map(({ type, length, plain }, i) => {
      const entry = {
        type,
        id: blobIdOf(i),
        offset,
        length,
        plainLength: plain ?? length - 32,
        compressed: plain !== undefined,
      };
      offset += length;
      return entry;
    });
  });

describe('pack headers', () => {
  it('decode to what was encoded', () => {
    fc.assert(
      fc.property(entries, (list) => {
        expect(decodePackHeader(encodePackHeader(list), packSizeOf(list), 'p1')).toEqual(list);
      }),
    );
  });

  it('made of damaged or random bytes give an EngineError, or entries that fill the pack', () => {
    const changes = fc.array(fc.tuple(fc.nat(1700), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.oneof(entries.map(encodePackHeader), fc.uint8Array({ maxLength: 200 })),
        changes,
        fc.nat(5),
        (bytes, edits, cut) => {
          const header = Buffer.from(bytes);
          for (const [at, value] of edits) if (at < header.length) header[at] = value;
          const packBytes = 1000;
          try {
            const decoded = decodePackHeader(header.subarray(0, header.length - cut), packBytes, 'p1');
            expect(packSizeOf(decoded)).toBe(packBytes);
          } catch (error) {
            if (!(error instanceof EngineError)) throw error;
            expect([error.code, error.context['pack']]).toEqual(['corrupt', 'p1']);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('at the end of random files give an EngineError', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 900 }), fc.nat(900), async (bytes, length) => {
        const file = Buffer.from(bytes);
        if (file.length >= 4) file.writeUInt32LE(length, file.length - 4);
        const read = (offset: number, count: number) => file.subarray(offset, offset + count);
        const attempt = readPackHeader(read, file.length, sealer, 'p1');
        await expect(attempt).rejects.toThrow(expect.objectContaining({ name: 'EngineError', code: 'corrupt' }));
      }),
    );
  });
});

describe('packs', () => {
  it('give back through the reader what went in through the writer', () => {
    let files = 0;
    const sizes = fc.array(fc.oneof(fc.nat(300), fc.nat(200_000)), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 300_000 }), fc.boolean(), (list, targetBytes, hash) => {
        const table = BlobTable.create();
        const packs: FinishedPack[] = [];
        const nextPath = () => `${scratch.path}/pack-${files++}`;
        const writer = new PackWriter({
          type: 'data',
          sealer,
          ids: table,
          nextPath,
          onPack: (pack) => packs.push(pack),
          targetBytes,
          bufferBytes: 1,
        });
        const payloads = new Map<number, Buffer>();
        list.forEach((size, i) => {
          const payload = Buffer.alloc(size, `${i}`);
          const entry = ~table.claim(0, createHash('sha256').update(`${i}`).digest());
          payloads.set(entry, payload);
          if (i % 3 === 0) writer.addSealed(entry, sealer.seal(payload), 0);
          else writer.addBlob(entry, payload, 0);
        });
        writer.finish();
        const reader = new PackReader(64 * 1024);
        for (const pack of packs) {
          using source = new FileByteSource(pack.path);
          reader.open(source, { name: pack.id, hash });
          for (let i = 0; i < pack.entries.length; i += 4) {
            const [entry = -1, offset = 0, length = 0] = pack.entries.subarray(i, i + 4);
            expect(sealer.open(reader.blobAt(offset, length)).equals(payloads.get(entry) ?? Buffer.alloc(1))).toBe(
              true,
            );
            payloads.delete(entry);
          }
          if (hash) expect(reader.digest()).toBe(pack.id);
        }
        expect(payloads.size).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});
