import { posix } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PatternList } from '../../../main/engine/source/patterns/pattern-list.ts';

const part = fc.constantFrom('a', 'b', 'ab', '*', 'a*', '*b', '?', '[ab]', '[^a]', '**');
const name = fc.constantFrom('a', 'b', 'ab', 'ba', 'c');
const pattern = fc
  .tuple(fc.constantFrom('', '', '!'), fc.constantFrom('', '/'), fc.array(part, { minLength: 1, maxLength: 5 }))
  .map(([negation, root, parts]) => negation + root + parts.join('/'));
const path = fc
  .tuple(fc.constantFrom('/', ''), fc.array(name, { minLength: 1, maxLength: 6 }))
  .map(([root, names]) => root + names.join('/'));

/** The rules as one regular expression over the whole path: slow, and plain. */
function oracle(text: string): RegExp {
  const clean = posix.normalize(text.replace(/^!/, ''));
  const rooted = clean.startsWith('/');
  const parts = clean.split('/').slice(rooted ? 1 : 0);
  const body = parts.map((glob) => {
    if (glob === '**') return '(?:[^/]+/)*';
    return glob.replace(/\*+/g, '[^/]*').replace(/\?/g, '[^/]') + '/';
  });
  // Anything may precede a relative pattern; what follows a match is below it. Here every component ends with a slash.
  return new RegExp(`^${rooted ? '/' : '(?:/|(?=[^/]))(?:[^/]+/)*?'}${body.join('')}(?:[^/]+/)*$`);
}

function oracleList(patterns: readonly string[], text: string): boolean {
  return patterns.reduce((matched, each) => {
    return oracle(each).test(text + '/') ? !each.startsWith('!') : matched;
  }, false);
}

it('patterns mean what the plain rules say, whatever path came before', () => {
  fc.assert(
    fc.property(
      fc.array(pattern, { minLength: 1, maxLength: 4 }),
      fc.array(path, { minLength: 1, maxLength: 5 }),
      (patterns, paths) => {
        const list = new PatternList(patterns, { windows: false });
        expect(paths.map((each) => list.matches(each))).toEqual(paths.map((each) => oracleList(patterns, each)));
      },
    ),
    { numRuns: 3000 },
  );
});

it('a folder is never called barren while something below it matches', () => {
  fc.assert(
    fc.property(
      pattern.filter((each) => !each.startsWith('!')),
      fc.array(name, { minLength: 2, maxLength: 6 }),
      (each, names) => {
        const list = new PatternList([each], { windows: false });
        fc.pre(list.matches('/' + names.join('/')));
        for (let depth = 1; depth < names.length; depth++) {
          expect(list.matchesWithChildren('/' + names.slice(0, depth).join('/')).childMayMatch).toBe(true);
        }
      },
    ),
    { numRuns: 1000 },
  );
});
