import {
  BackupDetails,
  BackupList,
  BackupParams,
  BackupResponse,
  BackupsQuery,
  ChangeBackup,
  CreateBackups,
  CreatedBackups,
  DeletedBackup,
  PinBackup,
  StartBackup,
} from '../../../contracts/backups.ts';
import { createBackups, startBackup } from '../../app/backup/ask-backups.ts';
import type { BackupDeps } from '../../app/backup/backup-deps.ts';
import { cancelBackup } from '../../app/backup/cancel-backup.ts';
import { changeBackup } from '../../app/backup/change-backup.ts';
import { deleteBackup } from '../../app/backup/delete-backup.ts';
import { getBackup, listBackups, showBackups } from '../../app/backup/read-backups.ts';
import { operation, type Operation } from '../operation.ts';
import { BACKUP_ADMINS, BACKUP_OPERATORS, BACKUP_READERS } from './backup-routes.ts';
import { chainOperations } from './backup-chains.ts';

const COMMON = { tag: 'backups', family: 'manager' } as const;

/** Seeds 4 and 5: start, watch, list and delete backups. */
export function backupOperations(deps: BackupDeps): Operation[] {
  return [...starting(deps), ...chainOperations(deps), ...reading(deps), ...changing(deps)];
}

function starting(deps: BackupDeps): Operation[] {
  return [
    operation({
      ...COMMON,
      id: 'startBackup',
      method: 'POST',
      path: '/api/v1/backup/start',
      summary: 'Start a backup',
      description:
        'Of a target, or of a machine. 409 backup_active while one of it waits or runs (details.backup_id). An incremental or ' +
        'differential backup that could be based on nothing becomes a full one.',
      access: BACKUP_OPERATORS,
      body: StartBackup,
      responses: { 202: { description: 'The backup, which waits for its turn.', schema: BackupResponse } },
      errors: ['not_found', 'backup_active', 'unprocessable'],
      handle: async ({ caller, body }) => {
        const [backup] = await showBackups(deps, [await startBackup(deps, caller, body)]);
        return { status: 202, body: backup };
      },
    }),
    operation({
      ...COMMON,
      id: 'createBackups',
      method: 'POST',
      path: '/api/v1/backup/create',
      summary: 'Start backups of several targets',
      description: 'All or none of them: 404 names a target that is not there, 409 one that has a backup already.',
      access: BACKUP_OPERATORS,
      body: CreateBackups,
      responses: { 202: { description: 'The backups, and the job that they have in common.', schema: CreatedBackups } },
      errors: ['not_found', 'backup_active', 'unprocessable'],
      handle: async ({ caller, body }) => {
        const { jobId, backups } = await createBackups(deps, caller, body);
        return { status: 202, body: { backup_job_id: jobId, backups: await showBackups(deps, backups) } };
      },
    }),
  ];
}

function reading(deps: BackupDeps): Operation[] {
  return [
    operation({
      ...COMMON,
      id: 'listBackups',
      method: 'GET',
      path: '/api/v1/backup/list',
      summary: 'List backups, newest first',
      access: BACKUP_READERS,
      query: BackupsQuery,
      responses: { 200: { description: 'A page of them, and how many match.', schema: BackupList } },
      handle: async ({ caller, query }) => {
        const { limit, offset } = query;
        return { status: 200, body: { ...(await listBackups(deps, caller, query)), limit, offset } };
      },
    }),
    operation({
      ...COMMON,
      id: 'getBackup',
      method: 'GET',
      path: '/api/v1/backup/{backupId}',
      summary: 'Show all about a backup',
      description:
        'While it runs with its progress, of which `GET /api/events` tells too (`backup.*` and `run.progress`).',
      access: BACKUP_READERS,
      params: BackupParams,
      responses: { 200: { description: 'The backup.', schema: BackupDetails } },
      errors: ['not_found'],
      handle: async ({ caller, params }) => ({ status: 200, body: await getBackup(deps, caller, params.backupId) }),
    }),
  ];
}

function changing(deps: BackupDeps): Operation[] {
  return [
    operation({
      ...COMMON,
      id: 'deleteBackup',
      touchesRepository: true,
      method: 'DELETE',
      path: '/api/v1/backup/{backupId}',
      summary: 'Delete a backup',
      description:
        '409 while it runs, while others are based on it, and while it is pinned; 423 while it is immutable, or its repository ' +
        'keeps backups for longer. What only it needed is freed by the next prune.',
      access: BACKUP_ADMINS,
      params: BackupParams,
      responses: { 200: { description: 'It is gone.', schema: DeletedBackup } },
      errors: ['not_found', 'backup_active', 'backup_has_children', 'backup_pinned', 'immutable', 'unprocessable'],
      handle: async ({ caller, params }) => {
        // Not the client's signal: who goes away in between has asked for it all the same.
        await deleteBackup(deps, caller, params.backupId, new AbortController().signal);
        return { status: 200, body: { message: 'backup deleted successfully' } };
      },
    }),
    operation({
      ...COMMON,
      id: 'changeBackup',
      touchesRepository: true,
      method: 'PATCH',
      path: '/api/v1/backup/{backupId}',
      summary: "Change a backup's description, pin or protection",
      description: 'How long it is immutable can only be lengthened, by admins.',
      access: BACKUP_OPERATORS,
      params: BackupParams,
      body: ChangeBackup,
      responses: { 200: { description: 'The backup as it is now.', schema: BackupDetails } },
      errors: ['not_found', 'immutable', 'unprocessable'],
      handle: async ({ caller, params, body }) => ({
        status: 200,
        body: await changeBackup(deps, caller, params.backupId, body, new AbortController().signal),
      }),
    }),
    ...pinning(deps),
    operation({
      ...COMMON,
      id: 'cancelBackup',
      method: 'POST',
      path: '/api/v1/backup/{backupId}/cancel',
      summary: 'Cancel a backup',
      description: '409 when it is over.',
      access: BACKUP_OPERATORS,
      params: BackupParams,
      responses: {
        202: { description: 'The backup: cancelled, or running until its work has stopped.', schema: BackupResponse },
      },
      errors: ['not_found', 'conflict'],
      handle: async ({ caller, params }) => ({
        status: 202,
        body: await cancelBackup(deps, caller, params.backupId),
      }),
    }),
  ];
}

function pinning(deps: BackupDeps): Operation[] {
  const shared = {
    ...COMMON,
    method: 'POST',
    access: BACKUP_OPERATORS,
    params: BackupParams,
    responses: { 200: { description: 'The backup as it is now.', schema: BackupDetails } },
    errors: ['not_found'],
  } as const;
  const { signal } = new AbortController();
  return [
    operation({
      ...shared,
      id: 'pinBackup',
      path: '/api/v1/backup/{backupId}/pin',
      summary: 'Keep a backup against every retention',
      body: PinBackup,
      bodyOptional: true,
      handle: async ({ caller, params, body }) => {
        const change = { pinned: true, ...(body?.reason !== undefined && { pinned_reason: body.reason }) };
        return { status: 200, body: await changeBackup(deps, caller, params.backupId, change, signal) };
      },
    }),
    operation({
      ...shared,
      id: 'unpinBackup',
      path: '/api/v1/backup/{backupId}/unpin',
      summary: 'Leave a backup to retention again',
      handle: async ({ caller, params }) => ({
        status: 200,
        body: await changeBackup(deps, caller, params.backupId, { pinned: false }, signal),
      }),
    }),
  ];
}
