import { RunView } from '../../contracts/runs.ts';
import { SchedulerView } from '../../contracts/runs.ts';
import { TaskView } from '../../contracts/tasks.ts';
import { call, pathPart } from './client.ts';

/** What can be done to tasks, for every page that offers it. */
export const taskActions = {
  run: (taskId: string, force = false) =>
    call(`${pathOf(taskId)}/execute`, { method: 'POST', body: { force }, reply: RunView }),
  cancel: (taskId: string) => call(`${pathOf(taskId)}/cancel`, { method: 'POST', reply: RunView }),
  pause: (taskId: string) => call(`${pathOf(taskId)}/pause`, { method: 'POST', reply: TaskView }),
  resume: (taskId: string) => call(`${pathOf(taskId)}/resume`, { method: 'POST', reply: TaskView }),
  skipNext: (taskId: string) => call(`${pathOf(taskId)}/skip-next`, { method: 'POST', reply: TaskView }),
  setActive: (taskId: string, isActive: boolean) =>
    call(pathOf(taskId), { method: 'PUT', body: { isActive }, reply: TaskView }),
  delete: (taskId: string) => call(pathOf(taskId), { method: 'DELETE' }),
  cancelRun: (runId: string) => call(`/api/runs/${pathPart(runId)}/cancel`, { method: 'POST', reply: RunView }),
  /** Until somebody resumes, unless until when is said. */
  pauseAll: (until?: Date) =>
    call('/api/scheduler/pause', {
      method: 'POST',
      body: { until: until?.toISOString() ?? null },
      reply: SchedulerView,
    }),
  resumeAll: () => call('/api/scheduler/resume', { method: 'POST', reply: SchedulerView }),
};

export function pathOf(taskId: string): string {
  return `/api/tasks/${pathPart(taskId)}`;
}
