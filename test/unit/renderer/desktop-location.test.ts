import { expect, test } from 'vitest';
import { routeOf } from '../../../renderer/app/desktop-location.ts';

test.each([
  ['', '/', ''],
  ['#/', '/', ''],
  ['#/tasks?state=attention', '/tasks', 'state=attention'],
  ['#/tasks/detail?id=a%2Fb&tab=log', '/tasks/detail', 'id=a%2Fb&tab=log'],
  ['#/tasks/new', '/tasks/new', ''],
  // As the tray and its notifications name a task.
  ['#/tasks/a%2Fb', '/tasks/detail', 'id=a%2Fb'],
])('%s', (hash, path, search) => {
  expect(routeOf(hash)).toEqual({ path, search });
});
