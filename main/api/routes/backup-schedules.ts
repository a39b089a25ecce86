import {
  ChangeSchedule,
  CreateSchedule,
  ScheduleList,
  ScheduleParams,
  SchedulesQuery,
  ScheduleView,
} from '../../../contracts/backup-schedules.ts';
import { CreatedBackups } from '../../../contracts/backups.ts';
import type { BackupDeps } from '../../app/backup/backup-deps.ts';
import { showBackups } from '../../app/backup/read-backups.ts';
import { changeSchedule, deleteSchedule } from '../../app/backup/schedules/change-schedule.ts';
import { createSchedule } from '../../app/backup/schedules/create-schedule.ts';
import { getSchedule, listSchedules } from '../../app/backup/schedules/read-schedules.ts';
import { runSchedule } from '../../app/backup/schedules/run-schedule.ts';
import type { ScheduleDeps } from '../../app/backup/schedules/schedule-deps.ts';
import { operation, type Operation } from '../operation.ts';
import { BACKUP_OPERATORS, BACKUP_READERS } from './backup-routes.ts';

const COMMON = { tag: 'schedules', family: 'manager' } as const;
const ONE = { ...COMMON, params: ScheduleParams } as const;
const BY_NAME = 'By id or name.';

/** Seed 5's schedules. */
export function backupScheduleOperations(deps: ScheduleDeps, backups: BackupDeps): Operation[] {
  return [...collection(deps), ...ofOne(deps), ...switches(deps), runNow(backups)];
}

function collection(deps: ScheduleDeps): Operation[] {
  return [
    operation({
      ...COMMON,
      id: 'createSchedule',
      method: 'POST',
      path: '/api/v1/schedules',
      summary: 'Back targets up by themselves',
      description:
        'Each target of a schedule has a task of its own. What is missed while the machine is off is made up for once.',
      access: BACKUP_OPERATORS,
      body: CreateSchedule,
      responses: { 201: { description: 'The schedule.', schema: ScheduleView } },
      errors: ['not_found', 'conflict', 'unprocessable'],
      handle: async ({ caller, body }) => {
        const { id } = await createSchedule(deps, caller, body);
        return { status: 201, body: await getSchedule(deps, caller, id) };
      },
    }),
    operation({
      ...COMMON,
      id: 'listSchedules',
      method: 'GET',
      path: '/api/v1/schedules',
      summary: 'List the schedules, by name',
      access: BACKUP_READERS,
      query: SchedulesQuery,
      responses: { 200: { description: 'A page of them, and how many there are.', schema: ScheduleList } },
      handle: async ({ caller, query: { limit, offset } }) => {
        const all = await listSchedules(deps, caller);
        const schedules = all.slice(offset, offset + limit);
        return { status: 200, body: { schedules, total: all.length, limit, offset } };
      },
    }),
  ];
}

function ofOne(deps: ScheduleDeps): Operation[] {
  return [
    operation({
      ...ONE,
      id: 'getSchedule',
      method: 'GET',
      path: '/api/v1/schedules/{scheduleId}',
      summary: 'Show a schedule with its next and its last runs',
      description: BY_NAME,
      access: BACKUP_READERS,
      responses: { 200: { description: 'The schedule.', schema: ScheduleView } },
      errors: ['not_found'],
      handle: async ({ caller, params }) => ({
        status: 200,
        body: await getSchedule(deps, caller, params.scheduleId),
      }),
    }),
    operation({
      ...ONE,
      id: 'changeSchedule',
      method: 'PATCH',
      path: '/api/v1/schedules/{scheduleId}',
      summary: 'Change a schedule',
      description: `${BY_NAME} 409 run_active for a target that is taken out while its backup waits or runs.`,
      access: BACKUP_OPERATORS,
      body: ChangeSchedule,
      responses: { 200: { description: 'The schedule as it is now.', schema: ScheduleView } },
      errors: ['not_found', 'conflict', 'run_active', 'unprocessable'],
      handle: async ({ caller, params, body }) => {
        const { id } = await changeSchedule(deps, caller, params.scheduleId, body);
        return { status: 200, body: await getSchedule(deps, caller, id) };
      },
    }),
    operation({
      ...ONE,
      id: 'deleteSchedule',
      method: 'DELETE',
      path: '/api/v1/schedules/{scheduleId}',
      summary: 'Delete a schedule',
      description: `${BY_NAME} Its tasks and their logs go with it, the backups that it has made stay.`,
      access: BACKUP_OPERATORS,
      responses: { 204: { description: 'It is gone.' } },
      errors: ['not_found', 'run_active'],
      handle: async ({ caller, params }) => {
        await deleteSchedule(deps, caller, params.scheduleId);
        return { status: 204 };
      },
    }),
  ];
}

function switches(deps: ScheduleDeps): Operation[] {
  const shared = {
    ...ONE,
    method: 'POST',
    description: BY_NAME,
    access: BACKUP_OPERATORS,
    responses: { 200: { description: 'The schedule as it is now.', schema: ScheduleView } },
    errors: ['not_found'],
  } as const;
  const switched = async (caller: Parameters<typeof getSchedule>[1], name: string, enabled: boolean) => {
    const { id } = await changeSchedule(deps, caller, name, { enabled });
    return { status: 200, body: await getSchedule(deps, caller, id) };
  };
  return [
    operation({
      ...shared,
      id: 'enableSchedule',
      path: '/api/v1/schedules/{scheduleId}/enable',
      summary: 'Switch a schedule on',
      handle: ({ caller, params }) => switched(caller, params.scheduleId, true),
    }),
    operation({
      ...shared,
      id: 'disableSchedule',
      path: '/api/v1/schedules/{scheduleId}/disable',
      summary: 'Switch a schedule off',
      handle: ({ caller, params }) => switched(caller, params.scheduleId, false),
    }),
  ];
}

function runNow(deps: BackupDeps): Operation {
  return operation({
    ...ONE,
    id: 'runSchedule',
    method: 'POST',
    path: '/api/v1/schedules/{scheduleId}/run',
    summary: "Back a schedule's targets up now",
    description: `${BY_NAME} All or none of them; also while it is switched off.`,
    access: BACKUP_OPERATORS,
    responses: { 202: { description: 'The backups, and the job that they have in common.', schema: CreatedBackups } },
    errors: ['not_found', 'backup_active', 'unprocessable'],
    handle: async ({ caller, params }) => {
      const { jobId, backups } = await runSchedule(deps, caller, params.scheduleId);
      return { status: 202, body: { backup_job_id: jobId, backups: await showBackups(deps, backups) } };
    },
  });
}
