import { describe, expect, it } from 'vitest';
import { byteString } from '../../../../main/engine/base/raw-path.ts';
import { compileComponent } from '../../../../main/engine/source/patterns/component-glob.ts';

function globMatches(glob: string, name: string | Buffer, escapes = true): boolean {
  const matcher = compileComponent(byteString(glob), escapes);
  if (!matcher) throw new Error(`malformed: ${glob}`);
  return matcher(byteString(name));
}

describe('a component glob', () => {
  it.each([
    ['abc', 'abc', 'abcd ab ABC'],
    ['*', 'x', ''],
    ['*.o', '.o a.o a.o.o', 'o a.oo a.O'],
    ['core*', 'core core.1', 'acore cor'],
    ['*cache*', 'cache xcache cachex', 'cach'],
    ['a*b*c', 'abc aXbXc abbcc abcbc', 'ab acb abcx'],
    ['*a?', 'ab xaab', 'a xab!'],
    ['a**b', 'ab axxb', 'a'],
    ['?', 'a ä 😀', 'ab'],
    ['???', 'abc äöü', 'ab abcd'],
    ['[abc]', 'a c', 'd ab ]'],
    ['[^abc]', 'd ä', 'a'],
    ['[a-cx-z]*', 'a1 z', 'd w'],
    ['[!a]', '! a', 'b'],
    ['[ä-ü]', 'ö ä', 'a ÿ'],
    ['[a*]b', 'ab *b', 'xb'],
    ['[]-]', '', ''],
    ['\\*', '*', 'a \\*'],
    ['[\\]x]', '] x', '\\'],
    ['[\\-x]', '- x', '\\'],
    ['a]', 'a]', 'a'],
    ['[[]x', '[x', 'x'],
  ])('%s matches %j, not %j', (glob, yes, no) => {
    if (glob === '[]-]') {
      expect(compileComponent(glob, true)).toBeUndefined();
      return;
    }
    for (const name of yes.split(' ')) expect([name, globMatches(glob, name)]).toEqual([name, true]);
    for (const name of no.split(' ').filter(Boolean)) expect([name, globMatches(glob, name)]).toEqual([name, false]);
  });

  it.each(['[', '[]', '[]a]', '[a', '[^]', '[-]', '[-a]', '[a-]', '[a-', 'x\\', '[\\', '[a\\', 'ok*[', '*?[a-'])(
    'refuses %s',
    (glob) => expect(compileComponent(glob, true)).toBeUndefined(),
  );

  it('takes one invalid byte for a character', () => {
    expect(globMatches('a?b', Buffer.from([0x61, 0xff, 0x62]))).toBe(true);
    expect(globMatches('a?b', Buffer.from([0x61, 0xff, 0xfe, 0x62]))).toBe(false);
    // Half a character, an overlong form and a surrogate are bytes.
    expect(globMatches('??', Buffer.from([0xe2, 0x82]))).toBe(true);
    expect(globMatches('??', Buffer.from([0xc0, 0xaf]))).toBe(true);
    expect(globMatches('???', Buffer.from([0xed, 0xa0, 0x80]))).toBe(true);
    expect(globMatches('[\ufffd]', Buffer.from([0xff]))).toBe(true);
  });

  it('has no escapes on Windows', () => {
    expect(globMatches('a\\', 'a\\', false)).toBe(true);
    expect(globMatches('\\*', '\\anything', false)).toBe(true);
  });

  it('does not blow up on many stars', () => {
    expect(globMatches('*a'.repeat(100) + 'b', 'a'.repeat(255))).toBe(false);
  });
});
