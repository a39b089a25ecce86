import { describe, expect, test } from 'vitest';
import { ActionTaskView } from '../../../contracts/tasks.ts';
import { changedTaskBody, newTaskBody } from '../../../renderer/features/tasks/form/task-body.ts';
import { draftOf, EMPTY_DRAFT, slugOf } from '../../../renderer/features/tasks/form/task-draft.ts';
import { EMPTY_CONFIG } from '../../../renderer/features/tasks/form/config-draft.ts';
import { partsOf, textOf } from '../../../renderer/ui/schedule/schedule-parts.ts';

const TASK = ActionTaskView.parse({
  id: 1,
  task_id: 'copy',
  display_name: 'Copy',
  name: 'Copy',
  description: null,
  task_type: 'script',
  server_id: null,
  is_active: true,
  last_seen: null,
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
  type: 'script',
  config: { command: 'rsync', args: ['-a', '/home', 'backup:'], env: { PASSWORD: '********' }, graceMs: 100 },
  schedule: 'daily at 2:00',
  time_zone: 'Europe/Berlin',
  priority: 'normal',
  dependencies: [],
  max_retries: 3,
  timeout: 3_600_000,
  state: 'created',
  next_run: null,
  last_run: null,
  created_by: 'anna',
  assigned_to: null,
  managed_by: null,
});

describe('a new task', () => {
  test('that is monitored has an id made of its name', () => {
    const { body } = newTaskBody({
      ...EMPTY_DRAFT,
      name: 'Büro: Datenbank',
      schedule: 'daily at 02:00',
      graceMinutes: '15',
    });
    expect(body).toMatchObject({
      displayName: 'Büro: Datenbank',
      taskId: 'buro-datenbank',
      expectedSchedule: 'daily at 02:00',
      graceMinutes: 15,
    });
  });

  test('is refused by the schemas of the API, each problem at its field', () => {
    const { problems } = newTaskBody({ ...EMPTY_DRAFT, type: 'script', maxRetries: '-1' });
    expect(Object.keys(problems ?? {}).sort()).toEqual(['config.command', 'maxRetries', 'name']);
    const call = { ...EMPTY_CONFIG, url: 'ftp://x', headers: 'Bad name: 1' };
    const request = newTaskBody({ ...EMPTY_DRAFT, type: 'api_call', name: 'x', config: call }).problems ?? {};
    expect(Object.keys(request).every((path) => path.startsWith('config.'))).toBe(true);
    expect(Object.keys(request).length).toBeGreaterThan(0);
  });

  test('has only what was filled in', () => {
    const config = {
      ...EMPTY_CONFIG,
      url: 'https://example.com',
      headers: 'Authorization: {"$secret": "token", "prefix": "Bearer "}',
    };
    expect(newTaskBody({ ...EMPTY_DRAFT, type: 'webhook', name: 'Hook', config }).body).toEqual({
      name: 'Hook',
      type: 'webhook',
      schedule: 'manual',
      priority: 'normal',
      dependencies: [],
      config: { url: 'https://example.com', headers: { Authorization: { $secret: 'token', prefix: 'Bearer ' } } },
    });
  });
});

describe('a changed task', () => {
  const before = draftOf(TASK);

  test('sends what was changed, and nothing else', () => {
    expect(changedTaskBody(before, { ...before, name: 'Copy home' }).body).toEqual({ name: 'Copy home' });
    expect(changedTaskBody(before, { ...before, timeoutMinutes: '90', description: 'x' }).body).toEqual({
      timeout: 5_400_000,
      description: 'x',
    });
    expect(changedTaskBody(before, before).body).toEqual({});
  });

  test('keeps masks and what the form does not show', () => {
    const { body } = changedTaskBody(before, { ...before, config: { ...before.config, args: '-a\n/srv' } });
    expect(body).toEqual({
      config: { graceMs: 100, command: 'rsync', args: ['-a', '/srv'], env: { PASSWORD: '********' } },
    });
  });
});

test.each([
  'manual',
  'every 6 hours',
  'every 1 days',
  'daily at 02:00',
  'weekly on monday at 22:30',
  'monthly on 31 at 01:15',
  'monthly on last at 01:15',
  '*/5 8-18 * * 1-5',
])('%s survives the builder', (text) => {
  expect(textOf(partsOf(text))).toBe(text);
});

test('the builder reads what people write', () => {
  expect(partsOf('Daily  at 2:00')).toEqual({ kind: 'daily', time: '02:00' });
  expect(partsOf('weekly on mon at 9:05')).toEqual({ kind: 'weekly', weekday: 'monday', time: '09:05' });
  expect(partsOf(null).kind).toBe('manual');
});

test('a slug is what a path and a script can take', () => {
  expect(slugOf('  Über: alles / jetzt! ')).toBe('uber-alles-jetzt');
  expect(slugOf('备份 1')).toBe('备份-1');
});
