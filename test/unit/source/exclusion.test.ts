import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RawPath } from '../../../main/engine/base/raw-path.ts';
import { Exclusion } from '../../../main/engine/source/exclusion.ts';
import { statEntry, type EntryStat } from '../../../main/engine/source/file-metadata.ts';
import { FileSystemBoundary } from '../../../main/engine/source/file-system-boundary.ts';
import { scratchFolder } from '../../support/restic.ts';

const scratch = scratchFolder();
afterAll(() => scratch.remove());
const at = (...names: string[]) => join(scratch.path, ...names);
const SIGNATURE = 'Signature: 8a477f597d28d172789f06886806bc55';

function taggedFolder(name: string, files: Record<string, string>): string {
  mkdirSync(at(name));
  for (const [file, content] of Object.entries(files)) writeFileSync(at(name, file), content);
  return at(name);
}

describe('exclusion', () => {
  it('joins patterns, insensitive patterns and their files', () => {
    writeFileSync(at('list'), '# mine\n*.bak\n');
    writeFileSync(at('ilist'), 'THUMBS.db\n');
    const exclusion = new Exclusion({
      patterns: ['/a/*.o'],
      patternFiles: [at('list')],
      insensitivePatterns: ['*.TMP'],
      insensitivePatternFiles: [at('ilist')],
    });
    const rejected = (path: RawPath) => exclusion.rejectsPath(path);
    expect(['/a/x.o', '/b/x.bak', '/b/x.tmp', '/b/Thumbs.DB'].map(rejected)).toEqual([true, true, true, true]);
    expect(['/b/x.o', '/b/x.BAK', '/b/x'].map(rejected)).toEqual([false, false, false]);
    expect(new Exclusion().rejectsPath('/a')).toBe(false);
  });

  it('refuses malformed patterns and nameless tags', () => {
    const invalid = expect.objectContaining({ code: 'invalid_argument' });
    expect(() => new Exclusion({ patterns: ['['] })).toThrow(invalid);
    expect(() => new Exclusion({ ifPresent: [':header'] })).toThrow(invalid);
    expect(() => new Exclusion({ ifPresent: [''] })).toThrow(invalid);
  });

  it('leaves out files above the size, never folders', () => {
    writeFileSync(at('ten'), '0123456789');
    const of = (largerThanBytes: number, path: string) =>
      new Exclusion({ largerThanBytes }).rejectsEntry(path, statEntry(path));
    expect([of(9, at('ten')), of(10, at('ten')), of(0, scratch.path)]).toEqual([true, false, false]);
  });
});

describe('tagged folders', () => {
  const warnings: string[] = [];
  const tagsIn = (folder: string, options: { excludeCaches?: boolean; ifPresent?: string[] }) =>
    new Exclusion({ ...options, onWarning: (message) => warnings.push(message) }).tagsIn(folder);

  it('keep the tag alone', () => {
    const tagged = tagsIn(taggedFolder('cache', { 'CACHEDIR.TAG': SIGNATURE + '\n# more' }), { excludeCaches: true });
    expect([tagged?.rejects('file'), tagged?.rejects('CACHEDIR.TAG')]).toEqual([true, false]);
    expect(tagsIn(at('cache'), {})).toBeUndefined();
    expect(tagsIn(scratch.path, { excludeCaches: true })).toBeUndefined();
  });

  it('need the whole header', () => {
    for (const [name, content] of [
      ['short', SIGNATURE.slice(0, 20)],
      ['wrong', SIGNATURE.replace('8', '9')],
    ] as const) {
      expect(tagsIn(taggedFolder(name, { 'CACHEDIR.TAG': content }), { excludeCaches: true })).toBeUndefined();
    }
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatch(/CACHEDIR.TAG/);
  });

  it('may have any tag, with or without a header, and several', () => {
    const folder = taggedFolder('tags', { '.nobackup': '', marker: 'yes: indeed' });
    expect(tagsIn(folder, { ifPresent: ['.nobackup'] })?.rejects('x')).toBe(true);
    expect(tagsIn(folder, { ifPresent: ['marker:yes: '] })?.rejects('x')).toBe(true);
    expect(tagsIn(folder, { ifPresent: ['marker:no'] })).toBeUndefined();
    const both = tagsIn(folder, { ifPresent: ['.nobackup', 'marker'] });
    // Each tag spares its own file only.
    expect([both?.rejects('.nobackup'), both?.rejects('marker')]).toEqual([true, true]);
  });

  it('do not wait for a FIFO', () => {
    mkdirSync(at('fifo-tag'));
    execFileSync('mkfifo', [at('fifo-tag', 'CACHEDIR.TAG')]);
    expect(tagsIn(at('fifo-tag'), { excludeCaches: true })).toBeUndefined();
  });
});

describe('one file system', () => {
  const here = () => statEntry(scratch.path);
  const elsewhere = (stat: EntryStat): EntryStat => ({ ...stat, device: stat.device + 1n });

  it('keeps the mount point and nothing in it', () => {
    mkdirSync(at('mount', 'below'), { recursive: true });
    writeFileSync(at('mount', 'file'), '');
    const exclusion = new Exclusion({ oneFileSystem: true, targets: [scratch.path] });
    expect(exclusion.rejectsEntry(at('mount'), here())).toBe(false);
    // The folder's parent is really on the target's device; an entry of another device in it is a mount point.
    expect(exclusion.rejectsEntry(at('mount'), elsewhere(statEntry(at('mount'))))).toBe(false);
    expect(exclusion.rejectsEntry(at('mount', 'file'), elsewhere(statEntry(at('mount', 'file'))))).toBe(true);
  });

  it.runIf(process.platform === 'linux')('goes by the nearest target', () => {
    // /proc is another file system than the root on every Linux.
    const outer = new FileSystemBoundary(['/']);
    expect(outer.rejects('/proc', statEntry('/proc'))).toBe(false);
    expect(outer.rejects('/proc/self', statEntry('/proc/self'))).toBe(true);
    expect(outer.rejects('/proc/sys', statEntry('/proc/sys'))).toBe(true);
    const both = new FileSystemBoundary(['/', '/proc']);
    expect(both.rejects('/proc', statEntry('/proc'))).toBe(false);
    expect(both.rejects('/proc/sys', statEntry('/proc/sys'))).toBe(false);
    expect(both.rejects('/etc', { ...statEntry('/'), type: 'file' })).toBe(false);
  });

  it('is refused on Windows', () => {
    expect(() => new FileSystemBoundary(['C:\\'], 'win32')).toThrow(/Windows/);
  });
});
