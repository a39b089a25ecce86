import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import {
  CurrentStatusView,
  IDEMPOTENCY_KEY_PATTERN,
  ListStatuses,
  ReportStatus,
  StatusRecord,
} from '../../../contracts/status.ts';
import { TaskParams } from '../../../contracts/tasks.ts';
import { AppError } from '../../app/errors/app-error.ts';
import { clearStatus } from '../../app/status/clear-status.ts';
import { getStatus, listStatuses } from '../../app/status/read-status.ts';
import { recordStatus, type Delivery } from '../../app/status/record-status.ts';
import type { StatusDeps } from '../../app/status/status-deps.ts';
import { operation, type Access, type Operation } from '../operation.ts';
import { historyOperations } from './history.ts';

const READERS: Access = { roles: ['admin', 'operator', 'viewer', 'reporter'], loopback: true };
const REPORTERS: Access = { roles: ['admin', 'operator', 'reporter'], loopback: true };
const COMMON = { tag: 'status', family: 'tasks' } as const;
const PATH = '/api/status/{taskId}';

const RUNS =
  'Runs are inferred: one opens at the first running and closes at completed, failed or error. A warning while a run is open is a ' +
  'note, and the run ends with warnings; a warning with progress 100 closes it as a success. Without an open run each of these ' +
  'is a run of unknown duration, but for repetitions: the same report within 10 seconds, failed after error (or the other way ' +
  'round) and a warning after a success within a minute. unknown changes no run. A running while a run is open is progress, ' +
  'unless the script must have begun anew (12 hours of silence; or progress is back at 0 after an hour of silence or beyond ' +
  'max_duration_minutes): then the open run has failed, with unknown duration.';

/** What tasks report (seed 1), and what follows from it. */
export function statusOperations(deps: StatusDeps): Operation[] {
  return [report(deps), get(deps), clear(deps), list(deps), ...historyOperations(deps)];
}

function report(deps: StatusDeps): Operation {
  return operation({
    id: 'reportStatus',
    method: 'POST',
    path: PATH,
    summary: 'Report the status of a task',
    description:
      `404 \`Task not registered\`, 403 \`Task is not active\`. ${RUNS} With the header Idempotency-Key a report that is sent again is ` +
      'recorded once (200 then). With it, X-GuardIT-Recorded-At (ISO 8601, UTC) says when the script made a report that could ' +
      'not be delivered at once; one in the future is taken as now.',
    ...COMMON,
    access: { ...REPORTERS, run: true },
    params: TaskParams,
    body: ReportStatus,
    errors: ['task_not_registered', 'task_not_active'],
    responses: {
      201: { description: 'What was recorded. It is on disk.', schema: StatusRecord },
      200: { description: 'What was recorded when this Idempotency-Key came first.', schema: StatusRecord },
    },
    handle: async ({ caller, params, body, headers }) => {
      const { record, isRepeat } = await recordStatus(deps, caller, params.taskId, body, deliveryOf(headers));
      return { status: isRepeat ? 200 : 201, body: record };
    },
  });
}

function get(deps: StatusDeps): Operation {
  return operation({
    id: 'getStatus',
    method: 'GET',
    path: PATH,
    summary: 'Show the current status of a task',
    ...COMMON,
    access: READERS,
    params: TaskParams,
    errors: ['task_not_registered'],
    responses: { 200: { description: 'Its last report.', schema: CurrentStatusView } },
    handle: async ({ caller, params }) => ({ status: 200, body: await getStatus(deps, caller, params.taskId) }),
  });
}

function clear(deps: StatusDeps): Operation {
  return operation({
    id: 'clearStatus',
    method: 'DELETE',
    path: PATH,
    summary: 'Clear the status of a task',
    description:
      'The current status becomes unknown. A run that is open ends as cancelled and counts nowhere. The history stays as it is.',
    ...COMMON,
    access: REPORTERS,
    params: TaskParams,
    errors: ['task_not_registered'],
    responses: { 204: { description: 'It is cleared.' } },
    handle: async ({ caller, params }) => {
      await clearStatus(deps, caller, params.taskId);
      return { status: 204 };
    },
  });
}

function list(deps: StatusDeps): Operation {
  return operation({
    id: 'listStatuses',
    method: 'GET',
    path: '/api/status',
    summary: 'Show the current status of all tasks',
    description:
      'All of them unless limit or offset is given; X-Total-Count then says how many match. Here messages are cut after 4,096 ' +
      'characters, and data of more than 16 KiB is left out (null).',
    ...COMMON,
    access: READERS,
    query: ListStatuses,
    responses: { 200: { description: 'By the numeric id of the tasks.', schema: z.array(CurrentStatusView) } },
    handle: async ({ caller, query }) => {
      const { statuses, total } = await listStatuses(deps, caller, query);
      return {
        status: 200,
        body: statuses,
        ...(total === null ? {} : { headers: { 'x-total-count': String(total) } }),
      };
    },
  });
}

function deliveryOf(headers: IncomingHttpHeaders): Delivery {
  const attemptId = headers['idempotency-key'];
  const recordedAt = headers['x-guardit-recorded-at'];
  if (attemptId === undefined && recordedAt === undefined) return {};
  if (typeof attemptId !== 'string' || !IDEMPOTENCY_KEY_PATTERN.test(attemptId)) {
    throw headerError('idempotency-key', 'must be 1 to 200 printable ASCII characters');
  }
  if (recordedAt === undefined) return { attemptId };
  const result = z.iso.datetime().safeParse(recordedAt);
  if (!result.success) throw headerError('x-guardit-recorded-at', 'must be an instant like 2026-01-15T12:00:00.000Z');
  return { attemptId, recordedAtMs: Date.parse(result.data) };
}

function headerError(field: string, reason: string): AppError {
  return new AppError('invalid_request', `${field}: ${reason}`, { field, code: 'invalid_header' });
}
