import { expect, test } from 'vitest';
import { quitQuestion } from '../../../main/shell/lifecycle/quit-question.ts';

test('a service goes on, and the question says so', () => {
  const question = quitQuestion({ connection: { kind: 'attached' }, running: ['Nightly'], scheduledCount: 3 });
  expect(question?.detail).toContain('go on');
  expect(question?.choices.map(({ choice }) => choice)).toEqual(['quit', 'stay']);
});

test('jobs of this app are named; Enter waits for them, Escape stays', () => {
  const running = ['One', 'Two', 'Three', 'Four', 'Five', 'Six'];
  const question = quitQuestion({ connection: { kind: 'hosting' }, running, scheduledCount: 0 });
  expect(question?.message).toBe('6 jobs are running');
  expect(question?.detail).toContain('Five\nand 1 more');
  expect(question?.choices[question.defaultIndex]?.choice).toBe('wait');
  expect(question?.choices[question.cancelIndex]?.choice).toBe('stay');
});

test('schedules that nobody would follow are said; without anything to lose nobody is asked', () => {
  const hosting = { connection: { kind: 'hosting' }, running: [] } as const;
  expect(quitQuestion({ ...hosting, scheduledCount: 1 })?.detail).toContain('One task is scheduled and will not start');
  expect(quitQuestion({ ...hosting, scheduledCount: 0 })).toBeNull();
  expect(quitQuestion({ connection: { kind: 'connecting' }, running: [], scheduledCount: 0 })).toBeNull();
});
