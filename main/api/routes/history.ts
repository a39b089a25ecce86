import { z } from 'zod';
import {
  DailyMetrics,
  HistoryPage,
  HistoryQuery,
  HistoryRangePage,
  HistoryRangeQuery,
  SummaryQuery,
  TaskFigures,
  TodaySummary,
} from '../../../contracts/status.ts';
import { TaskParams } from '../../../contracts/tasks.ts';
import { dailyMetrics, summaryOfToday, taskFigures } from '../../app/status/figures.ts';
import { readHistory, readHistoryRange } from '../../app/status/read-history.ts';
import type { StatusDeps } from '../../app/status/status-deps.ts';
import { operation, type Operation } from '../operation.ts';

const COMMON = {
  method: 'GET',
  tag: 'status',
  family: 'tasks',
  access: { roles: ['admin', 'operator', 'viewer', 'reporter'], loopback: true },
  params: TaskParams,
} as const;

const FIGURES =
  'Only runs that have finished count, those that GuardIT executed and those that scripts reported; what was cancelled counts ' +
  'nowhere. avg_duration: the mean in seconds of those whose beginning and end are known, retries included. ' +
  'uptime_percentage: the share of finished runs that succeeded, every run weighing the same, warnings counting as success.';

/** What tasks have reported, and the figures that follow from it. */
export function historyOperations(deps: StatusDeps): Operation[] {
  return [...histories(deps), ...figures(deps)];
}

function histories(deps: StatusDeps): Operation[] {
  return [
    operation({
      ...COMMON,
      id: 'getHistory',
      path: '/api/history/{taskId}',
      summary: 'List what a task has reported',
      description: 'Kept for 90 days unless configured (history.keepDays).',
      query: HistoryQuery,
      errors: ['task_not_registered'],
      responses: { 200: { description: 'A page, newest first.', schema: HistoryPage } },
      handle: async ({ caller, params, query }) => ({
        status: 200,
        body: await readHistory(deps, caller, params.taskId, query),
      }),
    }),
    operation({
      ...COMMON,
      id: 'getHistoryRange',
      path: '/api/history/{taskId}/range',
      summary: 'List what a task has reported in a time',
      query: HistoryRangeQuery,
      errors: ['task_not_registered'],
      responses: { 200: { description: 'A page, newest first.', schema: HistoryRangePage } },
      handle: async ({ caller, params, query }) => ({
        status: 200,
        body: await readHistoryRange(deps, caller, params.taskId, query),
      }),
    }),
  ];
}

function figures(deps: StatusDeps): Operation[] {
  return [
    operation({
      ...COMMON,
      id: 'getTaskFigures',
      path: '/api/stats/{taskId}',
      summary: 'Show how the runs of a task went, since it was registered',
      description: FIGURES,
      errors: ['task_not_registered'],
      responses: { 200: { description: 'The figures.', schema: TaskFigures } },
      handle: async ({ caller, params }) => ({ status: 200, body: await taskFigures(deps, caller, params.taskId) }),
    }),
    operation({
      ...COMMON,
      id: 'getTodaySummary',
      path: '/api/summary/{taskId}/today',
      summary: 'Show how the runs of a task went today',
      description: `${FIGURES} A run belongs to the day on which it ended.`,
      query: SummaryQuery,
      errors: ['task_not_registered'],
      responses: { 200: { description: 'The figures.', schema: TodaySummary } },
      handle: async ({ caller, params, query }) => ({
        status: 200,
        body: await summaryOfToday(deps, caller, params.taskId, query.tz),
      }),
    }),
    operation({
      ...COMMON,
      id: 'getDailyMetrics',
      path: '/api/metrics/{taskId}/daily',
      summary: 'Show how the runs of a task went, for each of the last 30 days',
      description: `${FIGURES} A run belongs to the day on which it ended. Kept for ever.`,
      errors: ['task_not_registered'],
      responses: { 200: { description: 'Each day up to today, oldest first.', schema: z.array(DailyMetrics) } },
      handle: async ({ caller, params }) => ({ status: 200, body: await dailyMetrics(deps, caller, params.taskId) }),
    }),
  ];
}
