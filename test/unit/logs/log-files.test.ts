import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LOG_PIECE_BYTES, LogFileError } from '../../../main/app/logs/ports.ts';
import type { LogFileErrorCode } from '../../../main/app/logs/ports.ts';
import { FolderLogFiles } from '../../../main/infra/log/log-files.ts';
import { openDescriptors } from '../../support/open-descriptors.ts';
import { canMountTmpfs, mountTmpfs } from '../../support/tmpfs.ts';

let folder: string;
let logs: FolderLogFiles;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guardit-logs-'));
  logs = new FolderLogFiles(join(folder, 'logs'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function failure(work: Promise<unknown>): Promise<{ code: LogFileErrorCode; details: unknown }> {
  const error: unknown = await work.then(
    () => new Error('nothing failed'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof LogFileError)) throw error;
  return { code: error.code, details: error.details };
}

async function content(logId: string): Promise<string> {
  return (await buffer((await logs.read(logId)).stream)).toString();
}

const pathOf = (logId: string) => join(folder, 'logs', logId.slice(0, 2), `${logId}.log`);

/** Each byte tells where it belongs. */
function numbered(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  for (let i = 0; i + 4 <= sizeBytes; i += 4) bytes.writeUInt32LE(i, i);
  return bytes;
}

describe('writing', () => {
  test('a new log is empty, private and named by a random id', async () => {
    const [one, other] = [await logs.create(), await logs.create()];
    expect(one).toMatch(/^[0-9a-f]{32}$/);
    expect(one).not.toBe(other);
    expect(await logs.sizeBytes(one)).toBe(0);
    expect((await stat(pathOf(one))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'logs'))).mode & 0o777).toBe(0o700);
  });

  test('keeps the order of writes that overlap, small and large ones', async () => {
    const whole = numbered(5 * LOG_PIECE_BYTES + 12);
    const logId = await logs.create();
    const appender = await logs.append(logId);
    const writes: Promise<void>[] = [];
    for (let at = 0, size = 1; at < whole.length; at += size, size = (size * 7) % 3_000_017) {
      writes.push(appender.write(whole.subarray(at, at + size)));
    }
    await Promise.all(writes);
    expect(await appender.seal()).toBe(whole.length);
    expect(whole.equals(await readFile(pathOf(logId)))).toBe(true);
  });

  test('a writer that is not sealed can be read already', async () => {
    const logId = await logs.create();
    const appender = await logs.append(logId);
    await appender.write(Buffer.from('first line\n'));
    await expect.poll(() => content(logId)).toBe('first line\n');
    expect(appender.sizeBytes).toBe(11);
    await appender.close();
  });

  test('whoever writes faster than the disk waits', async () => {
    const logId = await logs.create();
    const appender = await logs.append(logId);
    const piece = Buffer.alloc(LOG_PIECE_BYTES);
    let taken = 0;
    const writes = Array.from({ length: 8 }, () => appender.write(piece).then(() => (taken += 1)));
    await Promise.resolve();
    expect(taken).toBeLessThan(8);
    await Promise.all(writes);
    expect(await appender.seal()).toBe(8 * LOG_PIECE_BYTES);
  });

  test('one writer a log, and none after it was closed', async () => {
    const logId = await logs.create();
    const first = await logs.append(logId);
    expect((await failure(logs.append(logId))).code).toBe('log_busy');
    await first.write(Buffer.from('a'));
    await first.close();
    expect((await failure(first.write(Buffer.from('b')))).code).toBe('log_failed');
    const second = await logs.append(logId);
    await second.write(Buffer.from('c'));
    await second.seal();
    expect(await content(logId)).toBe('ac');
  });
});

describe('going on with an upload', () => {
  test('appends at the offset that is the size; any other is a conflict that says where to go on', async () => {
    const logId = await logs.create();
    const first = await logs.append(logId, { offset: 0 });
    await first.write(Buffer.from('hello '));
    await first.close();
    for (const offset of [0, 5, 7]) {
      expect(await failure(logs.append(logId, { offset }))).toEqual({
        code: 'log_offset_conflict',
        details: { offset, sizeBytes: 6 },
      });
    }
    const second = await logs.append(logId, { offset: 6 });
    await second.write(Buffer.from('world'));
    expect(await second.seal()).toBe(11);
    expect(await content(logId)).toBe('hello world');
  });
});

