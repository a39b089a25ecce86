import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { isFullId } from '../../../main/engine/base/ids.ts';
import { hostMark, isStale, ownerOfStaged, stagedFileName } from '../../../main/engine/backend/staging.ts';

const DAY_MS = 24 * 3600_000;

describe('names of staged files', () => {
  it('name their process, differ, and are no ids', () => {
    const name = stagedFileName();
    expect(ownerOfStaged(name)).toEqual({ pid: process.pid, host: hostMark() });
    expect(stagedFileName()).not.toBe(name);
    expect(isFullId(name)).toBe(false);
  });

  it('are the same kind in a worker', async () => {
    const staging = new URL('../../../main/engine/backend/staging.ts', import.meta.url).href;
    const worker = new Worker(
      `import(${JSON.stringify(staging)}).then(({ stagedFileName }) =>
         require('node:worker_threads').parentPort.postMessage(stagedFileName()))`,
      { eval: true },
    );
    const name = await new Promise<string>((resolve, reject) => worker.once('message', resolve).once('error', reject));
    expect(ownerOfStaged(name)).toEqual({ pid: process.pid, host: hostMark() });
    await worker.terminate();
  });

  it('are recognized strictly', () => {
    const rest = `${hostMark()}-0123456789abcdef`;
    for (const name of [`tmp-0-${rest}`, `tmp--1-${rest}`, `tmp-4294967296-${rest}`, `tmp-1-${rest}0`, 'tmp-1', 'x']) {
      expect(ownerOfStaged(name), name).toBeUndefined();
    }
  });
});

describe('a staged file', () => {
  const now = Date.now();
  const here = hostMark();
  const DEAD_PID = 2 ** 31 - 1;

  it.each([
    ['of this process, made just now', process.pid, here, now, now, false],
    ['of this process, made before a sleep of three days', process.pid, here, now, now + 3 * DAY_MS, false],
    ['of a former process with our pid', process.pid, here, now - 2 * DAY_MS, now, true],
    ['of a living process', process.ppid, here, now - DAY_MS / 2, now, false],
    ['of a living pid, two days old', process.ppid, here, now - 2 * DAY_MS, now, true],
    ['of a dead process, made just now', DEAD_PID, here, now, now, true],
    ['of another host, made just now', DEAD_PID, 'ffffffff', now, now, false],
    ['of another host, two days old', DEAD_PID, 'ffffffff', now - 2 * DAY_MS, now, true],
  ])('%s', (_what, pid, host, modifiedMs, nowMs, stale) => {
    expect(isStale({ pid, host }, modifiedMs, nowMs)).toBe(stale);
  });
});
