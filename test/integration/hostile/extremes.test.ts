import { execFileSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { archive } from '../../../main/engine/archiver/archive.ts';
import type { Warning } from '../../../main/engine/base/progress.ts';
import { check } from '../../../main/engine/maintenance/check.ts';
import { restore } from '../../../main/engine/restorer/restore.ts';
import { listSnapshots } from '../../../main/engine/snapshot/snapshot-store.ts';
import { makeDeepFolders } from '../../support/deep-folders.ts';
import { withPeakMemory } from '../../support/peak-memory.ts';
import { startGuardit } from '../../support/processes.ts';
import { initFolder } from '../../support/repositories.ts';
import { hasRestic, restic, scratchFolder } from '../../support/restic.ts';
import { snapshotContents } from '../../support/snapshot-contents.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
const scratch = scratchFolder();
afterAll(() => scratch.remove());

let made = 0;
function freshFolder(): { source: string; location: string; target: string } {
  const folder = join(scratch.path, String(made++));
  const paths = {
    source: join(folder, 'source'),
    location: join(folder, 'repository'),
    target: join(folder, 'target'),
  };
  mkdirSync(paths.source, { recursive: true });
  return paths;
}

describe('paths longer than the system takes', () => {
  it('are a warning each, and everything above them is saved and restored', async () => {
    const { source, location, target } = freshFolder();
    const depth = makeDeepFolders(source, 5000);
    const repository = await initFolder(location);
    const warnings: Warning[] = [];
    const result = await archive({ repository, targets: [source], onWarning: (warning) => warnings.push(warning) });
    expect(result.snapshotId).toBeDefined();
    expect(warnings.length).toBeGreaterThan(0);
    for (const { message } of warnings) expect(message).toMatch(/ENAMETOOLONG|too long/i);
    const [lines = []] = (await snapshotContents(repository)).values();
    const files = lines.filter((line) => line.includes('/file file'));
    expect(files.length).toBeGreaterThan(15);
    expect(files.length).toBeLessThan(depth);

    // Below the target all paths are longer still. What the restorer cannot reach it must name.
    const restored = await restore({ repository, snapshot: 'latest', target });
    const found = execFileSync('find', [target, '-name', 'file', '-type', 'f']).toString().trim().split('\n');
    if (restored.warningCount === 0) expect(found).toHaveLength(files.length);
    else expect(found.length).toBeGreaterThan(15);
    expect((await check({ repository })).errors).toEqual([]);
    await repository.close();
  });
});

describe('a folder with 20,000 entries', () => {
  it('is saved, listed by restic, and restored', async () => {
    const { source, location, target } = freshFolder();
    for (let i = 0; i < 20_000; i++) writeFileSync(join(source, `entry-${i}`), i % 10 === 0 ? String(i) : '');
    const repository = await initFolder(location);
    expect(await archive({ repository, targets: [source] })).toMatchObject({ filesNew: 20_000, warnings: 0 });
    if (hasRestic) {
      const { stdout } = await restic(location, ['ls', 'latest', source]);
      expect(stdout.match(/entry-/g)).toHaveLength(20_000);
    }
    expect((await restore({ repository, snapshot: 'latest', target })).warnings).toEqual([]);
    expect(readdirSync(join(target, source)).sort()).toEqual(readdirSync(source).sort());
    await repository.close();
  });
});

describe('a file of 100 GiB that is nearly all hole', () => {
  const { source, location, target } = freshFolder();
  const SIZE = 100 * GIB;
  const MARK = Buffer.from('in the middle of nowhere');
  const MARK_AT = 50 * GIB + 12345;

  it('is saved without reading or holding it', { timeout: 60_000 }, async () => {
    const fd = openSync(join(source, 'sparse'), 'w');
    writeSync(fd, MARK, 0, MARK.length, MARK_AT);
    ftruncateSync(fd, SIZE);
    closeSync(fd);
    await (await initFolder(location)).close();
    const { result, peakBytes } = await withPeakMemory(startGuardit('backup', location, [source, '--json']));
    expect(result).toMatchObject({ code: 0 });
    expect(peakBytes).toBeLessThan(400 * MIB);
    const stored = readdirSync(location, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const bytes = stored.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
    expect(bytes).toBeLessThan(4 * MIB);
    if (hasRestic) await restic(location, ['check']);
  });

  it('is restored with its holes', { timeout: 60_000 }, async () => {
    const args = ['latest', '--sparse', '--target', target];
    const { result, peakBytes } = await withPeakMemory(startGuardit('restore', location, args));
    expect(result).toMatchObject({ code: 0 });
    expect(peakBytes).toBeLessThan(400 * MIB);
    const path = join(target, source, 'sparse');
    const { size, blocks } = statSync(path);
    expect(size).toBe(SIZE);
    expect(blocks * 512).toBeLessThan(4 * MIB);
    const fd = openSync(path, 'r');
    const read = Buffer.alloc(MARK.length);
    readSync(fd, read, 0, read.length, MARK_AT);
    closeSync(fd);
    expect(read).toEqual(MARK);
    rmSync(target, { recursive: true });
  });
});

describe('clocks that are wrong', () => {
  it('snapshots from the future are listed, restored, and no parent of an earlier one', async () => {
    const { source, location, target } = freshFolder();
    writeFileSync(join(source, 'file'), 'content');
    const repository = await initFolder(location);
    const future = await archive({ repository, targets: [source], time: new Date('2099-01-01T00:00:00Z') });
    const now = await archive({ repository, targets: [source] });
    expect(now).toMatchObject({ parentId: undefined, filesNew: 1, dataBlobs: 0 });
    const later = await archive({ repository, targets: [source], time: new Date('2099-06-01T00:00:00Z') });
    expect(later).toMatchObject({ parentId: future.snapshotId, filesUnmodified: 1 });
    const past = await archive({ repository, targets: [source], time: new Date('1969-12-31T23:59:59Z') });
    expect(past.parentId).toBeUndefined();
    const listed = await listSnapshots(repository);
    expect(listed.map(({ id }) => id)).toEqual([later, future, now, past].map(({ snapshotId }) => snapshotId));
    expect(await restore({ repository, snapshot: 'latest', target })).toMatchObject({ warningCount: 0 });
    if (hasRestic) {
      await restic(location, ['check', '--read-data']);
      expect((await restic(location, ['list', 'snapshots'])).stdout.trim().split('\n')).toHaveLength(4);
    }
    await repository.close();
  });
});
