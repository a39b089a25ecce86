import { INSTANT, TEXT, shown, type SeedRow } from './seed-row.ts';

export const INGESTION = '3-backup-log-ingestion';

const RUN = '0b1f3b51-9b0f-4f3e-8c7a-5a2d8a3a1c11';
const RESULT = { ...(shown(INGESTION, 'API Contract', { taskId: RUN, policyId: RUN }) as Record<string, unknown>) };
const RESULTS = '/agents/:id/task-results';
const { errorMessage: _error, ...GOOD } = RESULT;
const result = (about: string, body: unknown, status: number, answer?: unknown): SeedRow => ({
  about,
  method: 'POST',
  path: RESULTS,
  body,
  as: 'agent',
  status,
  ...(answer === undefined ? {} : { answer, whole: status === 200 }),
});
const without = (name: string) => Object.fromEntries(Object.entries(GOOD).filter(([key]) => key !== name));
const RUN_FIELDS = {
  id: RUN,
  agent_id: TEXT,
  policy_id: RUN,
  start_time: INSTANT,
  end_time: INSTANT,
  duration_seconds: 125.5,
};

export const seed3: readonly SeedRow[] = [
  {
    about: 'enrols an agent',
    method: 'POST',
    path: '/agents',
    body: { name: 'file server' },
    as: 'admin',
    status: 201,
    keep: { id: 'id', agentId: 'id', agentKey: 'api_key' },
  },
  result('posts the result that the seed shows', RESULT, 200, shown(INGESTION, 'API Contract', {}, 1)),
  result('posts it again: the same run', GOOD, 200, { status: 'ok' }),
  result('posts what is no JSON', '{"taskId": ', 400),
  ...['taskId', 'policyId', 'taskType', 'status', 'durationSeconds'].map((name) =>
    result(`leaves out ${name}`, without(name), 400),
  ),
  result('has an id that is none', { ...GOOD, taskId: 'uuid' }, 400),
  result('took less than no time', { ...GOOD, durationSeconds: -1 }, 400),
  {
    about: 'posts for an agent that does not exist',
    method: 'POST',
    path: `/agents/${RUN}/task-results`,
    body: GOOD,
    as: 'admin',
    status: 404,
  },
  result(
    'posts a megabyte of log',
    { ...GOOD, taskId: RUN.replace('0b', '0c'), status: 'failed', log: 'line of log\n'.repeat(90_000) },
    200,
  ),
  {
    about: 'lists the runs',
    method: 'GET',
    path: '/agents/:agentId/backup-runs?status=success&limit=100',
    status: 200,
    as: 'agent',
    answer: shown(INGESTION, 'API Endpoints', { ...RUN_FIELDS, total: 1 }),
  },
  {
    about: 'lists the runs, a page of them',
    method: 'GET',
    path: '/agents/:id/backup-runs?limit=1',
    status: 200,
    as: 'agent',
    answer: { total: 2, limit: 1 },
  },
  {
    about: 'lists the runs of an agent that does not exist',
    method: 'GET',
    path: `/agents/${RUN}/backup-runs`,
    status: 404,
    as: 'admin',
  },
  {
    about: 'shows a run with its log',
    method: 'GET',
    path: `/agents/:agentId/backup-runs/${RUN}`,
    endpoint: 'GET /agents/:agentId/backup-runs/:runId',
    status: 200,
    as: 'agent',
    answer: shown(INGESTION, 'API Endpoints', { ...RUN_FIELDS, log: RESULT['log'] }, 1),
  },
  {
    about: 'shows a run, as the notes name it',
    method: 'GET',
    path: `/agents/:id/backup-runs/${RUN}`,
    endpoint: 'GET /agents/:id/backup-runs/:runId',
    status: 200,
    as: 'agent',
  },
];
