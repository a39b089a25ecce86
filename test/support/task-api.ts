import type { ActionTaskView, MonitoredTaskView } from '../../contracts/tasks.ts';
import { taskOperations } from '../../main/api/routes/tasks.ts';
import type { TaskDeps } from '../../main/app/tasks/task-deps.ts';
import { startApi, type ApiOptions, type ApiParts, type TestApi } from './api-server.ts';

export const TASK_DEFAULTS = { maxRetries: 3, timeoutMs: 300_000, timeZone: 'Europe/Berlin' };

/** What the task routes need; nothing runs unless the test says so. */
export function taskDeps(parts: ApiParts, more: Partial<TaskDeps> = {}): TaskDeps {
  return { ...parts, defaults: TASK_DEFAULTS, hasActiveRun: async () => false, ...more };
}

export async function startTaskApi(more: Partial<TaskDeps> = {}, options: ApiOptions = {}): Promise<TestApi> {
  return startApi((parts) => taskOperations(taskDeps(parts, more)), options);
}

export const MONITORED = { taskId: 'prod-01-db', displayName: 'Production database', taskType: 'database' };
export const API_CALL = { name: 'Health Check', type: 'api_call', config: { url: 'https://api.example.com/health' } };
export const SCRIPT = { name: 'Log Cleanup', type: 'script', config: { command: 'node', args: ['cleanup.js'] } };

/** Registers a monitored task and gives the answer's body. */
export async function register(api: TestApi, more: Record<string, unknown> = {}): Promise<MonitoredTaskView> {
  const { status, body } = await api.request<MonitoredTaskView>('POST', '/api/tasks/register', {
    body: { ...MONITORED, ...more },
  });
  if (status !== 201) throw new Error(`Registering answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** Creates a task with an action, as an admin, and gives the answer's body. */
export async function create(api: TestApi, body: Record<string, unknown>): Promise<ActionTaskView> {
  const answer = await api.request<ActionTaskView>('POST', '/api/tasks', { as: 'admin', body });
  if (answer.status !== 201) throw new Error(`Creating answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
