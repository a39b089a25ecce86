import { appendFileSync, existsSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { archive } from '../../../main/engine/archiver/archive.ts';
import { MemoryBackend } from '../../../main/engine/backend/memory-backend.ts';
import { TEST_SCRYPT } from '../../../main/engine/crypto/key-file.ts';
import { check } from '../../../main/engine/maintenance/check.ts';
import { Repository } from '../../../main/engine/repository/repository.ts';
import { scratchFolder } from '../../support/restic.ts';
import { seededIntegers } from '../../support/seeded-bytes.ts';

const ROUNDS = 15;
const CHANGES_A_ROUND = 7;

const scratch = scratchFolder();
const startedIn = process.cwd();
afterAll(() => {
  process.chdir(startedIn);
  scratch.remove();
});

const NAMES = ['a', 'b', 'b"quoted', 'c', 'd', 'grün', 'm', 'z', '\u{1f600}', '\ufffe'];
const FOLDERS = ['.', 'sub', 'sub/deeper', 'other'];

/** Makes, changes, replaces or removes one entry somewhere. */
function change(root: string, pick: (below: number) => number): void {
  const folder = join(root, FOLDERS[pick(FOLDERS.length)] ?? '.');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, NAMES[pick(NAMES.length)] ?? 'a');
  const kind = pick(6);
  if (kind === 0 && existsSync(path)) utimesSync(path, pick(1_000_000), pick(1_000_000_000));
  else if (kind === 1) rmSync(path, { recursive: true, force: true });
  else if (kind === 2) {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path);
    if (pick(2) === 0) writeFileSync(join(path, 'inside'), 'inside');
  } else if (kind === 3) {
    rmSync(path, { recursive: true, force: true });
    symlinkSync(`target-${pick(5)}`, path);
  } else {
    rmSync(path, { recursive: true, force: true });
    appendFileSync(path, `content ${pick(1000)}`);
  }
}

it('a backup with a parent makes the same tree as one that reads everything', { timeout: 120_000 }, async () => {
  const pick = seededIntegers('incremental');
  process.chdir(scratch.path);
  mkdirSync('source');
  const backend = new MemoryBackend();
  const repository = await Repository.init(backend, { password: 'password', scrypt: TEST_SCRYPT });
  const options = { repository, targets: ['source'], workers: 1 };
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < CHANGES_A_ROUND; i++) change('source', pick);
    const incremental = await archive(options);
    // The first one after changes, and one where nothing has changed since.
    const again = await archive({ ...options, dryRun: true });
    const whole = await archive({ ...options, force: true, dryRun: true });
    expect(incremental.treeId, `round ${round}`).toBe(whole.treeId);
    expect(again.treeId, `round ${round}`).toBe(whole.treeId);
    expect(again).toMatchObject({ filesNew: 0, filesChanged: 0, dirsNew: 0, dirsChanged: 0 });
    expect(incremental).toMatchObject({ totalFilesProcessed: whole.totalFilesProcessed, warnings: 0 });
  }
  expect((await check({ repository, readData: true, workers: 1 })).errors).toEqual([]);
  await repository.close();
});
