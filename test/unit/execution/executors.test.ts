import { expect, test } from 'vitest';
import { ACTION_TYPES, CONFIGURED_ACTIONS } from '../../../contracts/actions.ts';
import type { Executor } from '../../../main/app/runs/ports.ts';
import { boundedJson } from '../../../main/infra/execution/bounded-json.ts';
import { createExecutors } from '../../../main/infra/execution/executors.ts';

test('every configured action has an executor; GuardIT’s own are given', () => {
  const backup: Executor = { execute: async () => ({ status: 'completed', result: null }) };
  const executors = createExecutors({ dataFolder: '/', customTasksFolder: '/' }, { backup });
  const found = ACTION_TYPES.filter((type) => executors.find(type) !== null);
  expect(found).toEqual([...CONFIGURED_ACTIONS, 'backup']);
  expect(executors.find('backup')).toBe(backup);
});

test('JSON up to its limit, in bytes of UTF-8', () => {
  expect(boundedJson('abc', 5)).toBe('"abc"');
  expect(() => boundedJson('abcd', 5)).toThrow('larger than 5 bytes');
  expect(() => boundedJson('üüüü', 9)).toThrow('larger than 9 bytes');
  expect(boundedJson(undefined, 100)).toBe('null');
  expect(boundedJson(JSON.parse('{"__proto__": 1}'), 100)).toBe('{"__proto__":1}');
});
