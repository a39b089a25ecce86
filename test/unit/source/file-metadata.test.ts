import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { posixCalls } from '../../../main/engine/base/native/posix-calls.ts';
import { AccountNames } from '../../../main/engine/source/account-names.ts';
import {
  describeEntry,
  describeParentFolder,
  entryStatOf,
  statEntry,
} from '../../../main/engine/source/file-metadata.ts';
import { hasUserXattrs } from '../../support/file-system-features.ts';
import { scratchFolder } from '../../support/restic.ts';

const scratch = scratchFolder();
afterAll(() => scratch.remove());
const at = (name: string) => join(scratch.path, name);
const accounts = new AccountNames();
const describePath = (path: string | Buffer) => describeEntry(path, statEntry(path), { accounts });

describe('metadata', () => {
  it('of a file: exact times, mode, links, size, owner', () => {
    writeFileSync(at('file'), 'twelve bytes');
    chmodSync(at('file'), 0o6754);
    linkSync(at('file'), at('hard-link'));
    posixCalls().setTimes(at('file'), 1n, 1_700_000_000_123_456_789n);
    const real = lstatSync(at('file'), { bigint: true });
    const entry = describePath(at('file'));
    expect(entry).toMatchObject({
      type: 'file',
      mode: 2 ** 23 + 2 ** 22 + 0o754,
      sizeBytes: 12,
      links: 2,
      inode: real.ino,
      device: real.dev,
      mtimeNs: real.mtimeNs,
      ctimeNs: real.ctimeNs,
      uid: process.getuid?.(),
      gid: process.getgid?.(),
      linkTarget: undefined,
      xattrs: [],
    });
    if (posixCalls().limitation === undefined) expect(entry.mtimeNs).toBe(1_700_000_000_123_456_789n);
    expect(entry.user).toBe(execFileSync('id', ['-un'], { encoding: 'utf8' }).trim());
    expect(entry.group).toBe(execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim());
  });

  it('of a link: its own stat and the raw target', () => {
    const target = Buffer.from([0x2f, 0x6e, 0xff]);
    symlinkSync(target, at('link'));
    const entry = describePath(at('link'));
    expect(entry).toMatchObject({ type: 'symlink', links: 1 });
    expect(entry.linkTarget).toEqual(target);
  });

  it('of a name that is not UTF-8', () => {
    const path = Buffer.concat([Buffer.from(at('raw-')), Buffer.from([0xff])]);
    writeFileSync(path, 'x');
    expect(describePath(path)).toMatchObject({ type: 'file', sizeBytes: 1 });
  });

  it('of FIFOs and sockets', async () => {
    execFileSync('mkfifo', [at('fifo')]);
    expect(describePath(at('fifo')).type).toBe('fifo');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(at('socket'), resolve));
    expect(describePath(at('socket')).type).toBe('socket');
    await new Promise((resolve) => server.close(resolve));
  });

  it.runIf(process.getuid?.() === 0)('of devices: the raw device number', () => {
    execFileSync('mknod', [at('chardev'), 'c', '1', '3']);
    execFileSync('mknod', [at('blockdev'), 'b', '259', '300']);
    expect(describePath(at('chardev'))).toMatchObject({ type: 'chardev', rdev: 0x103n });
    // (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)
    expect(describePath(at('blockdev'))).toMatchObject({
      type: 'dev',
      rdev: BigInt(0x2c | (259 << 8) | (0x100 << 12)),
    });
  });

  it.skipIf(!hasUserXattrs)('reads the attributes of files and folders', () => {
    for (const name of ['attributes-file', 'attributes-dir']) {
      if (name.endsWith('dir')) mkdirSync(at(name));
      else writeFileSync(at(name), '');
      execFileSync('setfattr', ['-n', 'user.zeta', '-v', 'first', at(name)]);
      execFileSync('setfattr', ['-n', 'user.alpha', '-v', '0x00ff', at(name)]);
      execFileSync('setfattr', ['-n', 'user.empty', at(name)]);
      const { xattrs } = describePath(at(name));
      expect(xattrs.map((xattr) => xattr.name)).toEqual(posixCalls().listXattrs(at(name)));
      expect(Object.fromEntries(xattrs.map((xattr) => [xattr.name, xattr.value]))).toEqual({
        'user.zeta': Buffer.from('first'),
        'user.alpha': Buffer.from([0, 255]),
        'user.empty': Buffer.alloc(0),
      });
    }
  });

  it.runIf(hasUserXattrs && process.getuid?.() === 0)('reads the attributes of links unless told otherwise', () => {
    symlinkSync('nowhere', at('attributed-link'));
    execFileSync('setfattr', ['-h', '-n', 'trusted.link', '-v', 'x', at('attributed-link')]);
    const stat = statEntry(at('attributed-link'));
    expect(describeEntry(at('attributed-link'), stat, { accounts }).xattrs).toHaveLength(1);
    expect(describeEntry(at('attributed-link'), stat, { accounts, symlinkXattrs: false }).xattrs).toEqual([]);
  });

  it('warns when attributes cannot be listed, and goes on', () => {
    writeFileSync(at('vanishing'), '');
    const stat = statEntry(at('vanishing'));
    const warnings: string[] = [];
    const entry = describeEntry(at('vanished-meanwhile'), stat, {
      accounts,
      onWarning: (message) => warnings.push(message),
    });
    expect(entry.xattrs).toEqual([]);
    if (posixCalls().limitation === undefined) expect(warnings).toEqual([expect.stringMatching(/ENOENT/)]);
  });

  it('of a folder above a target follows links', () => {
    mkdirSync(at('real-folder'), { mode: 0o750 });
    symlinkSync('real-folder', at('linked-folder'));
    const entry = describeParentFolder(at('linked-folder'), { accounts });
    expect(entry).toMatchObject({
      type: 'dir',
      mode: 2 ** 31 + 0o750,
      inode: lstatSync(at('real-folder'), { bigint: true }).ino,
    });
  });

  it('names the system error of what is missing', () => {
    const missing = expect.objectContaining({
      code: 'source_failed',
      context: expect.objectContaining({ systemCode: 'ENOENT' }),
    });
    expect(() => statEntry(at('missing'))).toThrow(missing);
    expect(() => describeParentFolder(at('missing'), { accounts })).toThrow(missing);
  });

  it("leaves out on Windows what restic's Windows nodes lack", () => {
    writeFileSync(at('windows'), '');
    const stat = lstatSync(at('windows'), { bigint: true });
    expect(entryStatOf(stat, 'win32')).toMatchObject({ inode: 0n, device: 0n, links: 0, ctimeNs: stat.mtimeNs });
  });
});
