import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { statEntry } from '../../../main/engine/source/file-metadata.ts';
import { listFolder, sortNames } from '../../../main/engine/source/local-listing.ts';
import { scratchFolder } from '../../support/restic.ts';

const scratch = scratchFolder();
afterAll(() => scratch.remove());

function folderWith(name: string, entries: ReadonlyArray<string | Buffer>): string {
  const folder = join(scratch.path, name);
  mkdirSync(folder);
  for (const entry of entries) writeFileSync(Buffer.concat([Buffer.from(folder + '/'), Buffer.from(entry)]), '');
  return folder;
}

describe('listing a folder', () => {
  it('orders names by their bytes', () => {
    const folder = folderWith('order', ['b', 'a', 'B', 'ä', '\u{1f600}', '\uff21', 'a.b', 'a-b', 'ab']);
    expect(listFolder(folder)).toEqual(['B', 'a', 'a-b', 'a.b', 'ab', 'b', 'ä', '\uff21', '\u{1f600}']);
  });

  it('gives the bytes of names that are not UTF-8, and strings for the rest', () => {
    const invalid = Buffer.from([0x6e, 0xff]);
    const surrogate = Buffer.from([0xed, 0xa0, 0x80]);
    const folder = folderWith('raw', ['plain', invalid, surrogate, '\ufffd', 'zä']);
    expect(listFolder(folder)).toEqual([invalid, 'plain', 'zä', surrogate, '\ufffd']);
  });

  it('is empty for an empty folder and throws for what is none', () => {
    expect(listFolder(folderWith('empty', []))).toEqual([]);
    const missing = expect.objectContaining({
      code: 'source_failed',
      context: expect.objectContaining({ systemCode: 'ENOENT' }),
    });
    expect(() => listFolder(join(scratch.path, 'missing'))).toThrow(missing);
  });

  it('notices a folder that was replaced', () => {
    const folder = folderWith('swapped', ['a']);
    const seen = statEntry(folder);
    expect(listFolder(folder, seen)).toEqual(['a']);
    renameSync(folder, folder + '-away');
    symlinkSync(folder + '-away', folder);
    expect(() => listFolder(folder, seen)).toThrow(/replaced/);
  });

  it('sorts a hundred thousand names as their bytes sort', () => {
    const names = Array.from(
      { length: 100_000 },
      (_, index) => `f${(index * 7919) % 100_000}${index % 3 ? '' : '\u{1f600}'}`,
    );
    const expected = names.map((name) => Buffer.from(name)).sort(Buffer.compare);
    expect(sortNames([...names])).toEqual(expected.map(String));
  });
});
