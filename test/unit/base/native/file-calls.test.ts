import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { fileCalls } from '../../../../main/engine/base/native/file-calls.ts';
import { scratchFolder } from '../../../support/restic.ts';
import { hasUserXattrs } from '../../../support/file-system-features.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);
const calls = fileCalls();
const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;
const NEW = O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW;

function openFolder(name: string) {
  const path = join(scratch.path, name);
  mkdirSync(path);
  return { path, fd: openSync(path, O_RDONLY | O_DIRECTORY) };
}

it.runIf(process.platform === 'linux')(
  'makes files in the folder that is open, whatever its path leads to meanwhile',
  () => {
    const folder = openFolder('open');
    renameSync(folder.path, `${folder.path}-moved`);
    mkdirSync(join(scratch.path, 'trap'));
    symlinkSync('trap', folder.path);
    calls.close(calls.openAt(folder, 'file', NEW, 0o640));
    const raw = Buffer.from('raw-\xff', 'latin1');
    calls.close(calls.openAt(folder, raw, NEW, 0o600));
    expect(readdirSync(`${folder.path}-moved`, { encoding: 'buffer' }).sort(Buffer.compare)).toEqual([
      Buffer.from('file'),
      raw,
    ]);
    expect(readdirSync(join(scratch.path, 'trap'))).toEqual([]);
    closeSync(folder.fd);
  },
);

it('refuses links, what exists, and names that are none', () => {
  const folder = openFolder('refusals');
  writeFileSync(join(folder.path, 'file'), '');
  symlinkSync('file', join(folder.path, 'link'));
  expect(() => calls.openAt(folder, 'link', O_WRONLY | O_NOFOLLOW, 0)).toThrow(
    expect.objectContaining({ code: 'ELOOP' }),
  );
  expect(() => calls.openAt(folder, 'link', NEW, 0o600)).toThrow(expect.objectContaining({ code: 'EEXIST' }));
  expect(() => calls.openAt(folder, 'file', NEW, 0o600)).toThrow(expect.objectContaining({ code: 'EEXIST' }));
  expect(() => calls.openAt(folder, 'missing', O_RDONLY, 0)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  expect(() => calls.openAt(folder, 'fi\0le', O_RDONLY, 0)).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  expect(() => calls.openAt(folder, 'x'.repeat(300), NEW, 0o600)).toThrow(
    expect.objectContaining({ code: 'ENAMETOOLONG' }),
  );
  expect(() => calls.openAt(folder, 'x'.repeat(5000), NEW, 0o600)).toThrow(
    expect.objectContaining({ code: 'ENAMETOOLONG' }),
  );
  closeSync(folder.fd);
});

it('sets times to the nanosecond, also before 1970 and beyond 32 bits', () => {
  const folder = openFolder('times');
  const fd = calls.openAt(folder, 'file', NEW, 0o600);
  for (const [seconds, nanos] of [
    [1_700_000_000, 123_456_789],
    [-1, 999_999_999],
    [-86_400 * 365, 1],
    [5_000_000_000, 7],
  ] as const) {
    calls.setTimes(fd, { atimeSeconds: 1, atimeNanos: 2, mtimeSeconds: seconds, mtimeNanos: nanos });
    const stat = fstatSync(fd, { bigint: true });
    expect([stat.mtimeNs, stat.atimeNs]).toEqual([BigInt(seconds) * 1_000_000_000n + BigInt(nanos), 1_000_000_002n]);
  }
  calls.close(fd);
  expect(() => calls.setTimes(fd, { atimeSeconds: 0, atimeNanos: 0, mtimeSeconds: 0, mtimeNanos: 0 })).toThrow(
    expect.objectContaining({ code: 'EBADF' }),
  );
  closeSync(folder.fd);
});

it.runIf(hasUserXattrs)('keeps extended attributes', () => {
  const folder = openFolder('xattrs');
  const fd = calls.openAt(folder, 'file', NEW, 0o600);
  expect(calls.listXattrs(fd)).toEqual([]);
  calls.setXattr(fd, 'user.a', Buffer.from('value'));
  calls.setXattr(fd, 'user.b', Buffer.alloc(0));
  expect([...calls.listXattrs(fd)].sort()).toEqual(['user.a', 'user.b']);
  calls.removeXattr(fd, 'user.a');
  calls.removeXattr(fd, 'user.a');
  expect(calls.listXattrs(fd)).toEqual(['user.b']);
  calls.close(fd);
  closeSync(folder.fd);
});

it('gives new files the mode that was asked for, less the mask', () => {
  const folder = openFolder('modes');
  calls.close(calls.openAt(folder, 'file', NEW, 0o666));
  expect(statSync(join(folder.path, 'file')).mode & 0o777).toBe(0o666 & ~process.umask());
  closeSync(folder.fd);
});
