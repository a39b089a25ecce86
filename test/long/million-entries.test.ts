import { closeSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { summaryOf } from '../support/json-lines.ts';
import { withPeakMemory } from '../support/peak-memory.ts';
import { guardit, startGuardit } from '../support/processes.ts';
import { initFolder } from '../support/repositories.ts';
import { hasRestic, restic, scratchFolder } from '../support/restic.ts';

const ENTRIES = 1_000_000;
const GIB = 1024 ** 3;

describe('a folder with a million files', () => {
  const scratch = scratchFolder();
  const source = join(scratch.path, 'source');
  const location = join(scratch.path, 'repository');
  const inside = { cwd: scratch.path };

  beforeAll(async () => {
    mkdirSync(source);
    for (let i = 0; i < ENTRIES; i++) closeSync(openSync(join(source, `entry-${i}`), 'w'));
    await (await initFolder(location)).close();
  }, 600_000);
  afterAll(() => scratch.remove(), 600_000);

  it('is saved', async () => {
    const { result, peakBytes } = await withPeakMemory(startGuardit('backup', location, ['source', '--json'], inside));
    expect(result).toMatchObject({ code: 0 });
    expect(summaryOf(result.stdout)).toMatchObject({ files_new: ENTRIES });
    // Its one tree has some 330 MB as text.
    expect(peakBytes).toBeLessThan(4 * GIB);
  });

  it('is recognised when nothing has changed', async () => {
    const { stdout } = await guardit('backup', location, ['source', '--json'], inside);
    expect(summaryOf(stdout)).toMatchObject({ files_new: 0, files_unmodified: ENTRIES, data_added: 0 });
  });

  it('is one and the same for restic', async () => {
    if (!hasRestic) return;
    await restic(location, ['check']);
    const { stdout } = await restic(location, ['backup', 'source', '--json'], inside);
    expect(summaryOf(stdout)).toMatchObject({
      files_new: 0,
      files_changed: 0,
      files_unmodified: ENTRIES,
      data_added: 0,
    });
  });

  it('is listed, checked and restored', async () => {
    await guardit('check', location, ['--read-data']);
    const target = join(scratch.path, 'target');
    const restoring = startGuardit('restore', location, ['latest', '--quiet', '--target', target]);
    const { result, peakBytes } = await withPeakMemory(restoring);
    expect(result).toMatchObject({ code: 0 });
    expect(peakBytes).toBeLessThan(4 * GIB);
    expect(readdirSync(join(target, 'source'))).toHaveLength(ENTRIES);
  });
});
