import type { CurrentStatusView, StatusRecord } from '../../contracts/status.ts';
import { statusOperations } from '../../main/api/routes/status.ts';
import { taskOperations } from '../../main/api/routes/tasks.ts';
import { Monitor } from '../../main/app/monitoring/monitor.ts';
import type { StatusDeps } from '../../main/app/status/status-deps.ts';
import type { Answer, ApiOptions, ApiParts, TestApi } from './api-server.ts';
import { startApi } from './api-server.ts';
import { taskDeps } from './task-api.ts';

export const ZONE = 'Europe/Berlin';

/** What the status routes need, with a monitor that a test calls itself. */
export function statusDeps(parts: ApiParts): StatusDeps & { readonly monitor: Monitor } {
  const monitor = new Monitor({ ...parts, timeZone: ZONE });
  return { ...parts, monitor, timeZone: ZONE, keepDays: 90 };
}

export interface StatusApi extends TestApi {
  readonly deps: StatusDeps & { readonly monitor: Monitor };
  report(
    taskId: string,
    body: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<Answer<StatusRecord>>;
  status(taskId: string): Promise<CurrentStatusView>;
}

/** Tasks and their statuses over HTTP. */
export async function startStatusApi(options: ApiOptions = {}): Promise<StatusApi> {
  let made: StatusApi['deps'] | undefined;
  const api = await startApi((parts) => {
    made = statusDeps(parts);
    return [...taskOperations(taskDeps(parts)), ...statusOperations(made)];
  }, options);
  if (!made) throw new Error('No operations were made.');
  return {
    ...api,
    deps: made,
    report: (taskId, body, headers = {}) =>
      api.request<StatusRecord>('POST', `/api/status/${encodeURIComponent(taskId)}`, { body, headers }),
    status: async (taskId) =>
      (await api.request<CurrentStatusView>('GET', `/api/status/${encodeURIComponent(taskId)}`)).body,
  };
}
