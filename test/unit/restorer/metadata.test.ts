import { expect, it } from 'vitest';
import type { RawName } from '../../../main/engine/base/raw-path.ts';
import {
  writeMetadata,
  type CurrentMetadata,
  type MetadataCalls,
  type RestoredMetadata,
} from '../../../main/engine/restorer/metadata.ts';

const TIMES = { atimeSeconds: 1, atimeNanos: 2, mtimeSeconds: 3, mtimeNanos: 4 };
const WANTED: RestoredMetadata = {
  uid: 5,
  gid: 6,
  mode: 0o6755,
  times: TIMES,
  xattrs: [{ name: 'user.a', value: Buffer.from('x') }],
};
const CURRENT: CurrentMetadata = { uid: 0, gid: 0, mode: 0o600, foreignXattrs: false };

/** Records what is called; calls named in `failing` throw with that code. */
function recorder(failing: Partial<Record<keyof MetadataCalls, string>> = {}) {
  const log: string[] = [];
  const call = (name: keyof MetadataCalls, ...args: unknown[]) => {
    log.push([name, ...args].join(' '));
    if (failing[name]) throw Object.assign(new Error(`${name} failed`), { code: failing[name] });
  };
  const calls: MetadataCalls = {
    canChown: true,
    chown: (uid, gid) => call('chown', uid, gid),
    chmod: (mode) => call('chmod', mode.toString(8)),
    listXattrs: (): RawName[] => ['user.a', 'user.stale', 'security.selinux'],
    setXattr: (name) => call('setXattr', name),
    removeXattr: (name) => call('removeXattr', name),
    setTimes: () => call('setTimes'),
  };
  return { log, calls };
}

it('owner first, then attributes, then the mode, and the times at the very end', () => {
  const { log, calls } = recorder();
  expect(writeMetadata(calls, WANTED, { ...CURRENT, foreignXattrs: true })).toEqual([]);
  expect(log).toEqual(['chown 5 6', 'setXattr user.a', 'removeXattr user.stale', 'chmod 6755', 'setTimes']);
});

it('saves the calls that would change nothing', () => {
  const { log, calls } = recorder();
  writeMetadata(calls, { ...WANTED, xattrs: [], mode: 0o644 }, { uid: 5, gid: 6, mode: 0o644, foreignXattrs: false });
  expect(log).toEqual(['setTimes']);
});

it("does not make another user's setuid program one of ours", () => {
  const { log, calls } = recorder({ chown: 'ENOSYS' });
  expect(writeMetadata(calls, WANTED, CURRENT)).toEqual(['Owner not restored: chown failed']);
  expect(log).toContain('chmod 755');
  const sameUser = recorder({ chown: 'ENOSYS' });
  writeMetadata(sameUser.calls, WANTED, { ...CURRENT, uid: 5 });
  expect(sameUser.log).toContain('chmod 4755');
});

it('goes on after a failure and names each', () => {
  const { log, calls } = recorder({ setXattr: 'ENOSPC', chmod: 'EIO', setTimes: 'EIO' });
  expect(writeMetadata(calls, WANTED, CURRENT)).toHaveLength(3);
  expect(log.at(-1)).toBe('setTimes');
});

it('is silent about file systems without attributes', () => {
  const { calls } = recorder({ setXattr: 'ENOTSUP' });
  expect(writeMetadata(calls, WANTED, CURRENT)).toEqual([]);
});
