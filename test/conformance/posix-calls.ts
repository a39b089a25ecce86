import {
  closeSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PosixCalls } from '../../main/engine/base/native/posix-calls.ts';
import { scratchFolder } from '../support/restic.ts';

/** What every implementation of PosixCalls promises, whether or not the system below it can do the thing. */
export function describePosixCalls(name: string, make: () => PosixCalls): void {
  describe(`POSIX calls: ${name}`, () => {
    const scratch = scratchFolder();
    let calls: PosixCalls;
    let file: string;

    beforeAll(() => {
      calls = make();
      file = join(scratch.path, 'file');
      writeFileSync(file, 'content');
    });
    afterAll(() => scratch.remove());

    it('lists no attributes on a file that has none, and reads none', () => {
      expect(calls.listXattrs(file)).toEqual([]);
      expect(calls.getXattr(file, 'user.none')).toBeUndefined();
      expect(() => calls.removeXattr(file, 'user.none')).not.toThrow();
    });

    it('sets the times of the file, to the microsecond at least', () => {
      calls.setTimes(file, 1_600_000_000_000_000_000n, 1_700_000_000_123_456_789n);
      const stat = lstatSync(file, { bigint: true });
      expect(stat.atimeNs).toBe(1_600_000_000_000_000_000n);
      expect(Number(stat.mtimeNs - 1_700_000_000_123_456_789n)).toBeLessThanOrEqual(1000);
      expect(Number(stat.mtimeNs - 1_700_000_000_123_456_789n)).toBeGreaterThanOrEqual(-1000);
    });

    it('sets the times of a link, not of its target', () => {
      const link = join(scratch.path, 'link');
      symlinkSync(file, link);
      const before = statSync(file, { bigint: true }).mtimeNs;
      calls.setTimes(link, 0n, 1_000_000_000n);
      expect(lstatSync(link, { bigint: true }).mtimeNs).toBe(1_000_000_000n);
      expect(statSync(file, { bigint: true }).mtimeNs).toBe(before);
    });

    it('never calls data a hole', () => {
      const fd = openSync(join(scratch.path, 'sparse'), 'w+');
      try {
        writeSync(fd, 'data', 1 << 20);
        ftruncateSync(fd, 3 << 20);
        expect(fstatSync(fd).size).toBe(3 << 20);
        expect(calls.seekData(fd, 1 << 20)).toBe(1 << 20);
        expect(calls.seekData(fd, 0)).toBeLessThanOrEqual(1 << 20);
        expect(calls.seekHole(fd, 1 << 20)).toBeGreaterThanOrEqual((1 << 20) + 4);
      } finally {
        closeSync(fd);
      }
    });

    it('names the error code of what fails', () => {
      const missing = join(scratch.path, 'missing');
      expect(() => calls.setTimes(missing, 0n, 0n)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
      expect(() => calls.setXattr(missing, 'user.a', Buffer.from('x'))).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^(ENOENT|ENOTSUP)$/) }),
      );
      expect(() => calls.makeNode(missing + '/below', 0o010600, 0n)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^(ENOENT|ENOSYS)$/) }),
      );
    });
  });
}
