import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { goLowerCase } from '../../../../main/engine/source/patterns/lower-case.ts';
import {
  expandVariables,
  parsePatternFile,
  readPatternFile,
} from '../../../../main/engine/source/patterns/pattern-file.ts';
import { scratchFolder } from '../../../support/restic.ts';

const scratch = scratchFolder();
afterAll(() => scratch.remove());

describe('a pattern file', () => {
  it('has one pattern a line, comments and blank lines aside', () => {
    const text = '\n# comment\n  *.o \t\r\n\n!keep #this\n\u00a0indented\u0085\n  # also a comment\nlast';
    expect(parsePatternFile(text, {})).toEqual(['*.o', '!keep #this', 'indented', 'last']);
  });

  it('may be UTF-8 or UTF-16, with or without a mark', () => {
    const text = 'grün\n*.o\n';
    const little = Buffer.from('\ufeff' + text, 'utf16le');
    const files = {
      plain: Buffer.from(text),
      marked: Buffer.from('\ufeff' + text),
      little,
      big: Buffer.from(little).swap16(),
    };
    for (const [name, bytes] of Object.entries(files)) {
      writeFileSync(join(scratch.path, name), bytes);
      expect([name, readPatternFile(join(scratch.path, name))]).toEqual([name, ['grün', '*.o']]);
    }
  });

  it('that cannot be read is named', () => {
    expect(() => readPatternFile(join(scratch.path, 'missing'))).toThrow(/pattern file .*missing/);
  });

  it.each([
    ['$HOME/x', '/home/anna/x'],
    ['${HOME}x', '/home/annax'],
    ['$HOMEx', ''],
    ['a$$b', 'a$b'],
    ['a$$HOME', 'a$HOME'],
    ['$1x$*y', 'xy'],
    ['a$', 'a$'],
    ['a$/b', 'a$/b'],
    ['${}x', 'x'],
    ['${HOME', 'HOME'],
    ['$UNSET', ''],
  ])('expands %s to %s', (text, expanded) => {
    expect(expandVariables(text, { HOME: '/home/anna' })).toBe(expanded);
  });

  it('does not read the environment twice', () => {
    expect(expandVariables('$A', { A: '$B', B: 'b' })).toBe('$B');
  });
});

describe("Go's lower case", () => {
  it('looks at each character alone', () => {
    expect(goLowerCase('ΟΔΟΣ')).toBe('οδοσ');
    expect(goLowerCase('İX')).toBe('ix');
    expect(goLowerCase('ÄẞÉ')).toBe('äßé');
    expect(goLowerCase('PLAIN.Txt')).toBe('plain.txt');
  });
});
