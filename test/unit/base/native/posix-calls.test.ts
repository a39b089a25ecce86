import {
  closeSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadLinuxCalls } from '../../../../main/engine/base/native/linux-calls.ts';
import { PortableCalls } from '../../../../main/engine/base/native/portable-calls.ts';
import { posixCalls } from '../../../../main/engine/base/native/posix-calls.ts';
import { rawBytes, rawText } from '../../../../main/engine/base/raw-path.ts';
import { describePosixCalls } from '../../../conformance/posix-calls.ts';
import { hasUserXattrs } from '../../../support/file-system-features.ts';
import { scratchFolder } from '../../../support/restic.ts';

const native = loadLinuxCalls();

describePosixCalls('portable', () => new PortableCalls());

describe('the choice of calls', () => {
  it.runIf(process.platform === 'linux')('loads the native library on Linux', () => {
    expect(native).toBeDefined();
    expect(posixCalls().limitation).toBeUndefined();
    expect(posixCalls()).toBe(posixCalls());
  });

  it('says what the portable calls leave out', () => {
    expect(new PortableCalls().limitation).toMatch(/extended attributes/);
  });
});

if (native) {
  describePosixCalls('Linux', () => native);

  describe('Linux calls', () => {
    const scratch = scratchFolder();
    const file = join(scratch.path, 'file');
    beforeAll(() => writeFileSync(file, ''));
    afterAll(() => scratch.remove());

    it.skipIf(!hasUserXattrs)('keeps attributes: text, empty, large, raw names', () => {
      const rawName = Buffer.concat([Buffer.from('user.'), Buffer.from([0xff, 0x41])]);
      native.setXattr(file, 'user.text', Buffer.from('value\0more'));
      native.setXattr(file, 'user.empty', Buffer.alloc(0));
      native.setXattr(file, 'user.large', Buffer.alloc(3000, 7));
      native.setXattr(file, rawName, Buffer.from('raw'));
      // The order is the file system's: ext4 lists what fits into the inode first.
      const names = native.listXattrs(file).map(rawText).sort();
      expect(names).toEqual(['user.empty', 'user.large', 'user.text', rawText(rawName)].sort());
      expect(native.getXattr(file, 'user.text')).toEqual(Buffer.from('value\0more'));
      expect(native.getXattr(file, 'user.empty')).toEqual(Buffer.alloc(0));
      expect(native.getXattr(file, 'user.large')).toEqual(Buffer.alloc(3000, 7));
      expect(native.getXattr(file, rawName)).toEqual(Buffer.from('raw'));
      native.removeXattr(file, 'user.text');
      expect(native.getXattr(file, 'user.text')).toBeUndefined();
    });

    it.skipIf(!hasUserXattrs)('does not follow links', () => {
      const link = join(scratch.path, 'link-to-attributes');
      native.setXattr(file, 'user.below', Buffer.from('x'));
      symlinkSync(file, link);
      expect(native.listXattrs(link)).not.toContain('user.below');
    });

    it('sets exact nanoseconds, before 1970 too', () => {
      for (const timeNs of [1_700_000_000_123_456_789n, 999_999_999n, -1n, -1_500_000_001n]) {
        native.setTimes(file, timeNs, timeNs);
        expect(lstatSync(file, { bigint: true }).mtimeNs).toBe(timeNs);
      }
    });

    it('finds holes and data', () => {
      const fd = openSync(join(scratch.path, 'holes'), 'w+');
      try {
        writeSync(fd, Buffer.alloc(65536, 1), 0, 65536, 1 << 20);
        ftruncateSync(fd, 4 << 20);
        expect(native.seekData(fd, 0)).toBe(1 << 20);
        expect(native.seekHole(fd, 1 << 20)).toBe((1 << 20) + 65536);
        expect(native.seekData(fd, 2 << 20)).toBe(-1);
        expect(native.seekData(fd, 5 << 20)).toBe(-1);
      } finally {
        closeSync(fd);
      }
    });

    it('makes a FIFO, on a path that is not UTF-8', () => {
      const path = Buffer.concat([Buffer.from(scratch.path + '/pipe-'), Buffer.from([0xfe])]);
      native.makeNode(path, 0o010640, 0n);
      expect(lstatSync(path).isFIFO()).toBe(true);
    });

    it.runIf(process.getuid?.() === 0)('makes device files', () => {
      const path = join(scratch.path, 'null');
      native.makeNode(path, 0o020666, 0x103n);
      const stat = lstatSync(path, { bigint: true });
      expect([stat.isCharacterDevice(), stat.rdev]).toEqual([true, 0x103n]);
    });

    it('refuses paths that C would cut short', () => {
      expect(() => native.listXattrs(file + '\0x')).toThrow(expect.objectContaining({ code: 'EINVAL' }));
      expect(() => native.listXattrs(rawBytes(file + '\0x'))).toThrow(expect.objectContaining({ code: 'EINVAL' }));
      expect(() => native.listXattrs('/' + 'ä'.repeat(2048))).toThrow(
        expect.objectContaining({ code: 'ENAMETOOLONG' }),
      );
      expect(() => native.getXattr(file, 'user.' + 'x'.repeat(251))).toThrow(
        expect.objectContaining({ code: 'ERANGE' }),
      );
    });

    it('takes the longest path there may be', () => {
      const deep = (scratch.path + '/' + ('d'.repeat(250) + '/').repeat(20)).slice(0, 4094) + 'e';
      expect(deep).toHaveLength(4095);
      expect(() => native.listXattrs(deep)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    });

    it('works in worker threads', async () => {
      mkdirSync(join(scratch.path, 'from-worker'));
      const module = new URL('../../../../main/engine/base/native/posix-calls.ts', import.meta.url).href;
      const code = `
        import('${module}').then(({ posixCalls }) => {
          posixCalls().setTimes(${JSON.stringify(file)}, 0n, 42n);
          require('node:worker_threads').parentPort.postMessage(posixCalls().listXattrs('/').length >= 0);
        });`;
      const workers = [1, 2].map(() => new Worker(code, { eval: true, execArgv: [] }));
      const answers = await Promise.all(
        workers.map(
          (worker) => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject)),
        ),
      );
      await Promise.all(workers.map((worker) => worker.terminate()));
      expect(answers).toEqual([true, true]);
      expect(lstatSync(file, { bigint: true }).mtimeNs).toBe(42n);
    });
  });
}
