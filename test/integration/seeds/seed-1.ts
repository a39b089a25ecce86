import { expect } from 'vitest';
import { NUMBER, WHOLE_SECONDS, shown, type SeedRow } from './seed-row.ts';

export const REGISTRATION = '1-guardit-task-registration';

const TIMES = { id: NUMBER, created_at: WHOLE_SECONDS, updated_at: WHOLE_SECONDS };
const NOT_FOUND = shown(REGISTRATION, 'Task Not Found Error', {});
const COPY = { taskId: 'prod-01-copy', displayName: 'Production Server 1 - Copy to NAS', taskType: 'copy' };
const STATUS_PATH = '/api/status/:taskId';

export const seed1: readonly SeedRow[] = [
  {
    about: 'reports for a task that is not registered',
    method: 'POST',
    path: '/api/status/prod-01-db',
    body: { status: 'running' },
    status: 404,
    answer: NOT_FOUND,
  },
  {
    about: 'registers a task',
    curl: 0,
    status: 201,
    whole: true,
    answer: shown(REGISTRATION, '1. Register a New Backup Task', TIMES),
    keep: { taskId: 'task_id' },
  },
  {
    about: 'registers it again',
    curl: 0,
    status: 409,
    answer: shown(REGISTRATION, 'Task ID Already Exists Error', {}),
  },
  { about: 'reports progress', curl: 1, status: 201, endpoint: 'POST /api/status/:taskId' },
  ...['running', 'completed', 'failed', 'error', 'warning', 'unknown'].map((status) => ({
    about: `reports ${status}`,
    method: 'POST',
    path: STATUS_PATH,
    body: { status },
    status: 201,
  })),
  { about: 'registers another', method: 'POST', path: '/api/tasks/register', body: COPY, status: 201 },
  {
    about: 'reports for it',
    method: 'POST',
    path: '/api/status/prod-01-copy',
    body: { status: 'running' },
    status: 201,
  },
  {
    about: 'lists the tasks',
    curl: 2,
    status: 200,
    answer: shown(REGISTRATION, '3. Get All Registered Tasks', { ...TIMES, last_seen: WHOLE_SECONDS }),
  },
  {
    about: 'lists those of a type',
    curl: 3,
    endpoint: 'GET /api/tasks/type/:taskType',
    status: 200,
    answer: [{ task_id: 'prod-01-db', task_type: 'database' }],
  },
  {
    about: 'shows a task',
    curl: 4,
    endpoint: 'GET /api/tasks/:taskId',
    status: 200,
    answer: { task_id: 'prod-01-db', description: 'Daily SQL Server full backup' },
  },
  {
    about: 'shows its status',
    method: 'GET',
    path: STATUS_PATH,
    status: 200,
    answer: { task_id: 'prod-01-db', status: 'unknown' },
  },
  {
    about: 'shows all statuses',
    method: 'GET',
    path: '/api/status',
    status: 200,
    answer: [{ task_id: 'prod-01-db' }, { task_id: 'prod-01-copy' }],
  },
  {
    about: 'pages through its history',
    method: 'GET',
    path: '/api/history/:taskId?page=1&limit=5',
    status: 200,
    answer: { total: 7, page: 1, limit: 5 },
  },
  {
    about: 'shows its history of some days',
    method: 'GET',
    path: '/api/history/:taskId/range?start=2025-01-01&end=2099-01-01',
    status: 200,
    answer: { total: 7 },
  },
  {
    about: 'shows its figures',
    method: 'GET',
    path: '/api/stats/:taskId',
    status: 200,
    answer: { task_id: 'prod-01-db' },
  },
  {
    about: "shows today's summary",
    method: 'GET',
    path: '/api/summary/:taskId/today',
    status: 200,
    answer: { task_id: 'prod-01-db' },
  },
  {
    about: 'shows thirty days',
    method: 'GET',
    path: '/api/metrics/:taskId/daily',
    status: 200,
    answer: expect.objectContaining({ length: 30 }),
  },
  {
    about: 'changes it',
    curl: 5,
    endpoint: 'PUT /api/tasks/:taskId',
    status: 200,
    answer: {
      display_name: 'Production Server 1 - Database Backup (Updated)',
      description: 'Daily SQL Server full backup with compression',
      is_active: true,
    },
  },
  {
    about: 'switches it off',
    method: 'PUT',
    path: '/api/tasks/:taskId',
    body: { isActive: false },
    status: 200,
    answer: { is_active: false },
  },
  {
    about: 'reports for a task that is off',
    method: 'POST',
    path: STATUS_PATH,
    body: { status: 'running' },
    status: 403,
    answer: shown(REGISTRATION, 'Task Not Active Error', {}),
  },
  {
    about: 'switches it on again',
    method: 'PUT',
    path: '/api/tasks/:taskId',
    body: { isActive: true },
    status: 200,
    answer: { is_active: true },
  },
  { about: 'clears its status', method: 'DELETE', path: STATUS_PATH, status: 204 },
  { about: 'deletes it', curl: 6, endpoint: 'DELETE /api/tasks/:taskId', status: 204 },
  { about: 'looks for it', method: 'GET', path: '/api/tasks/:taskId', status: 404, answer: NOT_FOUND },
];
