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

describe.skipIf(!hasRestic || !hasGnuTime)('the benchmark, whole', () => {
  const scratch = scratchFolder();
  afterAll(() => scratch.remove());

  // On the one data set that every kind of work has; the figures mean nothing at this size, so none is looked at.
  test('runs every kind of work and reports on it', { timeout: 120_000 }, async () => {
    const json = join(scratch.path, 'report.json');
    const data = join(scratch.path, 'data');
    const options = ['--only', 'D2', '--scale', '0.002', '--repeat', '1', '--no-borg', '--data', data, '--json', json];
    const { stdout } = await promisify(execFile)(process.execPath, [RUN, ...options]);

    const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
    const works = ['first backup', 'unchanged', 'restore', 'check --read-data', '1 % changed', 'prune with repacking'];
    expect(report.rows.map(({ work }) => work)).toEqual(works);
    for (const { samples } of report.rows) {
      expect(Object.keys(samples).sort()).toEqual(['guardit', 'restic']);
      for (const [sample] of Object.values(samples)) {
        expect(sample?.wallSeconds).toBeGreaterThan(0);
        expect(sample?.peakBytes).toBeGreaterThan(10 * 1024 * 1024);
      }
    }
    // A time and a peak for each kind of work, one size, one index.
    expect(report.verdicts).toHaveLength(works.length * 2 + 2);
    for (const { subject } of report.verdicts) expect(stdout).toContain(subject);
    // Repositories are gone, the data set stays for the next run.
    expect(readdirSync(data)).toEqual(['D2-scale-0.002-recipe-1']);
  });
});
