import type { z } from 'zod';
import { BackupResponse, CreatedBackups, DeletedBackup, type BackupType } from '../../contracts/backups.ts';
import { ScheduleView, type ChangeSchedule, type CreateSchedule } from '../../contracts/backup-schedules.ts';
import { RemovalPlanView } from '../../contracts/cleanup.ts';
import type { RetentionPolicy } from '../../contracts/retention.ts';
import { TargetView, type ChangeTarget, type CreateTarget } from '../../contracts/targets.ts';
import { StartedVerification } from '../../contracts/verifications.ts';
import { call, pathPart } from './client.ts';

const backupPath = (backupId: string) => `/api/v1/backup/${pathPart(backupId)}`;
const targetPath = (targetId: string) => `/api/v1/targets/${pathPart(targetId)}`;
const schedulePath = (scheduleId: string) => `/api/v1/schedules/${pathPart(scheduleId)}`;

/** What can be done to backups, for every page that offers it. */
export const backupActions = {
  start: (targetId: string, type: BackupType) =>
    call('/api/v1/backup/start', {
      method: 'POST',
      body: { target_id: targetId, backup_type: type },
      reply: BackupResponse,
    }),
  cancel: (id: string) => call(`${backupPath(id)}/cancel`, { method: 'POST', reply: BackupResponse }),
  verify: (id: string) => call(`${backupPath(id)}/verify`, { method: 'POST', reply: StartedVerification }),
  setPinned: (id: string, isPinned: boolean) =>
    call(`${backupPath(id)}/${isPinned ? 'pin' : 'unpin'}`, { method: 'POST' }),
  delete: (id: string) => call(backupPath(id), { method: 'DELETE', reply: DeletedBackup }),
};

/** …to what is protected. */
export const targetActions = {
  create: (body: CreateTarget) => call('/api/v1/targets', { method: 'POST', body, reply: TargetView }),
  change: (id: string, body: ChangeTarget) => call(targetPath(id), { method: 'PATCH', body, reply: TargetView }),
  remove: (id: string) => call(targetPath(id), { method: 'DELETE' }),
  drill: (id: string) => call(`${targetPath(id)}/drill`, { method: 'POST', reply: StartedVerification }),
  /** Changes nothing: what rules would remove. */
  simulate: (id: string, retention: RetentionPolicy, signal?: AbortSignal) =>
    call('/api/v1/retention/simulate', {
      method: 'POST',
      body: { target_id: id, retention },
      reply: RemovalPlanView,
      ...(signal && { signal }),
    }),
};

/** …and to schedules of backups. */
export const scheduleActions = {
  create: (body: z.input<typeof CreateSchedule>) =>
    call('/api/v1/schedules', { method: 'POST', body, reply: ScheduleView }),
  change: (id: string, body: ChangeSchedule) => call(schedulePath(id), { method: 'PATCH', body, reply: ScheduleView }),
  run: (id: string) => call(`${schedulePath(id)}/run`, { method: 'POST', reply: CreatedBackups }),
  setEnabled: (id: string, isOn: boolean) =>
    call(`${schedulePath(id)}/${isOn ? 'enable' : 'disable'}`, { method: 'POST', reply: ScheduleView }),
  delete: (id: string) => call(schedulePath(id), { method: 'DELETE' }),
};
