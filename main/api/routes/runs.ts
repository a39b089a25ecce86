import {
  ExecuteTask,
  ListRuns,
  RunDetails,
  RunList,
  RunLogQuery,
  RunParams,
  RunView,
} from '../../../contracts/runs.ts';
import { TaskParams } from '../../../contracts/tasks.ts';
import { logProblem } from '../../app/logs/log-problem.ts';
import { cancelRun, cancelTask } from '../../app/runs/cancel-run.ts';
import { executeTask, restartRun } from '../../app/runs/execute-task.ts';
import { getRun, listRuns } from '../../app/runs/read-runs.ts';
import type { RunLogs } from '../../app/runs/read-run-log.ts';
import type { RunDeps } from '../../app/runs/run-deps.ts';
import { runDetails, runView } from '../../app/runs/run-view.ts';
import { rangeHeaders, requestedRange, type ByteRange } from '../http/byte-range.ts';
import { operation, type Access, type Operation } from '../operation.ts';
import { schedulerOperations } from './scheduler.ts';

export interface RunRoutes {
  readonly runs: RunDeps;
  readonly logs: RunLogs;
}

/** Whose task it is decides the use case. */
const PEOPLE: Access = { roles: ['admin', 'operator', 'viewer', 'reporter'] };
const COMMON = { tag: 'runs', family: 'tasks' } as const;
const RIGHTS = 'For operators and admins, and for whoever made the task or is assigned to it.';
const CANCELLED = {
  202: { description: 'The run: cancelled, or running still where its work has yet to stop.', schema: RunView },
} as const;

/** Section 2 of api.md: the runs of tasks, and the scheduler. */
export function runOperations(parts: RunRoutes): Operation[] {
  return [...ofTasks(parts), ...ofRuns(parts), runLog(parts), ...schedulerOperations(parts.runs)];
}

function ofTasks({ runs }: RunRoutes): Operation[] {
  return [
    operation({
      id: 'executeTask',
      method: 'POST',
      path: '/api/tasks/{taskId}/execute',
      summary: 'Run a task now',
      description:
        '409 run_active while it runs (details.run_id), 409 dependencies_unmet while it would wait for other tasks, unless force ' +
        `is set; 403 while it is switched off; 422 for a monitored task. Pauses don't matter. ${RIGHTS}`,
      ...COMMON,
      access: PEOPLE,
      params: TaskParams,
      body: ExecuteTask,
      bodyOptional: true,
      responses: { 202: { description: 'The run that was made.', schema: RunView } },
      errors: ['task_not_registered', 'task_not_active', 'run_active', 'dependencies_unmet', 'unprocessable'],
      handle: async ({ caller, params, body }) => ({
        status: 202,
        body: runView(await executeTask(runs, caller, params.taskId, body)),
      }),
    }),
    operation({
      id: 'cancelTask',
      method: 'POST',
      path: '/api/tasks/{taskId}/cancel',
      summary: 'Cancel the run that a task has',
      description: `409 when there is none. ${RIGHTS}`,
      ...COMMON,
      access: PEOPLE,
      params: TaskParams,
      responses: CANCELLED,
      errors: ['task_not_registered', 'conflict', 'unprocessable'],
      handle: async ({ caller, params }) => ({
        status: 202,
        body: runView(await cancelTask(runs, caller, params.taskId)),
      }),
    }),
  ];
}

function ofRuns({ runs }: RunRoutes): Operation[] {
  return [
    operation({
      id: 'listRuns',
      method: 'GET',
      path: '/api/runs',
      summary: 'List runs, newest first',
      description: 'Of the tasks that the caller sees.',
      ...COMMON,
      access: PEOPLE,
      query: ListRuns,
      responses: { 200: { description: 'A page of them, and how many match.', schema: RunList } },
      errors: ['task_not_registered'],
      handle: async ({ caller, query }) => {
        const { runs: found, total } = await listRuns(runs, caller, query);
        const { limit, offset } = query;
        return { status: 200, body: { runs: found.map(runView), total, limit, offset } };
      },
    }),
    operation({
      id: 'getRun',
      method: 'GET',
      path: '/api/runs/{runId}',
      summary: 'Show a run with its result',
      ...COMMON,
      access: PEOPLE,
      params: RunParams,
      responses: { 200: { description: 'The run.', schema: RunDetails } },
      errors: ['run_not_found'],
      handle: async ({ caller, params }) => ({
        status: 200,
        body: runDetails(await getRun(runs, caller, params.runId)),
      }),
    }),
    operation({
      id: 'cancelRun',
      method: 'POST',
      path: '/api/runs/{runId}/cancel',
      summary: 'Cancel a run',
      description: `Everything that it started is stopped. 409 when it is over. ${RIGHTS}`,
      ...COMMON,
      access: PEOPLE,
      params: RunParams,
      responses: CANCELLED,
      errors: ['run_not_found', 'conflict'],
      handle: async ({ caller, params }) => ({
        status: 202,
        body: runView(await cancelRun(runs, caller, params.runId)),
      }),
    }),
    operation({
      id: 'restartRun',
      method: 'POST',
      path: '/api/runs/{runId}/restart',
      summary: 'Repeat a run that is over',
      description: `With the task as it is now, whatever it depends on. 409 while the task runs. ${RIGHTS}`,
      ...COMMON,
      access: PEOPLE,
      params: RunParams,
      responses: { 202: { description: 'The new run.', schema: RunView } },
      errors: ['run_not_found', 'run_active', 'task_not_active', 'unprocessable'],
      handle: async ({ caller, params }) => ({
        status: 202,
        body: runView(await restartRun(runs, caller, params.runId)),
      }),
    }),
  ];
}

function runLog({ logs }: RunRoutes): Operation {
  const text = (description: string) => ({ description, contentType: 'text/plain; charset=utf-8' });
  return operation({
    id: 'getRunLog',
    method: 'GET',
    path: '/api/runs/{runId}/log',
    summary: "Read a run's output",
    description:
      'The bytes as the task wrote them, with lines of GuardIT between its attempts. One Range is supported; 416 where nothing ' +
      'of it is there. follow=true sends what comes until the run has ended.',
    ...COMMON,
    access: PEOPLE,
    params: RunParams,
    query: RunLogQuery,
    headers: { Range: { description: 'One range of bytes.', example: 'bytes=-65536' } },
    responses: { 200: text('All of it.'), 206: text('The range that was asked for.') },
    errors: ['run_not_found', 'not_found', 'range_not_satisfiable'],
    handle: async ({ caller, params, query, headers, signal }) => {
      const contentType = 'text/plain; charset=utf-8';
      if (query.follow) {
        const stream = await logs.follow(caller, params.runId, signal);
        return {
          status: 200,
          stream,
          contentType,
          headers: { 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
        };
      }
      let range: ByteRange | null = null;
      try {
        const { stream, sizeBytes } = await logs.read(caller, params.runId, (size) => {
          range = requestedRange(headers, size);
          return range;
        });
        const more = { ...rangeHeaders(range, sizeBytes), 'x-content-type-options': 'nosniff' };
        return { status: range ? 206 : 200, stream, contentType, headers: more };
      } catch (error) {
        throw logProblem(error);
      }
    },
  });
}
