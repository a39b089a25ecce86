import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  closeSync,
  renameSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { posixCalls } from '../../../main/engine/base/native/posix-calls.ts';
import { statEntry } from '../../../main/engine/source/file-metadata.ts';
import { FileReader } from '../../../main/engine/source/file-reader.ts';
import { scratchFolder } from '../../support/restic.ts';

const scratch = scratchFolder();
afterAll(() => scratch.remove());
const at = (name: string) => join(scratch.path, name);
const MiB = 1 << 20;

describe('reading a file', () => {
  it('delivers the content in the pieces asked for, then 0', () => {
    writeFileSync(at('file'), 'abcdefghij');
    using reader = FileReader.open(at('file'));
    const { read } = reader;
    const into = Buffer.alloc(8, '.');
    expect(read(into, 2, 4)).toBe(4);
    expect(into.toString()).toBe('..abcd..');
    expect(read(into, 0, 8)).toBe(6);
    expect(into.toString()).toBe('efghij..');
    expect(read(into, 0, 8)).toBe(0);
    expect(reader.position).toBe(10);
    expect(read(into, 0, 3, 2)).toBe(3);
    expect(into.toString()).toBe('cdehij..');
    expect(reader.position).toBe(5);
    expect(reader.changed()).toBe(false);
    expect(reader.holeLength(0)).toBe(0);
  });

  it('knows the holes, and reads on behind them', () => {
    const fd = openSync(at('sparse'), 'w');
    writeSync(fd, Buffer.alloc(MiB, 1), 0, MiB, 2 * MiB);
    writeSync(fd, Buffer.alloc(MiB, 2), 0, MiB, 5 * MiB);
    ftruncateSync(fd, 9 * MiB);
    closeSync(fd);
    using reader = FileReader.open(at('sparse'));
    if (posixCalls().limitation !== undefined || reader.stat.allocatedBytes >= 9 * MiB) return;
    expect(reader.holeLength()).toBe(2 * MiB);
    expect(reader.holeLength(MiB + 1)).toBe(MiB - 1);
    expect(reader.holeLength(2 * MiB)).toBe(0);
    expect(reader.holeLength(3 * MiB - 1)).toBe(0);
    expect(reader.holeLength(3 * MiB)).toBe(2 * MiB);
    expect(reader.holeLength(6 * MiB)).toBe(3 * MiB);
    expect(reader.holeLength(9 * MiB)).toBe(0);
    reader.skip(5 * MiB);
    const into = Buffer.alloc(4);
    expect(reader.read(into, 0, 4)).toBe(4);
    expect(into).toEqual(Buffer.alloc(4, 2));
    reader.skip(4 * MiB - 4);
    expect(reader.read(into, 0, 4)).toBe(0);
  });

  it('notices growth, and reads what was appended', () => {
    writeFileSync(at('growing'), 'start');
    using reader = FileReader.open(at('growing'));
    appendFileSync(at('growing'), ' and end');
    const into = Buffer.alloc(64);
    expect(reader.read(into, 0, 64)).toBe(13);
    expect(reader.changed()).toBe(true);
  });

  it('notices a file that was replaced between stat and open', () => {
    writeFileSync(at('first'), 'one');
    writeFileSync(at('second'), 'two');
    const seen = statEntry(at('first'));
    renameSync(at('second'), at('first'));
    using reader = FileReader.open(at('first'));
    expect(reader.replaced(seen)).toBe(true);
    expect(reader.replaced(statEntry(at('first')))).toBe(false);
  });

  it('refuses what took the place of a file, without waiting', () => {
    execFileSync('mkfifo', [at('fifo')]);
    mkdirSync(at('dir'));
    symlinkSync('/etc/passwd', at('link'));
    expect(() => FileReader.open(at('fifo'))).toThrow(/no longer a regular file/);
    expect(() => FileReader.open(at('dir'))).toThrow(/no longer a regular file/);
    const isLink = expect.objectContaining({
      code: 'source_failed',
      context: expect.objectContaining({ systemCode: 'ELOOP' }),
    });
    expect(() => FileReader.open(at('link'))).toThrow(isLink);
    expect(() => FileReader.open(at('missing'))).toThrow(/ENOENT/);
  });

  it('may be closed twice', () => {
    writeFileSync(at('closing'), '');
    const reader = FileReader.open(at('closing'));
    reader.close();
    expect(() => reader.close()).not.toThrow();
  });
});
