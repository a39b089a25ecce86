import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { RunDetails, RunList } from '../../../contracts/runs.ts';
import { DailyMetrics, HistoryPage, TaskFigures } from '../../../contracts/status.ts';
import { TaskView } from '../../../contracts/tasks.ts';
import { call, pathPart } from '../../api/client.ts';
import { keys } from '../../api/query-keys.ts';
import { pathOf } from '../../api/task-actions.ts';

export const PAGE_SIZE = 50;

export const taskQuery = (taskId: string) =>
  queryOptions({
    queryKey: keys.task(taskId),
    queryFn: ({ signal }) => call(pathOf(taskId), { reply: TaskView, signal }),
  });

export const figuresQuery = (taskId: string) =>
  queryOptions({
    queryKey: keys.taskPart(taskId, 'figures'),
    queryFn: ({ signal }) => call(`/api/stats/${pathPart(taskId)}`, { reply: TaskFigures, signal }),
  });

export const daysQuery = (taskId: string) =>
  queryOptions({
    queryKey: keys.taskPart(taskId, 'days'),
    queryFn: ({ signal }) => call(`/api/metrics/${pathPart(taskId)}/daily`, { reply: z.array(DailyMetrics), signal }),
  });

/** `page` from 1. */
export const historyQuery = (taskId: string, page: number) =>
  queryOptions({
    queryKey: keys.taskPart(taskId, 'history', page),
    queryFn: ({ signal }) =>
      call(`/api/history/${pathPart(taskId)}`, { query: { page, limit: PAGE_SIZE }, reply: HistoryPage, signal }),
  });

export const runsQuery = (taskId: string, page: number) =>
  queryOptions({
    queryKey: keys.runsOf(taskId, page),
    queryFn: ({ signal }) => {
      const query = { task_id: taskId, limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE };
      return call('/api/runs', { query, reply: RunList, signal });
    },
  });

export const runQuery = (runId: string) =>
  queryOptions({
    queryKey: keys.run(runId),
    queryFn: ({ signal }) => call(`/api/runs/${pathPart(runId)}`, { reply: RunDetails, signal }),
  });
