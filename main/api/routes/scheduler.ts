import { z } from 'zod';
import { toInstant } from '../../../contracts/common/instant.ts';
import { PauseUntil, SchedulerView, TaskLogEntry, TaskLogQuery } from '../../../contracts/runs.ts';
import { TaskParams, TaskView } from '../../../contracts/tasks.ts';
import { pauseAll, pauseTask, resumeAll, resumeTask, skipNext } from '../../app/runs/pause-tasks.ts';
import { schedulerView, taskLog } from '../../app/runs/read-runs.ts';
import type { RunDeps } from '../../app/runs/run-deps.ts';
import { taskView } from '../../app/tasks/task-view.ts';
import type { ActionTask } from '../../app/tasks/task.ts';
import { operation, type Access, type Operation } from '../operation.ts';

const READERS: Access = { roles: ['admin', 'operator', 'viewer'] };
const OPERATORS: Access = { roles: ['admin', 'operator'] };
const COMMON = { tag: 'runs', family: 'tasks' } as const;
const TASK = { 200: { description: 'The task.', schema: TaskView } } as const;
const SCHEDULER = { 200: { description: 'The scheduler.', schema: SchedulerView } } as const;

/** When tasks start by themselves, and what happened to them. */
export function schedulerOperations(deps: RunDeps): Operation[] {
  return [...ofOneTask(deps), ...ofAll(deps), logs(deps)];
}

function ofOneTask(deps: RunDeps): Operation[] {
  const shown = (task: ActionTask) => ({
    status: 200,
    body: taskView(task, (other) => deps.scheduler.nextStart(other)),
  });
  return [
    operation({
      id: 'pauseTask',
      method: 'POST',
      path: '/api/tasks/{taskId}/pause',
      summary: 'Pause the schedule of a task',
      description:
        'Until an instant, or until somebody resumes. What falls due meanwhile is made up for by one run afterwards. What runs ' +
        'goes on, and the task can be run on request.',
      ...COMMON,
      access: OPERATORS,
      params: TaskParams,
      body: PauseUntil,
      bodyOptional: true,
      responses: TASK,
      errors: ['task_not_registered', 'unprocessable'],
      handle: async ({ caller, params, body }) =>
        shown(await pauseTask(deps, caller, params.taskId, body?.until ?? null)),
    }),
    operation({
      id: 'resumeTask',
      method: 'POST',
      path: '/api/tasks/{taskId}/resume',
      summary: 'End the pause of a task',
      ...COMMON,
      access: OPERATORS,
      params: TaskParams,
      responses: TASK,
      errors: ['task_not_registered', 'unprocessable'],
      handle: async ({ caller, params }) => shown(await resumeTask(deps, caller, params.taskId)),
    }),
    operation({
      id: 'skipNext',
      method: 'POST',
      path: '/api/tasks/{taskId}/skip-next',
      summary: 'Leave out the next start of a task',
      description: 'To ask twice leaves out one. 422 for a task that does not start by itself.',
      ...COMMON,
      access: OPERATORS,
      params: TaskParams,
      responses: TASK,
      errors: ['task_not_registered', 'unprocessable'],
      handle: async ({ caller, params }) => shown(await skipNext(deps, caller, params.taskId)),
    }),
  ];
}

function ofAll(deps: RunDeps): Operation[] {
  return [
    operation({
      id: 'getScheduler',
      method: 'GET',
      path: '/api/scheduler',
      summary: 'What the scheduler is about to do',
      description:
        'A task runs only when the last run of each task that it depends on has completed since its own last run was made. Until ' +
        'then a task that is due waits; one that fails or runs still is waited for. What falls due meanwhile is the same one run.',
      ...COMMON,
      access: READERS,
      responses: SCHEDULER,
      errors: [],
      handle: async ({ caller }) => ({ status: 200, body: await schedulerView(deps, caller) }),
    }),
    operation({
      id: 'pauseScheduler',
      method: 'POST',
      path: '/api/scheduler/pause',
      summary: 'Pause all schedules',
      description: 'Beside the pauses of single tasks. Tasks can still be run on request.',
      ...COMMON,
      access: OPERATORS,
      body: PauseUntil,
      bodyOptional: true,
      responses: SCHEDULER,
      errors: [],
      handle: async ({ caller, body }) => {
        await pauseAll(deps, caller, body?.until ?? null);
        return { status: 200, body: await schedulerView(deps, caller) };
      },
    }),
    operation({
      id: 'resumeScheduler',
      method: 'POST',
      path: '/api/scheduler/resume',
      summary: 'End the pause of all schedules',
      ...COMMON,
      access: OPERATORS,
      responses: SCHEDULER,
      errors: [],
      handle: async ({ caller }) => {
        await resumeAll(deps, caller);
        return { status: 200, body: await schedulerView(deps, caller) };
      },
    }),
  ];
}

function logs(deps: RunDeps): Operation {
  return operation({
    id: 'getTaskLogs',
    method: 'GET',
    path: '/api/tasks/{taskId}/logs',
    summary: 'What happened to a task, newest first',
    description: 'Attempts, errors with their context, what was skipped. X-Total-Count says how many entries match.',
    ...COMMON,
    access: { roles: ['admin', 'operator', 'viewer', 'reporter'] },
    params: TaskParams,
    query: TaskLogQuery,
    responses: { 200: { description: 'Entries.', schema: z.array(TaskLogEntry) } },
    errors: ['task_not_registered'],
    handle: async ({ caller, params, query }) => {
      const { entries, total } = await taskLog(deps, caller, params.taskId, query);
      const body = entries.map(({ at, ...entry }) => ({ timestamp: toInstant(at.getTime()), ...entry }));
      return { status: 200, body, headers: { 'x-total-count': String(total) } };
    },
  });
}
