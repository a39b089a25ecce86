import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archive } from '../../main/engine/archiver/archive.ts';
import { MemoryBackend, type MemoryStore } from '../../main/engine/backend/memory-backend.ts';
import { TEST_SCRYPT } from '../../main/engine/crypto/key-file.ts';
import { Repository } from '../../main/engine/repository/repository.ts';
import { forEveryCrash, onRepository, openStore, type CrashedState } from '../support/crash-points.ts';
import { expectCheckClean, expectResticContent } from '../support/crash-verdicts.ts';
import { PASSWORD } from '../support/repositories.ts';
import { scratchFolder } from '../support/restic.ts';
import { seededBytes } from '../support/seeded-bytes.ts';
import { snapshotContents, type SnapshotContents } from '../support/snapshot-contents.ts';

const scratch = scratchFolder();
const source = join(scratch.path, 'source');
const startedIn = process.cwd();
const base: MemoryStore = new Map();
let earlier: Map<string, SnapshotContents>;
let expected: SnapshotContents;

/** Relative: the folders above would be in the snapshot too, and others change them. */
const backUp = (repository: Repository) => archive({ repository, targets: ['source'], hostname: 'host' });

beforeAll(async () => {
  mkdirSync(join(source, 'folder', 'empty'), { recursive: true });
  process.chdir(scratch.path);
  for (let i = 0; i < 6; i++) {
    writeFileSync(join(source, i % 2 ? 'folder' : '.', `file-${i}`), seededBytes(`file-${i}`, 5_000 * i));
  }
  const repository = await Repository.init(new MemoryBackend(base), { password: PASSWORD, scrypt: TEST_SCRYPT });
  await backUp(repository);
  appendFileSync(join(source, 'file-2'), 'changed');
  await backUp(repository);
  earlier = await snapshotContents(repository);
  rmSync(join(source, 'file-4'));
  appendFileSync(join(source, 'folder', 'file-3'), 'changed');
  writeFileSync(join(source, 'folder', 'new'), seededBytes('new', 20_000));
  await repository.close();
});
afterAll(() => {
  process.chdir(startedIn);
  scratch.remove();
});

/** Whatever the crash left: nothing is lost or broken, and the same backup succeeds as if nothing had happened. */
async function judge(state: CrashedState): Promise<void> {
  const repository = await openStore(state.store);
  await expectCheckClean(repository, 'before unlocking');
  const contents = await snapshotContents(repository);
  for (const [id, lines] of earlier) expect(contents.get(id as never), `snapshot ${id}`).toEqual(lines);
  const added = [...contents].filter(([id]) => !earlier.has(id));
  expect(added.length).toBeLessThanOrEqual(1);
  // A snapshot that is listed is whole, even if its backup did not live to say so.
  for (const [, lines] of added) expect(lines).toEqual(expected);
  if (state.finished) expect(added).toHaveLength(1);
  if (state.death.atMutation % 3 === 0) await expectResticContent(state.store, [...contents.keys()]);

  // The dead client was this very process, so that its lock does not look stale.
  await repository.unlock({ removeAll: true });
  const { snapshotId } = await backUp(repository);
  await expectCheckClean(repository, 'after the second run');
  expect((await snapshotContents(repository)).get(snapshotId as never)).toEqual(expected);
  expect(await repository.unpacked.listIds('lock')).toEqual([]);
  await repository.close();
}

describe('a backup that dies at any backend operation', () => {
  it('leaves a sound repository, and succeeds when it is repeated', { timeout: 120_000 }, async () => {
    const whole = await openStore(new Map(base));
    const { snapshotId } = await backUp(whole);
    expected = (await snapshotContents(whole)).get(snapshotId as never) ?? [];
    expect(expected.length).toBeGreaterThan(8);
    const states = await forEveryCrash(base, onRepository(backUp), judge);
    // Lock, a pack of data and one of trees, index, snapshot, lock: each before and after.
    expect(states).toBeGreaterThanOrEqual(12);
  });
});
