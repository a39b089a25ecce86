import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeFixtureTree } from '../../support/fixture-tree.ts';
import {
  guardit,
  startGuardit,
  startRestic,
  type ProcessResult,
  type RunningProcess,
} from '../../support/processes.ts';
import { initFolder, objectsIn } from '../../support/repositories.ts';
import { describeWithRestic, restic, scratchFolder } from '../../support/restic.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';
import { compareEntries } from '../../support/tree-compare.ts';
import { readTree, type TreeEntries } from '../../support/tree-entries.ts';

const MIB = 1024 * 1024;

describeWithRestic('both programs at work on one repository', () => {
  const scratch = scratchFolder();
  const location = join(scratch.path, 'repository');
  const inside = { cwd: scratch.path };
  let first: TreeEntries;
  let firstId: string;
  let restores = 0;

  beforeAll(async () => {
    makeFixtureTree(join(scratch.path, 'first'), { small: true });
    first = readTree(join(scratch.path, 'first'));
    for (const name of ['ours', 'theirs']) {
      mkdirSync(join(scratch.path, name));
      // Half of it is the same in both: each may find the other one's blobs in no index yet, and stores them again.
      for (let i = 0; i < 4; i++) {
        writeFileSync(join(scratch.path, name, `own-${i}`), seededBytes(`${name}-${i}`, 5 * MIB));
        writeFileSync(join(scratch.path, name, `common-${i}`), seededBytes(`common-${i}`, 5 * MIB));
      }
    }
    await initFolder(location);
    await guardit('backup', location, ['first', '--quiet'], inside);
    firstId = objectsIn(location, 'snapshots')[0] ?? '';
  });
  afterAll(() => scratch.remove());

  async function expectFirstRestores(program: 'guardit' | 'restic'): Promise<void> {
    const target = join(scratch.path, `restored-${restores++}`);
    if (program === 'guardit') await guardit('restore', location, [firstId, '--quiet', '--target', target]);
    else await restic(location, ['restore', firstId, '--quiet', '--target', target]);
    expect(compareEntries(first, readTree(join(target, 'first')))).toEqual([]);
  }

  it('back up together while a third one lists and restores', { timeout: 120_000 }, async () => {
    const running = { now: true };
    const backups: RunningProcess[] = [
      startGuardit('backup', location, ['ours', '--quiet'], inside),
      startRestic(location, ['backup', 'theirs', '--quiet'], inside),
    ];
    const finished: Promise<ProcessResult[]> = Promise.all(backups.map(({ result }) => result)).finally(() => {
      running.now = false;
    });
    while (running.now) {
      await guardit('snapshots', location, ['--json']);
      await expectFirstRestores(restores % 2 === 0 ? 'guardit' : 'restic');
    }
    for (const { code, stderr } of await finished) expect(code, stderr).toBe(0);
    expect(objectsIn(location, 'locks')).toEqual([]);
    expect(objectsIn(location, 'snapshots')).toHaveLength(3);
    await restic(location, ['check', '--read-data']);
    await guardit('check', location, ['--read-data']);
    for (const name of ['ours', 'theirs']) {
      const target = join(scratch.path, `after-${name}`);
      const by = name === 'ours' ? restic : undefined;
      if (by) await by(location, ['restore', 'latest', '--path', join(scratch.path, name), '--target', target]);
      else await guardit('restore', location, ['latest', '--path', join(scratch.path, name), '--target', target]);
      expect(compareEntries(readTree(join(scratch.path, name)), readTree(join(target, name)))).toEqual([]);
    }
  });

  it(
    'what needs the repository for itself refuses while a backup runs, and leaves no lock',
    { timeout: 120_000 },
    async () => {
      const backups = {
        ours: startGuardit('backup', location, ['--stdin', '--stdin-filename', 'ours', '--quiet'], { input: 'open' }),
        theirs: startRestic(location, ['backup', '--stdin', '--stdin-filename', 'theirs'], { input: 'open' }),
      };
      while (objectsIn(location, 'locks').length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
      const locks = objectsIn(location, 'locks');
      for (const [verb, ...args] of [['check'], ['forget', '--keep-last', '1'], ['prune']] as const) {
        const { stderr } = await guardit(verb, location, args, { exitCode: 11 });
        expect(stderr).toContain('locked');
        const theirs = await restic(location, [verb, ...args], { anyExit: true });
        expect(theirs.code).not.toBe(0);
        expect(theirs.stderr).toContain('already locked');
      }
      expect(objectsIn(location, 'locks')).toEqual(locks);
      await guardit('snapshots', location);
      await restic(location, ['snapshots']);
      await expectFirstRestores('guardit');

      // Told to wait, they do, and get their turn.
      const waiting = [
        startGuardit('prune', location, ['--retry-lock', '2m']),
        startGuardit('check', location, ['--retry-lock', '2m']),
      ];
      for (const { child } of Object.values(backups)) child.stdin?.end('content');
      for (const { result } of [...Object.values(backups), ...waiting]) {
        const { code, stderr } = await result;
        expect(code, stderr).toBe(0);
      }
      expect(objectsIn(location, 'locks')).toEqual([]);
      await restic(location, ['check', '--read-data']);
      await expectFirstRestores('restic');
    },
  );
});
