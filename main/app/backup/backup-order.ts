import { z } from 'zod';
import { ObjectId } from '../../../contracts/actions/own-action-configs.ts';
import { BackupType } from '../../../contracts/backups.ts';
import type { JsonValue } from '../runs/ports.ts';

const Moment = z.iso.datetime({ offset: true }).nullable();

/** What was asked for with one run of a backup's task, in `Run.params`; a restart copies it. */
const BackupOrderParams = z.object({
  backup_id: z.string(),
  backup_type: BackupType,
  repository_id: ObjectId,
  job_id: z.string().nullable(),
  schedule_id: ObjectId.nullable(),
  description: z.string().nullable(),
  immutable_until: Moment,
  keep_until: Moment,
});

export interface BackupOrder {
  /** The record that was made with the run; a restarted run gets a new one. */
  readonly backupId: string;
  readonly type: BackupType;
  readonly repositoryId: string;
  readonly jobId: string | null;
  readonly scheduleId: string | null;
  readonly description: string | null;
  readonly immutableUntil: Date | null;
  readonly keepUntil: Date | null;
}

export function orderParams(order: BackupOrder): JsonValue {
  return {
    backup_id: order.backupId,
    backup_type: order.type,
    repository_id: order.repositoryId,
    job_id: order.jobId,
    schedule_id: order.scheduleId,
    description: order.description,
    immutable_until: order.immutableUntil?.toISOString() ?? null,
    keep_until: order.keepUntil?.toISOString() ?? null,
  };
}

/** Null for a run that a schedule, or nobody with a wish of their own, has started. */
export function orderOf(params: JsonValue): BackupOrder | null {
  const order = BackupOrderParams.safeParse(params).data;
  if (!order) return null;
  const dateOf = (text: string | null) => (text === null ? null : new Date(text));
  return {
    backupId: order.backup_id,
    type: order.backup_type,
    repositoryId: order.repository_id,
    jobId: order.job_id,
    scheduleId: order.schedule_id,
    description: order.description,
    immutableUntil: dateOf(order.immutable_until),
    keepUntil: dateOf(order.keep_until),
  };
}
