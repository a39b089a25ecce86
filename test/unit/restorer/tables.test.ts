import { describe, expect, it } from 'vitest';
import { checkTime } from '../../../main/engine/base/rfc3339.ts';
import { ENTRY_FLAG } from '../../../main/engine/restorer/entry-table.ts';
import { FILE_STATE, FileTable, ZERO_CHUNK } from '../../../main/engine/restorer/file-table.ts';
import { FolderTable, ROOT_FOLDER } from '../../../main/engine/restorer/folder-table.ts';
import { GO_MODE } from '../../../main/engine/snapshot/go-mode.ts';
import { makeNode } from '../../../main/engine/snapshot/node.ts';

const RAW = Buffer.from('raw-\xff', 'latin1');

describe('the file table', () => {
  it('gives back to another thread what one thread put in', () => {
    const table = new FileTable();
    // Attached before there is anything: the memory grows under its feet.
    const other = new FileTable(table.shared);
    const node = makeNode({
      name: 'name',
      type: 'file',
      mode: 0o640 + GO_MODE.setuid,
      uid: 4_000_000_000,
      gid: 17,
      mtime: checkTime('1955-11-05T06:15:00.123456789-08:00'),
      atime: checkTime('2500-01-01T00:00:00.000000001Z'),
      extendedAttributes: [
        { name: 'user.\u00e9', value: Buffer.from([0, 255]) },
        { name: 'user.empty', value: null },
      ],
    });
    for (let i = 0; i < 20_000; i++) table.add(i, i % 2 ? 'na\u00efve' : RAW, node, [i, ZERO_CHUNK], 2 ** 40 + i);
    for (const file of [0, 1, 9_999, 19_999]) {
      expect(other.parent(file)).toBe(file);
      expect(other.name(file)).toEqual(file % 2 ? 'na\u00efve' : RAW);
      expect([other.mode(file), other.uid(file), other.gid(file)]).toEqual([0o4640, 4_000_000_000, 17]);
      expect(other.times(file)).toEqual({
        mtimeSeconds: Date.parse('1955-11-05T14:15:00Z') / 1000,
        mtimeNanos: 123456789,
        atimeSeconds: Date.parse('2500-01-01T00:00:00Z') / 1000,
        atimeNanos: 1,
      });
      expect(other.xattrs(file)).toEqual([
        { name: 'user.\u00e9', value: Buffer.from([0, 255]) },
        { name: 'user.empty', value: Buffer.alloc(0) },
      ]);
      expect([other.sizeBytes(file), other.blobCount(file)]).toEqual([2 ** 40 + file, 2]);
      expect([other.blobEntry(file, 0), other.blobEntry(file, 1)]).toEqual([file, ZERO_CHUNK]);
    }
    expect(() => other.name(10_000_000)).toThrow('no record');
  });

  it('tells exactly one thread that a file is complete', () => {
    const table = new FileTable();
    const file = table.add(0, 'a', makeNode({ name: 'a', type: 'file' }), [1, 2, 3], 3);
    table.setRemaining(file, 3);
    const other = new FileTable(table.shared);
    expect([table.settleBlob(file), other.settleBlob(file), table.settleBlob(file)]).toEqual([false, false, true]);
    expect(table.addState(file, FILE_STATE.opening)).toBe(0);
    expect(other.addState(file, FILE_STATE.open)).toBe(FILE_STATE.opening);
    expect(table.awaitOpen(file)).toBe(FILE_STATE.opening | FILE_STATE.open);
  });

  it('has flags that come and go', () => {
    const table = new FileTable();
    const file = table.add(0, RAW, makeNode({ name: 'a', type: 'file' }), [], 0);
    table.addFlags(file, ENTRY_FLAG.existing);
    table.addFlags(file, ENTRY_FLAG.unchanged);
    table.removeFlags(file, ENTRY_FLAG.existing);
    expect(table.flags(file)).toBe(ENTRY_FLAG.rawName | ENTRY_FLAG.unchanged);
  });
});

describe('the folder table', () => {
  it('composes paths and locations of any depth', () => {
    const folders = new FolderTable();
    const node = makeNode({ name: 'x', type: 'dir' });
    folders.add(ROOT_FOLDER, '/target', undefined, { dev: 2n ** 64n - 1n, ino: 2n ** 63n }, 5);
    let last = ROOT_FOLDER;
    for (let depth = 0; depth < 5000; depth++) last = folders.add(last, 'x', node, undefined, 4_294_967_295);
    expect(folders.path(last)).toBe('/target' + '/x'.repeat(5000));
    expect(folders.location(last)).toBe('/x'.repeat(5000));
    const raw = folders.add(folders.add(ROOT_FOLDER, RAW, node, undefined, 0), 'below', node, undefined, 0);
    expect(folders.path(raw)).toEqual(Buffer.concat([Buffer.from('/target/'), RAW, Buffer.from('/below')]));
    expect([folders.path(ROOT_FOLDER), folders.location(ROOT_FOLDER)]).toEqual(['/target', '/']);
    expect([folders.childGid(ROOT_FOLDER), folders.childGid(last)]).toEqual([5, 4_294_967_295]);
    expect(folders.isSame(ROOT_FOLDER, { dev: 2n ** 64n - 1n, ino: 2n ** 63n })).toBe(true);
    expect(folders.isSame(ROOT_FOLDER, { dev: 2n ** 64n - 1n, ino: 2n ** 63n + 1n })).toBe(false);
  });
});