describe('reading', () => {
  test('a range, cut to the size; one that starts behind the end is refused', async () => {
    const logId = await logs.create();
    const appender = await logs.append(logId);
    const whole = numbered(3 * LOG_PIECE_BYTES);
    await appender.write(whole);
    await appender.seal();
    const { start, end, sizeBytes, stream } = await logs.read(logId, { start: 10, end: 2 * LOG_PIECE_BYTES + 1 });
    expect({ start, end, sizeBytes }).toEqual({ start: 10, end: 2 * LOG_PIECE_BYTES + 1, sizeBytes: whole.length });
    expect(whole.subarray(start, end).equals(await buffer(stream))).toBe(true);
    const rest = await logs.read(logId, { start: whole.length - 3, end: whole.length + 100 });
    expect(whole.subarray(-3).equals(await buffer(rest.stream))).toBe(true);
    expect((await buffer((await logs.read(logId, { start: whole.length })).stream)).length).toBe(0);
    for (const range of [{ start: whole.length + 1 }, { start: -1 }, { start: 5, end: 4 }, { start: 0.5 }]) {
      expect((await failure(logs.read(logId, range))).code).toBe('invalid_log_range');
    }
  });

  test.skipIf(process.platform !== 'linux')('a stream that is destroyed, even unread, closes the file', async () => {
    const logId = await logs.create();
    const appender = await logs.append(logId);
    await appender.write(Buffer.alloc(100));
    await appender.seal();
    const isOpen = () => openDescriptors(folder).length > 0;
    const { stream } = await logs.read(logId);
    expect(isOpen()).toBe(true);
    stream.destroy();
    await expect.poll(isOpen).toBe(false);
    await logs.read(logId, { start: 100 });
    await expect.poll(isOpen).toBe(false);
  });

  test('what is appended after the opening is no part of the reading', async () => {
    const logId = await logs.create();
    const appender = await logs.append(logId);
    await appender.write(Buffer.from('one'));
    await appender.close();
    const reading = await logs.read(logId);
    const more = await logs.append(logId);
    await more.write(Buffer.from('two'));
    await more.seal();
    expect((await buffer(reading.stream)).toString()).toBe('one');
  });
});

describe('ids', () => {
  test.each(['', '../../etc/passwd', 'a'.repeat(31), 'A'.repeat(32), `${'a'.repeat(31)}/`, `${'a'.repeat(32)}\n`])(
    'refuses %j before it becomes a path',
    async (logId) => {
      for (const work of [logs.append(logId), logs.read(logId), logs.sizeBytes(logId), logs.delete(logId)]) {
        expect((await failure(work)).code).toBe('invalid_log_id');
      }
    },
  );

  test('a log that is not there is not made', async () => {
    const logId = 'ab'.repeat(16);
    for (const work of [() => logs.append(logId), () => logs.read(logId), () => logs.sizeBytes(logId)]) {
      expect((await failure(work())).code).toBe('log_not_found');
    }
    await logs.delete(logId);
    await expect(stat(pathOf(logId))).rejects.toThrow('ENOENT');
  });
});

describe('sweep', () => {
  test('deletes what nobody knows, keeps what is known, open, young or foreign', async () => {
    const before = new FolderLogFiles(join(folder, 'logs'));
    const [known, orphan, open] = [await before.create(), await before.create(), await before.create()];
    const young = await logs.create();
    const appender = await logs.append(open);
    await writeFile(join(folder, 'logs', orphan.slice(0, 2), 'notes.txt'), 'mine');
    await mkdir(join(folder, 'logs', 'elsewhere'));
    const asked: string[] = [];
    const result = await logs.sweep(async (ids) => {
      asked.push(...ids);
      return new Set([known]);
    });
    expect(result).toEqual({ deletedCount: 1, keptCount: 3 });
    expect(asked.sort()).toEqual([known, orphan].sort());
    await expect(stat(pathOf(orphan))).rejects.toThrow('ENOENT');
    for (const kept of [known, open, young]) await stat(pathOf(kept));
    expect(await readdir(join(folder, 'logs', orphan.slice(0, 2)))).toContain('notes.txt');
    await appender.close();
  });

  test('asks in batches, and nothing where no log was ever written', async () => {
    expect(await logs.sweep(() => Promise.reject(new Error('asked for nothing')))).toEqual({
      deletedCount: 0,
      keptCount: 0,
    });
    const before = new FolderLogFiles(join(folder, 'logs'));
    for (let i = 0; i < 501; i++) await before.create();
    const sizes: number[] = [];
    await logs.sweep(async (ids) => {
      sizes.push(ids.length);
      return new Set(ids);
    });
    expect(sizes).toEqual([500, 1]);
  });
});

describe('a full disk', () => {
  test.skipIf(!canMountTmpfs)('is told to the writer, then and ever after; what fitted stays', async () => {
    const disk = mountTmpfs('size=4m');
    try {
      logs = new FolderLogFiles(disk.path);
      const logId = await logs.create();
      const appender = await logs.append(logId);
      const fill = async () => {
        for (let i = 0; i < 10; i++) await appender.write(Buffer.alloc(LOG_PIECE_BYTES, 'x'));
      };
      expect((await failure(fill())).code).toBe('storage_full');
      expect((await failure(appender.write(Buffer.from('more')))).code).toBe('storage_full');
      expect((await failure(appender.seal())).code).toBe('storage_full');
      const sizeBytes = await logs.sizeBytes(logId);
      expect(sizeBytes).toBeGreaterThan(2 * LOG_PIECE_BYTES);
      const again = await logs.append(logId, { offset: sizeBytes });
      await again.close();
    } finally {
      disk.unmount();
    }
  });
});
