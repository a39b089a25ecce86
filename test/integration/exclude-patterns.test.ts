import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { joinPath, rawText, type RawPath } from '../../main/engine/base/raw-path.ts';
import { Exclusion, type ExclusionOptions } from '../../main/engine/source/exclusion.ts';
import { statEntry } from '../../main/engine/source/file-metadata.ts';
import { listFolder } from '../../main/engine/source/local-listing.ts';
import { initFolder } from '../support/repositories.ts';
import { describeWithRestic, restic, scratchFolder } from '../support/restic.ts';

const scratch = scratchFolder();
const source = join(scratch.path, 'src');
const repository = join(scratch.path, 'repo');
afterAll(() => scratch.remove());

/** Each case gets its own copy of one small tree, so that one run of restic answers for many patterns at once. */
const TREE = [
  'a.o',
  'b.O',
  'ä.txt',
  'äö.txt',
  '€.txt',
  'star*',
  'back\\slash',
  '[x]',
  'deep/a/b/c/file',
  'deep/a/x/c/file',
  'deep/temp/file',
  'temp/a.o',
  'temp/keep/file',
  'cache1/x',
  'cache22/x',
  'Mixed/Case.TXT',
  'GRÜN/ÄÖ.TXT',
  'foo/bar/foo/bar',
  '#hash',
  '!bang',
  '$dollar',
];

/** `@` stands for the case's own folder. */
const CASES: ReadonlyArray<readonly string[]> = [
  ['*.o'],
  ['temp'],
  ['@/temp'],
  ['@/temp/'],
  ['@/temp/*'],
  ['temp/*'],
  ['temp/**'],
  ['**/temp'],
  ['deep/**/c'],
  ['@/deep/**/file'],
  ['deep/*/c'],
  ['@/**/c/file'],
  ['@/*/*/*/c'],
  ['deep/a/../temp'],
  ['deep//temp/.'],
  ['**/a/**/c/**'],
  ['?.txt'],
  ['??.txt'],
  ['???.txt'],
  ['*?.txt'],
  ['*??.txt'],
  ['[ä]*.txt'],
  ['[^a]*.txt'],
  ['[a-ÿ].txt'],
  ['[ -~].o'],
  ['star\\*'],
  ['star[*]'],
  ['back\\\\slash'],
  ['\\[x\\]'],
  ['[[]x]'],
  ['cache?'],
  ['cache*'],
  ['cache[0-9][0-9]'],
  ['*ache*'],
  ['*a*c*h*2'],
  ['bar/foo'],
  ['foo/bar/foo/bar'],
  ['#hash'],
  ['$dollar'],
  ['*', '!foo'],
  ['temp/*', '!temp/keep'],
  ['*.o', '!a.o', 'temp/a.o'],
  ['@/temp/**', '!keep'],
  ['!temp', 'temp'],
  ['\\!bang'],
  ['mixed'],
  ['.'],
  ['**'],
];
const INSENSITIVE: readonly string[] = ['CASE.txt', 'äö.TXT', '/**/B.o', 'mixed/case.t?t'];

function makeTree(folder: string): void {
  for (const file of TREE) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), 'x');
  }
}

const caseFolder = (index: number) => join(source, `case-${index}`);

/** One case's patterns must not touch another's folders: relative ones are bound to any depth below their own. */
function anchored(index: number, pattern: string): string {
  const negation = pattern.startsWith('!') ? '!' : '';
  const rest = pattern.slice(negation.length);
  return negation + (rest.startsWith('@') ? caseFolder(index) + rest.slice(1) : `${caseFolder(index)}/**/${rest}`);
}

function walk(folder: RawPath, exclusion: Exclusion, found: string[] = []): string[] {
  const tags = exclusion.tagsIn(folder);
  for (const name of listFolder(folder)) {
    const path = joinPath(folder, name);
    if (tags?.rejects(name) || exclusion.rejectsPath(path)) continue;
    const stat = statEntry(path);
    if (exclusion.rejectsEntry(path, stat)) continue;
    if (stat.type === 'dir') walk(path, exclusion, found);
    else found.push(rawText(path));
  }
  return found;
}

