import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import type { Report } from '../../../bench/report/report.ts';
import { hasRestic, scratchFolder } from '../../support/restic.ts';

const RUN = fileURLToPath(new URL('../../../bench/run.ts', import.meta.url));

const hasGnuTime = /GNU/.test(spawnSync('time', ['--version'], { encoding: 'utf8' }).stdout ?? '');

/** One kind of work on a handful of files: every kind is run by test/long/bench. */
describe.skipIf(!hasRestic || !hasGnuTime)('the benchmark', () => {
  const scratch = scratchFolder();
  afterAll(() => scratch.remove());

  test('runs a kind of work with every program, and reports on it', async () => {
    const json = join(scratch.path, 'report.json');
    const data = join(scratch.path, 'data');
    const chosen = ['--only', 'D2', '--works', 'backup', '--scale', '0.0002', '--repeat', '1', '--no-borg'];
    const { stdout } = await promisify(execFile)(process.execPath, [RUN, ...chosen, '--data', data, '--json', json]);

    const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
    expect(report.rows.map(({ work }) => work)).toEqual(['first backup']);
    expect(Object.keys(report.rows[0]?.samples ?? {}).sort()).toEqual(['guardit', 'restic']);
    // A time, a peak, a size.
    expect(report.verdicts).toHaveLength(3);
    for (const { subject } of report.verdicts) expect(stdout).toContain(subject);
    // Repositories are gone, the data set stays for the next run.
    expect(readdirSync(data)).toEqual(['D2-scale-0.0002-recipe-1']);
  });

  test('says what it does not understand', async () => {
    const run = promisify(execFile)(process.execPath, [RUN, '--only', 'D9']);
    await expect(run).rejects.toMatchObject({ code: 1, stderr: '--only knows D1, D2, D3, not D9.\n' });
  });
});
