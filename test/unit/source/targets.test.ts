import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { posix, win32 } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawText } from '../../../main/engine/base/raw-path.ts';
import { planComponents, PlanTree, type PlanNode } from '../../../main/engine/source/plan-tree.ts';
import { resolveTargets } from '../../../main/engine/source/targets.ts';
import { scratchFolder } from '../../support/restic.ts';

const scratch = scratchFolder();
const work = join(scratch.path, 'work');
beforeAll(() => {
  for (const folder of ['work/a/b/c', 'work/a/d', 'work/x', 'other/a', 'other/x']) {
    mkdirSync(join(scratch.path, folder), { recursive: true });
  }
  for (const file of ['work/file', 'work/a/b/file', 'work/a/zz', 'other/a/file'])
    writeFileSync(join(scratch.path, file), '');
  symlinkSync('a', join(work, 'link'));
});
afterAll(() => scratch.remove());

/** `name=path` for leaves, `name(metadata)[children]` for folders in between; the scratch folder shown as `~`. */
function show(nodes: readonly PlanNode[]): string {
  const short = (path: string | Buffer | undefined) => rawText(path ?? '').replace(scratch.path, '~');
  return nodes
    .map((node) => {
      const name = rawText(node.name) + (node.explicit ? '!' : '');
      return node.children
        ? `${name}(${short(node.metadataPath)})[${show(node.children)}]`
        : `${name}=${short(node.path)}`;
    })
    .join(' ');
}
const plan = (...targets: Array<string | Buffer>) => show(resolveTargets(targets, { workingFolder: work }).plan);

describe('backup targets', () => {
  it.each([
    [['a'], 'a!=~/work/a'],
    [['./a/'], 'a!=~/work/a'],
    [['a/b/c'], 'a(~/work/a)[b(~/work/a/b)[c!=~/work/a/b/c]]'],
    [['x', 'a', 'x'], 'a!=~/work/a x!=~/work/x'],
    [['link/b'], 'link(~/work/link)[b!=~/work/link/b]'],
    [['.'], 'a=~/work/a file=~/work/file link=~/work/link x=~/work/x'],
    [['..'], 'other=~/other work=~/work'],
    [['../other/a'], 'other(~/other)[a!=~/other/a]'],
    [['../other/../work/a'], 'work(~/work)[a!=~/work/a]'],
    // Overlap: a's entries stand beside the target below it.
    [['a', 'a/b'], 'a(~/work/a)[b!=~/work/a/b d=~/work/a/d zz=~/work/a/zz]'],
    [['a/b/c', 'a'], 'a(~/work/a)[b(~/work/a/b)[c!=~/work/a/b/c file=~/work/a/b/file] d=~/work/a/d zz=~/work/a/zz]'],
    [['.', 'x'], 'a=~/work/a file=~/work/file link=~/work/link x=~/work/x'],
    // One name from two places.
    [['x', '../other'], 'other!=~/other x!=~/work/x'],
    [['a', '../other/x', '../work'], 'a!=~/work/a other(~/other)[x!=~/other/x] work!=~/work'],
  ])('%j become %s', (targets, expected) => {
    expect(plan(...targets)).toBe(expected);
  });

  it('of one name from different places get numbers', () => {
    mkdirSync(join(work, 'other'), { recursive: true });
    expect(plan('other', '../other/a')).toBe('other!=~/work/other other-1(~/other)[a!=~/other/a]');
    expect(plan('../other/a', 'other', '../other/x')).toBe(
      'other(~/other)[a!=~/other/a x!=~/other/x] other-1!=~/work/other',
    );
  });

  it('that are absolute keep every folder above them', () => {
    const names = scratch.path.split('/').slice(1);
    const opened = names.map((name, index) =>
      `${name}(/${names.slice(0, index + 1).join('/')})[`.replace(scratch.path, '~'),
    );
    expect(plan(join(work, 'x'))).toBe(`${opened.join('')}work(~/work)[x!=~/work/x]${']'.repeat(names.length)}`);
  });

  it('give the snapshot absolute clean paths in their order, and name what is missing', () => {
    const resolved = resolveTargets(['x/', 'gone', '../other//a', '.'], { workingFolder: work });
    expect(resolved.snapshotPaths).toEqual([join(work, 'x'), join(scratch.path, 'other/a'), work]);
    expect(resolved.missing).toEqual(['gone']);
  });

  it('may be raw bytes, and so may what they expand to', () => {
    const name = Buffer.from([0x7a, 0xff]);
    const folder = join(scratch.path, 'raw');
    mkdirSync(folder);
    writeFileSync(Buffer.concat([Buffer.from(folder + '/'), name]), '');
    const path = Buffer.concat([Buffer.from(folder + '/'), name]);
    expect(resolveTargets(['.'], { workingFolder: folder }).plan).toEqual([{ name, path, explicit: false }]);
    expect(resolveTargets([name], { workingFolder: folder }).plan).toEqual([{ name, path, explicit: true }]);
  });

  it('must exist, at least one of them', () => {
    expect(() => resolveTargets([])).toThrow(expect.objectContaining({ code: 'nothing_to_back_up' }));
    const none = expect.objectContaining({ code: 'path_not_found' });
    expect(() => resolveTargets(['gone', 'a/gone'], { workingFolder: work })).toThrow(none);
  });
});

describe('targets on Windows', () => {
  it('turn the volume into the first name', () => {
    expect(planComponents(win32, 'C:\\Users\\anna')).toEqual({ names: ['C', 'Users', 'anna'], hasVolume: true });
    expect(planComponents(win32, 'C:\\')).toEqual({ names: ['C'], hasVolume: true });
    expect(planComponents(win32, '\\\\host\\share\\x')).toEqual({ names: ['\\\\host\\share', 'x'], hasVolume: true });
    expect(planComponents(win32, '..\\a\\b')).toEqual({ names: ['a', 'b'], hasVolume: false });
    expect(planComponents(posix, 'C:\\x')).toEqual({ names: ['C:\\x'], hasVolume: false });
  });

  it("take a volume's metadata from its root folder", () => {
    const tree = new PlanTree(
      win32,
      (path) => path,
      () => [],
    );
    tree.add({ path: 'C:\\Users\\anna', explicit: true });
    tree.add({ path: 'D:\\', explicit: true });
    expect(show(tree.finish())).toBe('C(C:\\)[Users(C:\\Users)[anna!=C:\\Users\\anna]] D!=D:\\');
  });
});
