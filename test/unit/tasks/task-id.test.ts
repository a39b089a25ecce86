import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TaskId } from '../../../contracts/task-id.ts';
import { freeSlug, numericIdOf, slugOf } from '../../../main/app/tasks/task-id.ts';

describe('slugs', () => {
  it('are made of the words of a name', () => {
    const expected: Record<string, string> = {
      'Log Cleanup': 'log-cleanup',
      '  Größe & Höhe (täglich)! ': 'große-hohe-taglich',
      'Ångström ½ №5': 'angstrom-1-2-no5',
      'резервная копия': 'резервная-копия',
      数据库备份: '数据库备份',
      'डेटाबेस बैकअप': 'डेटाबेस-बैकअप',
      '한국어 백업': '한국어-백업',
      '💾🔥': 'task',
      '---': 'task',
      '2024': 'task-2024',
      '../../etc/passwd': 'etc-passwd',
    };
    for (const [name, slug] of Object.entries(expected)) expect.soft(slugOf(name), name).toBe(slug);
    expect(slugOf(`${'a'.repeat(79)} b`)).toBe('a'.repeat(79));
  });

  it('are valid ids whatever the name, and the slug of a slug is itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 255 }), (name) => {
        const slug = slugOf(name);
        expect(TaskId.safeParse(freeSlug(slug, new Set())).error?.issues).toBeUndefined();
        expect(slugOf(slug)).toBe(slug);
      }),
      { numRuns: 500 },
    );
  });

  it('take the first number that is free', () => {
    const slug = slugOf('Copy');
    expect(freeSlug(slug, new Set())).toBe('copy');
    expect(freeSlug(slug, new Set(['copy-2']))).toBe('copy');
    expect(freeSlug(slug, new Set(['copy']))).toBe('copy-2');
    expect(freeSlug(slug, new Set(['copy', 'copy-2', 'copy-4', 'copy-b']))).toBe('copy-3');
    expect(freeSlug(slugOf('Register'), new Set())).toBe('register-2');
  });
});

describe('numbers in place of an id', () => {
  it('are plain whole numbers from 1', () => {
    expect(numericIdOf('17')).toBe(17);
    for (const text of ['0', '01', '-1', '+1', '1.0', '1e3', ' 1', '', 'a', '9'.repeat(16), '１']) {
      expect.soft(numericIdOf(text), text).toBeNull();
    }
  });
});
