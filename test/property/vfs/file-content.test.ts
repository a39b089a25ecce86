import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FileContent } from '../../../main/engine/vfs/file-content.ts';
import { SnapshotFileSystem } from '../../../main/engine/vfs/snapshot-file-system.ts';
import { RepositoryBuilder } from '../../support/repository-builder.ts';
import { seededBytes, seededIntegers } from '../../support/seeded-bytes.ts';

/** Chunks of all sizes, some of them twice or thrice in the file. */
const next = seededIntegers('file-content');
const DISTINCT = Array.from({ length: 60 }, (_, at) => {
  const size = 1 + next(at % 7 === 0 ? 5 : 4000);
  return at % 3 === 0 ? Buffer.alloc(size, at) : seededBytes(`chunk ${at}`, size);
});
const CHUNKS = Array.from({ length: 150 }, () => DISTINCT[next(DISTINCT.length)]!);
const SOURCE = Buffer.concat(CHUNKS);
const position = fc.integer({ min: 0, max: SOURCE.length + 100 });

describe.each([1, 2] as const)('any range of a file in a version %i repository', (version) => {
  let content: FileContent;

  beforeAll(async () => {
    const builder = await RepositoryBuilder.create({ version });
    await builder.snapshot([builder.file('file', CHUNKS)]);
    const files = await SnapshotFileSystem.open(builder.repository, 'latest', { lock: 'none', blobCacheBytes: 20_000 });
    content = await files.openFile('/file');
  });

  it('equals the source', async () => {
    await fc.assert(
      fc.asyncProperty(position, fc.integer({ min: 0, max: 20_000 }), async (offset, length) => {
        expect(await content.readAt(offset, length)).toEqual(SOURCE.subarray(offset, offset + length));
      }),
      { numRuns: 150 },
    );
  });

  it('equals the source when many are read at once', async () => {
    const ranges = fc.array(fc.tuple(position, fc.integer({ min: 0, max: 9000 })), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(ranges, async (wanted) => {
        const got = await Promise.all(wanted.map(([offset, length]) => content.readAt(offset, length)));
        expect(got).toEqual(wanted.map(([offset, length]) => SOURCE.subarray(offset, offset + length)));
      }),
      { numRuns: 30 },
    );
  });

  it('equals the source as a stream', async () => {
    await fc.assert(
      fc.asyncProperty(position, position, async (a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        expect(await buffer(content.stream({ start, end }))).toEqual(SOURCE.subarray(start, end));
      }),
      { numRuns: 30 },
    );
  });
});
