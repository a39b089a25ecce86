import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { archive } from '../../../main/engine/archiver/archive.ts';
import { restore } from '../../../main/engine/restorer/restore.ts';
import { startGuardit } from '../../support/processes.ts';
import { initFolder, openFolder } from '../../support/repositories.ts';
import { scratchFolder } from '../../support/restic.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';
import { compareTrees } from '../../support/tree-compare.ts';

const scratch = scratchFolder();
const source = join(scratch.path, 'source');
const location = join(scratch.path, 'repository');

beforeAll(async () => {
  for (let folder = 0; folder < 10; folder++) {
    mkdirSync(join(source, `folder-${folder}`), { recursive: true });
    for (let file = 0; file < 40; file++) {
      writeFileSync(join(source, `folder-${folder}`, `file-${file}`), seededBytes(`${folder}-${file}`, 20_000));
    }
  }
  writeFileSync(join(source, 'large'), seededBytes('large', 20_000_000));
  const repository = await initFolder(location);
  await archive({ repository, targets: [source], workers: 2 });
  await repository.close();
});
afterAll(scratch.remove);

/** Until the restore has made so many files. */
async function filesAppear(target: string, count: number): Promise<void> {
  for (;;) {
    const names = existsSync(target) ? readdirSync(target, { recursive: true, encoding: 'utf8' }) : [];
    if (names.filter((name) => name.includes('file-') || name.endsWith('large')).length >= count) return;
    await setTimeout(10);
  }
}

it('a restore killed at any moment is completed by another one, which takes nothing unfinished for complete', async () => {
  let bytesLeft = 0;
  for (const files of [1, 100, 390]) {
    const target = join(scratch.path, `target-${files}`);
    const running = startGuardit('restore', location, [`latest:${source}`, '--target', target, '--no-lock']);
    await Promise.race([filesAppear(target, files), running.result]);
    running.child.kill('SIGKILL');
    await running.result;
    const repository = await openFolder(location);
    const options = { repository, snapshot: `latest:${source}`, target, overwrite: 'if-changed' } as const;
    const result = await restore({ ...options, verify: true });
    expect(result.warnings).toEqual([]);
    bytesLeft += result.bytesRestored;
    expect(compareTrees(source, target, { except: [''] })).toEqual([]);
    expect((await restore(options)).filesSkipped).toBe(401);
    await repository.close();
  }
  // Else every kill came too late, and nothing was shown.
  expect(bytesLeft).toBeGreaterThan(0);
}, 120_000);
