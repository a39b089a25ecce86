import { describe, expect, it } from 'vitest';
import { DirectorySync } from '../../../main/engine/backend/directory-sync.ts';

/** Fsyncs that end when the test says so. */
function manualSync() {
  const running: { folder: string; end: () => void; fail: (error: Error) => void }[] = [];
  const directories = new DirectorySync(
    (folder) => new Promise((resolve, reject) => running.push({ folder, end: resolve, fail: reject })),
  );
  return { directories, running };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('DirectorySync', () => {
  it('shares one following fsync among the calls that arrive during one', async () => {
    const { directories, running } = manualSync();
    const done: number[] = [];
    const calls = [1, 2, 3, 4].map((n) => directories.sync('/a').then(() => done.push(n)));
    await settle();
    expect(running).toHaveLength(1);
    running[0]?.end();
    await settle();
    expect(done).toEqual([1]);
    expect(running).toHaveLength(2);
    const late = directories.sync('/a');
    running[1]?.end();
    await Promise.all(calls);
    expect(done).toEqual([1, 2, 3, 4]);
    await settle();
    expect(running).toHaveLength(3);
    running[2]?.end();
    await late;
  });

  it('keeps folders apart', async () => {
    const { directories, running } = manualSync();
    const calls = [directories.sync('/a'), directories.sync('/b')];
    expect(running.map(({ folder }) => folder)).toEqual(['/a', '/b']);
    for (const { end } of running) end();
    await Promise.all(calls);
  });

  it('tells only those whose fsync failed', async () => {
    const { directories, running } = manualSync();
    const first = directories.sync('/a');
    const second = directories.sync('/a');
    running[0]?.fail(new Error('EIO'));
    await expect(first).rejects.toThrow('EIO');
    await settle();
    running[1]?.end();
    await expect(second).resolves.toBeUndefined();
    const third = directories.sync('/a');
    running[2]?.end();
    await third;
  });
});
