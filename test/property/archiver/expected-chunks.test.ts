import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { archive } from '../../../main/engine/archiver/archive.ts';
import { MemoryBackend } from '../../../main/engine/backend/memory-backend.ts';
import { TEST_SCRYPT } from '../../../main/engine/crypto/key-file.ts';
import { check } from '../../../main/engine/maintenance/check.ts';
import { Repository } from '../../../main/engine/repository/repository.ts';
import { scratchFolder } from '../../support/restic.ts';
import { seededBytes, seededIntegers } from '../../support/seeded-bytes.ts';

const ROUNDS = 14;
const FILE_BYTES = 9_000_000;
const LONGEST_CHANGE = 700_000;

const scratch = scratchFolder();
const startedIn = process.cwd();
afterAll(() => {
  process.chdir(startedIn);
  scratch.remove();
});

/** One change of a kind that files see: in place, longer, shorter, moved, cut off, or none. */
function change(content: Buffer, pick: (below: number) => number): Buffer {
  const at = pick(content.length);
  const length = Math.min(pick(LONGEST_CHANGE), content.length - at);
  const fresh = seededBytes(`change ${at}`, length);
  const before = content.subarray(0, at);
  const behind = content.subarray(at + length);
  switch (pick(8)) {
    case 0:
      return Buffer.concat([before, fresh, content.subarray(at)]);
    case 1:
      return Buffer.concat([before, behind]);
    case 2:
      return Buffer.concat([content, fresh]);
    case 3:
      return content.length > FILE_BYTES / 2 ? before : Buffer.concat([content, content]);
    case 4:
      return Buffer.concat([content.subarray(at), before]);
    case 5:
      return Buffer.concat([before, Buffer.alloc(length), behind]);
    case 6:
      return Buffer.from(content);
    default:
      return Buffer.concat([before, fresh, behind]);
  }
}

it('a changed file is cut as if nothing had been known of it', { timeout: 120_000 }, async () => {
  const pick = seededIntegers('expected chunks');
  process.chdir(scratch.path);
  mkdirSync('source');
  writeFileSync('source/file', seededBytes('file', FILE_BYTES));
  const backend = new MemoryBackend();
  const repository = await Repository.init(backend, { password: 'password', scrypt: TEST_SCRYPT });
  const options = { repository, targets: ['source'], workers: 1 };
  await archive(options);
  for (let round = 0; round < ROUNDS; round++) {
    writeFileSync('source/file', change(readFileSync('source/file'), pick));
    const incremental = await archive(options);
    const whole = await archive({ ...options, force: true, dryRun: true });
    expect(incremental.treeId, `round ${round}`).toBe(whole.treeId);
    expect(incremental).toMatchObject({ filesChanged: 1, warnings: 0 });
  }
  expect((await check({ repository, readData: true, workers: 1 })).errors).toEqual([]);
  await repository.close();
});
