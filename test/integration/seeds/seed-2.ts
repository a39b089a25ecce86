import { expect } from 'vitest';
import { readSeed } from '../../support/seed-documents.ts';
import { INSTANT, NUMBER, TEXT, shown, type SeedRow } from './seed-row.ts';

export const AUTOMATED = '2-automated-task-system';

const NAMED = (about: string, heading: string, keep?: SeedRow['keep']): SeedRow => {
  const body = shown(AUTOMATED, heading, {}) as { name: string; type: string };
  const answer = { name: body.name, type: body.type, state: 'created' };
  return { about, method: 'POST', path: '/api/tasks', body, as: 'admin', status: 201, answer, ...(keep && { keep }) };
};
const DEPLOY = shown(AUTOMATED, 'Dependencies', {}) as Record<string, unknown>;
const ACTION = { type: 'script', config: { command: 'true' } };
const SCHEDULES = [...readSeed(AUTOMATED).matchAll(/^"([^"]+)"\s+\/\/ /gm)].map(([, schedule]) => schedule);
const create = (body: Record<string, unknown>, answer: unknown): SeedRow => ({
  about: `creates ${JSON.stringify(body)}`,
  method: 'POST',
  path: '/api/tasks',
  body,
  as: 'admin',
  status: 201,
  answer,
});

export const seed2: readonly SeedRow[] = [
  { about: 'needs a token', method: 'POST', path: '/api/tasks', body: { name: 'x', ...ACTION }, status: 401 },
  NAMED('creates a script', '1. Script Execution'),
  NAMED('creates an API call', '2. API Call'),
  NAMED('creates a webhook', '3. Webhook', { hook: 'task_id' }),
  NAMED('creates a custom task', '4. Custom Logic'),
  ...SCHEDULES.map((schedule) => create({ name: `At ${schedule}`, schedule, ...ACTION }, { schedule })),
  create({ name: 'By hand', schedule: null, ...ACTION }, { state: 'created', next_run: null }),
  create({ name: 'Build', taskId: 'task_build_app', ...ACTION }, { task_id: 'task_build_app' }),
  create({ name: 'Test', taskId: 'task_run_tests', ...ACTION }, { task_id: 'task_run_tests' }),
  // The seed leaves out what it does.
  create({ ...DEPLOY, ...ACTION }, { dependencies: ['task_build_app', 'task_run_tests'], next_run: null }),
  {
    about: 'creates a backup',
    curl: 0,
    as: 'admin',
    status: 201,
    answer: { name: 'Database Backup', type: 'script', schedule: 'daily at 2:00', priority: 'high' },
    keep: { TASK_ID: 'task_id' },
  },
  { about: 'lists what is pending', curl: 1, endpoint: 'GET /api/tasks', as: 'admin', status: 200, answer: [] },
  {
    about: 'shows one',
    method: 'GET',
    path: '/api/tasks/TASK_ID',
    endpoint: 'GET /api/tasks/:id',
    as: 'admin',
    status: 200,
    answer: { name: 'Database Backup' },
  },
  {
    about: 'changes one',
    method: 'PUT',
    path: '/api/tasks/TASK_ID',
    endpoint: 'PUT /api/tasks/:id',
    as: 'admin',
    body: { priority: 'low', maxRetries: 0 },
    status: 200,
    answer: { priority: 'low', max_retries: 0 },
  },
  {
    about: 'executes it',
    curl: 2,
    endpoint: 'POST /api/tasks/:id/execute',
    as: 'admin',
    status: 202,
    answer: { status: expect.stringMatching(/pending|running/) as unknown },
  },
  {
    about: 'counts them',
    curl: 3,
    as: 'admin',
    status: 200,
    answer: shown(AUTOMATED, 'Statistics', {
      total: NUMBER,
      byStatus: { created: NUMBER },
      byType: { script: NUMBER, api_call: 1, webhook: 1 },
      byPriority: { low: 1, normal: NUMBER },
      running: NUMBER,
      scheduled: NUMBER,
    }),
  },
  // The seed's example has no token, where its text wants one.
  {
    about: 'reads its log',
    curl: 4,
    endpoint: 'GET /api/tasks/:id/logs',
    as: 'admin',
    status: 200,
    answer: expect.arrayContaining([expect.objectContaining({ timestamp: INSTANT, level: TEXT, message: TEXT })]),
  },
  {
    about: 'deletes one',
    method: 'DELETE',
    path: '/api/tasks/:hook',
    endpoint: 'DELETE /api/tasks/:id',
    as: 'admin',
    status: 204,
  },
];
