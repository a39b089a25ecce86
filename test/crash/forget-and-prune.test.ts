import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archive } from '../../main/engine/archiver/archive.ts';
import { MemoryBackend, type MemoryStore } from '../../main/engine/backend/memory-backend.ts';
import type { SnapshotId } from '../../main/engine/base/ids.ts';
import { TEST_SCRYPT } from '../../main/engine/crypto/key-file.ts';
import { check } from '../../main/engine/maintenance/check.ts';
import { forget } from '../../main/engine/maintenance/forget.ts';
import { prune } from '../../main/engine/maintenance/prune.ts';
import { Repository } from '../../main/engine/repository/repository.ts';
import { copyStore, forEveryCrash, onRepository, openStore, type CrashedState } from '../support/crash-points.ts';
import { expectCheckClean, expectResticContent } from '../support/crash-verdicts.ts';
import { PASSWORD } from '../support/repositories.ts';
import { scratchFolder } from '../support/restic.ts';
import { seededBytes } from '../support/seeded-bytes.ts';
import { snapshotContents, type SnapshotContents } from '../support/snapshot-contents.ts';

const scratch = scratchFolder();
const source = join(scratch.path, 'source');
const startedIn = process.cwd();
/** Five backups of a folder that changes: every pack of an early one holds something that later ones need. */
const full: MemoryStore = new Map();
let contents: Map<SnapshotId, SnapshotContents>;
/** Oldest first. */
const ids: SnapshotId[] = [];

beforeAll(async () => {
  mkdirSync(join(source, 'folder'), { recursive: true });
  process.chdir(scratch.path);
  const repository = await Repository.init(new MemoryBackend(full), { password: PASSWORD, scrypt: TEST_SCRYPT });
  for (let round = 0; round < 5; round++) {
    for (const name of ['stays', `of-${round}`, `folder/of-${round}`]) {
      const path = join(source, name);
      if (name !== 'stays' || round === 0) writeFileSync(path, seededBytes(name, 20_000 + round));
    }
    appendFileSync(join(source, 'folder', 'grows'), seededBytes(`grows-${round}`, 3_000));
    if (round > 1) rmSync(join(source, `of-${round - 2}`));
    const { snapshotId } = await archive({ repository, targets: ['source'], hostname: 'host' });
    if (snapshotId) ids.push(snapshotId);
  }
  contents = await snapshotContents(repository);
  expect(ids).toHaveLength(5);
  await repository.close();
});
afterAll(() => {
  process.chdir(startedIn);
  scratch.remove();
});

/** All snapshots that are left are as they were, blob by blob, and all that had to be left are. */
async function expectSnapshots(repository: Repository, kept: readonly SnapshotId[]): Promise<SnapshotId[]> {
  const found = await snapshotContents(repository);
  for (const [id, lines] of found) expect(lines, `snapshot ${id}`).toEqual(contents.get(id));
  for (const id of kept) expect(found.has(id), `snapshot ${id}`).toBe(true);
  return [...found.keys()];
}

/** Restic sees a sample, for each of its looks costs as much as ten of ours; the long suite shows it all. */
const RESTIC_LOOKS_EVERY = process.env['GUARDIT_TESTS'] === 'long' ? 1 : 10;

/** The first judgement of what a crash left. */
async function expectSound(state: CrashedState, repository: Repository, kept: readonly SnapshotId[]): Promise<void> {
  await expectCheckClean(repository, 'before unlocking');
  const found = await expectSnapshots(repository, kept);
  if (state.death.atMutation % RESTIC_LOOKS_EVERY === 0) await expectResticContent(state.store, found);
  // The dead client was this very process, so that its lock does not look stale.
  await repository.unlock({ removeAll: true });
}

describe('a forget that dies at any backend operation', () => {
  it('loses no snapshot that it was to keep, and is completed by a second run', async () => {
    const kept = ids.slice(-2);
    const run = (repository: Repository) => forget(repository, { policy: { keep: { last: 2 } } });
    const states = await forEveryCrash(full, onRepository(run), async (state) => {
      const repository = await openStore(state.store);
      await expectSound(state, repository, kept);
      await run(repository);
      expect([...(await snapshotContents(repository)).keys()].sort()).toEqual([...kept].sort());
      expect(await repository.unpacked.listIds('lock')).toEqual([]);
      await repository.close();
    });
    // A lock, three snapshots, the lock again.
    expect(states).toBe(2 * 5);
  });
});

const PRUNES = [
  ['rewriting all packs that have unused parts', { maxUnused: '0' }],
  ['rewriting into many small packs', { maxUnused: '0', packBytes: 10_000 }],
  ['rewriting nothing', { maxUnused: 'unlimited' }],
] as const;

describe.each(PRUNES)('a prune that dies at any backend operation, %s', (_name, limits) => {
  it('loses nothing, and is completed by a second run', async () => {
    const base = copyStore(full);
    const before = await openStore(base);
    await forget(before, { snapshots: [ids[0] ?? '', ids[2] ?? ''] });
    // Left by a client that died, for prune to sweep.
    await before.backend.write({ type: 'pack', id: 'a'.repeat(64) as never }, seededBytes('orphan', 500));
    await before.close();
    const kept = [ids[1], ids[3], ids[4]].filter((id) => id !== undefined);

    const run = (repository: Repository) => prune(repository, { ...limits, workers: 1 });
    const states = await forEveryCrash(base, onRepository(run), async (state) => {
      const repository = await openStore(state.store);
      await expectSound(state, repository, kept);
      await run(repository);
      await expectSnapshots(repository, kept);
      const { errors, hints } = await check({ repository, lock: 'none', checkUnused: limits.maxUnused === '0' });
      expect([...errors, ...hints], 'after the second run').toEqual([]);
      expect(await repository.unpacked.listIds('lock')).toEqual([]);
      await repository.close();
    });
    expect(states).toBeGreaterThan(2 * 6);
  });
});
