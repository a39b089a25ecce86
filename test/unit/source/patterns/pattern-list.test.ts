import { describe, expect, it } from 'vitest';
import { PatternList } from '../../../../main/engine/source/patterns/pattern-list.ts';

const matches = (patterns: string[], path: string | Buffer, ignoreCase = false) =>
  new PatternList(patterns, { ignoreCase, windows: false }).matches(path);
const below = (patterns: string[], path: string) =>
  new PatternList(patterns, { windows: false }).matchesWithChildren(path);

describe('a pattern', () => {
  it.each<[pattern: string, matching: string[], others: string[]]>([
    ['tmp', ['/tmp', '/a/tmp', '/a/tmp/b/c', 'tmp', 'a/tmp'], ['/tmpx', '/a/Tmp']],
    ['/tmp', ['/tmp', '/tmp/x'], ['/a/tmp', 'tmp']],
    ['/tmp/', ['/tmp', '/tmp/x'], ['/tmpx']],
    ['a/b', ['/a/b', '/x/a/b/y'], ['/a/x/b', '/b']],
    ['/a/*', ['/a/b', '/a/b/c'], ['/a', '/b/a/c']],
    ['/a/../b', ['/b'], ['/a/b']],
    ['a//./b', ['/x/a/b'], ['/a']],
    ['**', ['/a', '/a/b'], []],
    ['/', ['/a', '/a/b'], []],
    ['**/x', ['/x', '/a/x', '/a/b/x/y'], ['/a/b']],
    ['a/**', ['/a', '/a/b', '/x/a/b/c'], ['/x']],
    ['/a/**/z', ['/a/z', '/a/b/z', '/a/b/c/z/y'], ['/z', '/b/a/z', '/a/b']],
    ['a/**/m/**/z', ['/a/m/z', '/q/a/b/m/c/d/z/e'], ['/a/z', '/m/z', '/a/m']],
    ['/**/*.o', ['/x.o', '/a/b.o'], ['/a.c']],
    ['a**/x', ['/abc/x'], ['/a/b/x', '/abc/d/x']],
    ['.', [], ['/a', '/a/b']],
  ])('%s', (pattern, matching, others) => {
    for (const path of matching) expect([path, matches([pattern], path)]).toEqual([path, true]);
    for (const path of others) expect([path, matches([pattern], path)]).toEqual([path, false]);
  });

  it('may match raw bytes', () => {
    const path = Buffer.concat([Buffer.from('/grün/a'), Buffer.from([0xff]), Buffer.from('.tmp')]);
    expect(matches(['*.tmp'], path)).toBe(true);
    expect(matches(['/gr?n/a?.tmp'], path)).toBe(true);
    expect(matches(['/gr??n/*'], path)).toBe(false);
  });
});

describe('a list of patterns', () => {
  it('lets later patterns decide', () => {
    const list = ['*.log', '!keep.log', '/var/keep.log'];
    expect(matches(list, '/a/b.log')).toBe(true);
    expect(matches(list, '/a/keep.log')).toBe(false);
    expect(matches(list, '/var/keep.log')).toBe(true);
    expect(matches(['!keep.log', '*.log'], '/keep.log')).toBe(true);
    expect(matches(['!keep.log'], '/keep.log')).toBe(false);
  });

  it('takes back what lies below a negated folder', () => {
    expect(matches(['/home/**', '!/home/anna'], '/home/anna/mail')).toBe(false);
    expect(matches(['/home/**', '!/home/anna'], '/home/bert/mail')).toBe(true);
  });

  it('counts empty patterns for nothing', () => {
    expect(new PatternList(['', '']).isEmpty).toBe(true);
    expect(matches(['', 'a'], '/b')).toBe(false);
    expect(below([], '/a')).toEqual({ matched: false, childMayMatch: false });
  });

  it('gives the same answers in whatever order paths come', () => {
    const list = new PatternList(['a/b', '!c', '/x/**/d'], { windows: false });
    const paths = ['/a/b', '/a/b/c', '/x/d', '/a/b/c/d', '/x/q/d', '/a', '/a/b/e', '/x/q/c', 'a/b', '/'];
    const answers = paths.map((path) => list.matches(path));
    const again = [...paths].reverse().map((path) => list.matches(path));
    expect(again.reverse()).toEqual(answers);
    expect(answers).toEqual(paths.map((path) => matches(['a/b', '!c', '/x/**/d'], path)));
  });

  it('ignores the case of any script', () => {
    expect(matches(['*.TMP'], '/a/b.tmp', true)).toBe(true);
    expect(matches(['grün'], '/a/GRÜN/b', true)).toBe(true);
    expect(matches(['ΣΟΦΟΣ'], '/σοφοσ', true)).toBe(true);
    expect(matches(['[A-C]x'], '/bX', true)).toBe(true);
    expect(matches(['*.TMP'], '/a/b.tmp')).toBe(false);
  });

  it('names every malformed pattern', () => {
    const make = () => new PatternList(['ok', 'a/[', '!b\\', '[]']);
    expect(make).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
    expect(make).toThrow(/"a\/\[", "!b\\\\", "\[\]"/);
  });

  it('reads Windows paths and patterns either way round', () => {
    const windows = (pattern: string, path: string) => new PatternList([pattern], { windows: true }).matches(path);
    expect(windows('C:\\Users\\*\\AppData', 'C:\\Users\\anna\\AppData\\x')).toBe(true);
    expect(windows('C:/Users/*/AppData', 'C:\\Users\\anna\\AppData')).toBe(true);
    expect(windows('*.tmp', 'C:\\x\\y.tmp')).toBe(true);
    expect(windows('\\Users', 'C:\\Users')).toBe(false);
  });
});

describe('what may match below a folder', () => {
  it.each<[pattern: string, path: string, matched: boolean, childMayMatch: boolean]>([
    ['x', '/a/b', false, true],
    ['/a/b/c', '/a', false, true],
    ['/a/b/c', '/a/b', false, true],
    ['/a/b/c', '/a/b/c', true, true],
    ['/a/b/c', '/a/b/c/d', true, true],
    ['/a/b/c', '/a/x', false, false],
    ['/a/b/c', '/a/b/x', false, false],
    ['/a/**/c', '/a/x/y', false, true],
    ['/a/**/c', '/b', false, false],
    ['/a/*/c', '/a/x', false, true],
    ['/a/*/c', '/a/x/d', false, false],
    ['/', '/a', true, true],
  ])('%s under %s', (pattern, path, matched, childMayMatch) => {
    expect(below([pattern], path)).toEqual({ matched, childMayMatch });
  });

  it('ends where a negated pattern matches', () => {
    expect(below(['/a/**', '!/a/b'], '/a/b')).toEqual({ matched: false, childMayMatch: false });
    expect(below(['/a/**', '!/a/b', '/a/b/c'], '/a/b')).toEqual({ matched: false, childMayMatch: true });
  });
});
