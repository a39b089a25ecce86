import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { StorageHistoryView } from '../../../contracts/storage.ts';
import { TaskView, type ActionTaskView } from '../../../contracts/tasks.ts';
import { VerificationList } from '../../../contracts/verifications.ts';
import { call, pathPart } from '../../api/client.ts';
import { keys } from '../../api/query-keys.ts';

export const HISTORY_DAYS = 90;
export const CHECKS_PAGE = 20;

export const storageHistoryQuery = (repositoryId: string) =>
  queryOptions({
    queryKey: keys.repositoryPart(repositoryId, 'storage'),
    queryFn: ({ signal }) =>
      call(`/api/v1/repositories/${pathPart(repositoryId)}/storage`, {
        query: { days: HISTORY_DAYS },
        reply: StorageHistoryView,
        signal,
      }),
  });

/** `page` from 1. */
export const checksQuery = (repositoryId: string, page: number) =>
  queryOptions({
    queryKey: keys.verifications('repository', repositoryId, page),
    queryFn: ({ signal }) => {
      const query = { repository_id: repositoryId, limit: CHECKS_PAGE, offset: (page - 1) * CHECKS_PAGE };
      return call('/api/v1/verifications', { query, reply: VerificationList, signal });
    },
  });

/** The tasks that GuardIT has made for a repository: checks, prune, rotation of the key. */
export const upkeepQuery = (repositoryId: string) =>
  queryOptions({
    queryKey: [...keys.tasks, 'upkeep', repositoryId],
    queryFn: async ({ signal }) => {
      const tasks = await call('/api/tasks', { reply: z.array(TaskView), signal });
      return tasks.filter(
        (task): task is ActionTaskView => 'managed_by' in task && task.managed_by === `repository:${repositoryId}`,
      );
    },
  });
