import { expect, test } from 'vitest';
import type { JobProgress } from '../../../main/app/engine-jobs/ports/job-context.ts';
import { ProgressFigures } from '../../../main/infra/engine-jobs/work/progress-figures.ts';

function figures() {
  const sent: JobProgress[] = [];
  let nowMs = 0;
  const target = new ProgressFigures(
    (progress) => void sent.push(progress),
    () => nowMs,
  );
  const tell = (atMs: number, bytesDone: number, more: object = {}) => {
    nowMs = atMs;
    target.update({ phase: 'backup', filesDone: 0, bytesDone, ...more });
  };
  return { sent, tell, target };
}

test('at most four a second go out, and the last one at the end', () => {
  const { sent, tell, target } = figures();
  for (let at = 0; at <= 1000; at += 10) tell(at, at);
  expect(sent.map(({ bytesDone }) => bytesDone)).toEqual([0, 250, 500, 750, 1000]);
  tell(1010, 1010);
  target.flush();
  target.flush();
  expect(sent.map(({ bytesDone }) => bytesDone).slice(-2)).toEqual([1000, 1010]);
});

test('speed and remaining time come from the last seconds', () => {
  const { sent, tell } = figures();
  tell(0, 0, { totalBytes: 100_000 });
  expect(sent.at(-1)).toMatchObject({ bytesPerSecond: null, etaSeconds: null, totalBytes: 100_000 });
  for (let second = 1; second <= 20; second++) tell(second * 1000, second * 100, { totalBytes: 100_000 });
  // The fast start is forgotten by then.
  for (let second = 21; second <= 40; second++) tell(second * 1000, 2000 + (second - 20) * 10, { totalBytes: 100_000 });
  expect(sent.at(-1)).toMatchObject({ bytesPerSecond: 10, etaSeconds: (100_000 - 2200) / 10 });
});

test('another phase begins anew', () => {
  const { sent, tell } = figures();
  tell(0, 0);
  tell(1000, 5000);
  expect(sent.at(-1)?.bytesPerSecond).toBe(5000);
  tell(2000, 0, { phase: 'verify' });
  expect(sent.at(-1)).toMatchObject({ phase: 'verify', bytesPerSecond: null, etaSeconds: null });
});

test('what stands still has no end in sight', () => {
  const { sent, tell } = figures();
  tell(0, 10, { totalBytes: 100 });
  tell(1000, 10, { totalBytes: 100, currentPaths: ['/a', '/b'] });
  expect(sent.at(-1)).toMatchObject({ bytesPerSecond: 0, etaSeconds: null, currentPath: '/a' });
});
