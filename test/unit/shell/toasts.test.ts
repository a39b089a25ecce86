import { expect, test } from 'vitest';
import type { StatusRow } from '../../../contracts/task-attention.ts';
import { planToasts, type Told } from '../../../main/shell/toasts/toast-plan.ts';

function row(id: string, more: Partial<StatusRow> = {}): StatusRow {
  return {
    ...{ task_id: id, name: `Task ${id}`, level: 'wrong', state: 'failed', since: '2026-01-15T02:00:00.000Z' },
    ...{ last_run: null, next_run: null, progress: null, message: 'The disk\nis full' },
    ...more,
  };
}

const NAMES = new Map('abcdefgh'.split('').map((id) => [id, `Task ${id}`]));

/** Titles of the toasts for each of several looks at the tasks. */
function titles(looks: readonly (readonly StatusRow[])[], start: Told = new Map()): string[][] {
  let told = start;
  return looks.map((attention) => {
    const plan = planToasts(told, attention, NAMES);
    told = plan.told;
    return plan.toasts.map(({ title }) => title);
  });
}

test('each trouble is told once, and when it is over', () => {
  expect(titles([[row('a')], [row('a')], [], [row('a', { since: '2026-01-16T02:00:00.000Z' })]])).toEqual([
    ['Task a: failed'],
    [],
    ['Task a is well again'],
    ['Task a: failed'],
  ]);
});

test('a trouble that becomes another one is news', () => {
  expect(titles([[row('a', { state: 'overdue' })], [row('a')]])).toEqual([['Task a: overdue'], ['Task a: failed']]);
});

test('a warning is told, its end is not; a retry or a cancelled run is no news', () => {
  const warning = row('a', { level: 'warning', state: 'ok' });
  expect(titles([[warning], []])).toEqual([['Task a: done with warnings'], []]);
  expect(titles([[row('a', { level: 'warning', state: 'waits to retry' })]])).toEqual([[]]);
});

test('what was wrong at the start is summed up, as are many at once', () => {
  expect(titles([[row('a'), row('b'), row('c', { level: 'warning' })]], null)).toEqual([['2 tasks need you']]);
  expect(titles(['abcd'.split('').map((id) => row(id))])).toEqual([['4 tasks need you']]);
  expect(titles([[]], null)).toEqual([[]]);
});

test('a task that was deleted while it was wrong is not well again', () => {
  const { told } = planToasts(new Map(), [row('z')], NAMES);
  expect(planToasts(told, [], NAMES).toasts).toEqual([]);
});

test('a toast has one line of text, leads to its task, and takes the place of the one before', () => {
  const [toast] = planToasts(new Map(), [row('a/b')], NAMES).toasts;
  expect(toast).toEqual({ key: 'a/b', title: 'Task a/b: failed', body: 'The disk is full', route: '/tasks/a%2Fb' });
});
