import { describe, expect, test } from 'vitest';
import { checkDestination, escapedPattern, protectingExcludes } from '../../../main/app/restore/destination.ts';
import type { FolderState } from '../../../main/app/restore/ports.ts';
import { Selection } from '../../../main/engine/restorer/selection.ts';

const OWN = [
  { path: '/var/lib/guardit', what: 'the data folder of GuardIT' },
  { path: '/mnt/repo', what: 'the repository office' },
];

function rules(links: Record<string, string> = {}, state: FolderState = 'missing') {
  return {
    own: OWN,
    restoresFolder: '/var/lib/guardit/restores',
    folders: { resolve: async (path: string) => links[path] ?? path, look: async () => state },
  };
}

const check = (path: string, links?: Record<string, string>, state?: FolderState) =>
  checkDestination({ path, isOriginal: false }, rules(links, state));

describe('where something may be restored to', () => {
  test.each(['/srv/restored', '/tmp/x', '/var/lib/guardit/restores/docs-2026', '/mnt/other', '/home/me/etc'])(
    '%s is fine',
    async (path) => {
      await expect(check(path)).resolves.toBeUndefined();
    },
  );

  test.each([
    ['/', 'root'],
    ['/etc/cron.d', '/etc'],
    ['/usr', '/usr'],
    ['/proc/1/root', '/proc'],
    ['/var/lib/guardit', 'data folder'],
    ['/var/lib/guardit/restores', 'data folder'],
    ['/var/lib/guardit/tokens', 'data folder'],
    ['/mnt/repo/data', 'repository office'],
  ])('%s is refused', async (path, why) => {
    await expect(check(path)).rejects.toMatchObject({
      code: 'destination_refused',
      message: expect.stringContaining(why),
    });
  });

  test('links are followed before it is judged', async () => {
    await expect(check('/tmp/link', { '/tmp/link': '/etc' })).rejects.toMatchObject({ code: 'destination_refused' });
    await expect(check('/tmp/link', { '/tmp/link': '/' })).rejects.toMatchObject({ code: 'destination_refused' });
  });

  test.each(['other', 'unreadable'] as const)('what is %s is no destination', async (state) => {
    await expect(check('/srv/x', {}, state)).rejects.toMatchObject({ code: 'unprocessable', details: { code: state } });
  });

  test('a restore in place leaves GuardIT alone, where it is in the way', () => {
    expect(protectingExcludes(['/home', '/srv'], OWN)).toEqual([]);
    expect(protectingExcludes(['/var'], OWN)).toEqual(['/var/lib/guardit']);
    expect(protectingExcludes(['/'], OWN)).toEqual(['/var/lib/guardit', '/mnt/repo']);
    expect(protectingExcludes(['/mnt/repo/x'], OWN)).toEqual(['/mnt/repo']);
  });

  test('a pattern of a path means that path only', () => {
    const path = '/a*[b]?\\c';
    const selection = new Selection({ exclude: [escapedPattern(path)] });
    expect(selection.of(path).selected).toBe(false);
    expect(selection.of('/aXb?\\c').selected).toBe(true);
  });
});

describe('a list of paths', () => {
  test('selects just these, and leads to them', () => {
    const selection = new Selection({ only: new Set(['/a/b/c.txt', '/a/*']) });
    expect(selection.isEverything).toBe(false);
    expect(selection.of('/a')).toEqual({ selected: false, childMayBeSelected: true });
    expect(selection.of('/a/b')).toEqual({ selected: false, childMayBeSelected: true });
    expect(selection.of('/a/b/c.txt').selected).toBe(true);
    expect(selection.of('/a/x')).toEqual({ selected: false, childMayBeSelected: false });
    expect(selection.of('/a/*').selected).toBe(true);
    expect(selection.of(Buffer.from('/a/\xff', 'latin1')).selected).toBe(false);
    expect(() => new Selection({ only: new Set(), exclude: ['x'] })).toThrow(/combined/);
  });
});