/** The files that restic would save, from its verbose messages. */
async function resticWouldSave(args: readonly string[], folder = source): Promise<string[]> {
  const { stdout } = await restic(repository, ['backup', '--json', '--dry-run', '-vv', ...args, folder]);
  const files = stdout.split('\n').flatMap((line) => {
    const message = line.startsWith('{') ? (JSON.parse(line) as { action?: string; item?: string }) : {};
    return message.action === 'new' && message.item && !message.item.endsWith('/') ? [message.item] : [];
  });
  return files.sort();
}

async function expectSame(args: readonly string[], options: ExclusionOptions, folder = source): Promise<string[]> {
  const exclusion = new Exclusion({ ...options, targets: [folder] });
  const ours = exclusion.rejectsPath(folder) ? [] : walk(folder, exclusion).sort();
  expect(ours).toEqual(await resticWouldSave(args, folder));
  // A comparison of nothing with nothing would pass, too.
  expect(ours.length).toBeGreaterThan(5);
  return ours;
}

describeWithRestic('exclusion, compared with restic', () => {
  beforeAll(async () => {
    CASES.forEach((_case, index) => makeTree(caseFolder(index)));
    await (await initFolder(repository)).close();
  });

  it('every pattern, each in a tree of its own', async () => {
    const patterns = CASES.flatMap((list, index) => list.map((pattern) => anchored(index, pattern)));
    const kept = await expectSame(
      patterns.flatMap((pattern) => ['-e', pattern]),
      { patterns },
    );
    expect(kept.length).toBeGreaterThan(500);
    expect(kept.length).toBeLessThan(CASES.length * TREE.length - 100);
  });

  it.each([
    [['*.o', '?.txt', 'deep/*/c', 'star\\*']],
    [['temp', '!case-1', '!temp/keep', 'bar/*/bar']],
    [['**/c/*', '*??.txt', '[[]x]', '!**/case-3/**']],
  ])('relative patterns as they are: %j', async (patterns) => {
    await expectSame(
      patterns.flatMap((pattern) => ['-e', pattern]),
      { patterns },
    );
  });

  it('patterns that ignore case', async () => {
    await expectSame(
      INSENSITIVE.flatMap((pattern) => ['--iexclude', pattern]),
      { insensitivePatterns: INSENSITIVE },
    );
  });

  it('pattern files', async () => {
    const file = join(scratch.path, 'patterns');
    writeFileSync(file, '# comment\n\n  *.o  \n\\#hash\n$$dollar\n${GUARDIT_TEST_PATTERN}\n!case-2\n');
    process.env['GUARDIT_TEST_PATTERN'] = 'temp';
    await expectSame(['--exclude-file', file], { patternFiles: [file] });
  });

  it('tags and sizes', async () => {
    const folder = join(scratch.path, 'tagged');
    const files: Record<string, string> = {
      'cache/CACHEDIR.TAG': 'Signature: 8a477f597d28d172789f06886806bc55\nmore',
      'cache/x': '',
      'cache/sub/y': '',
      'fake/CACHEDIR.TAG': 'Signature: no',
      'fake/x': '',
      'mark/.nobackup': '',
      'mark/x': '',
      'mark/sub/x': '',
      'head/tag': 'yes!',
      'head/x': '',
      'head2/tag': 'no',
      'head2/x': '',
      'both/.nobackup': '',
      'both/tag': 'yes',
      'both/x': '',
      'size/5': '12345',
      'size/1024': 'x'.repeat(1024),
      'size/1025': 'x'.repeat(1025),
    };
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), content);
    }
    const args = [
      '--exclude-caches',
      '--exclude-if-present',
      '.nobackup',
      '--exclude-if-present',
      'tag:yes',
      '--exclude-larger-than',
      '1k',
      '-x',
    ];
    const ifPresent = ['.nobackup', 'tag:yes'];
    const kept = await expectSame(
      args,
      { excludeCaches: true, ifPresent, largerThanBytes: 1024, oneFileSystem: true },
      folder,
    );
    expect(kept).toContain(join(folder, 'cache/CACHEDIR.TAG'));
    expect(kept).not.toContain(join(folder, 'size/1025'));
  });
});
