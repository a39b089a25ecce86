import { z } from 'zod';
import { ObjectId } from './actions/own-action-configs.ts';
import { BackupState, BackupType } from './backup-words.ts';
import { Instant } from './common/instant.ts';
import { paging, queryInstant, queryInteger } from './common/parameters.ts';
import { line, multiline } from './common/text.ts';

export { BACKUP_TYPES, BackupState, BackupType } from './backup-words.ts';

const Name = line(255);
const Description = multiline(1000);
const Moment = z.iso.datetime({ offset: true });
const DiskId = z.int().min(0).max(1023);

export const BackupParams = z.object({ backupId: z.string().min(1).max(255) });

export const StartBackup = z
  .strictObject({
    target_id: Name.optional().meta({ description: "The target's id or name." }),
    vm_name: z.string().max(255).optional().meta({ description: 'A registered machine, instead of target_id.' }),
    vm_context_id: Name.optional().meta({ description: 'As vm_name, by its id.' }),
    disk_id: DiskId.optional().meta({ description: "The machine's disk; 0 unless given." }),
    backup_type: BackupType,
    repository_id: ObjectId.optional().meta({ description: "The target's own unless given." }),
    policy_id: Name.optional().meta({ description: 'A schedule whose retention shall hold for this backup.' }),
    immutable_until: Moment.optional().meta({ description: 'It can not be deleted before.' }),
    description: Description.optional(),
  })
  .superRefine((body, context) => {
    const isMachine = body.vm_name !== undefined || body.vm_context_id !== undefined;
    const refuse = (field: string, code: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message, params: { code } });
    // Seed 4's own words; an empty name is none, as its handlers have it.
    if ((!isMachine && body.target_id === undefined) || body.vm_name === '')
      refuse('vm_name', 'required', 'VM name is required');
    if (isMachine && body.target_id !== undefined)
      refuse('target_id', 'contradiction', 'send target_id or a machine, not both');
    if (!isMachine && body.disk_id !== undefined && body.target_id !== undefined)
      refuse('disk_id', 'contradiction', 'only a machine has disks');
  })
  .meta({ id: 'BackupStartRequest', examples: [{ target_id: 'documents', backup_type: 'incremental' }] });
export type StartBackup = z.infer<typeof StartBackup>;

export const CreateBackups = z
  .strictObject({
    type: BackupType,
    targets: z
      .array(Name)
      .min(1)
      .max(1000)
      .meta({ description: 'Names or ids; the name of a kind stands for all targets of that kind.' }),
    description: Description.optional(),
    retention_days: z.int().min(1).max(36_500).optional().meta({
      description:
        "These backups are kept for so many days, whatever their targets' rules say, and may be removed then.",
    }),
  })
  .meta({
    id: 'CreateBackups',
    examples: [{ type: 'full', targets: ['documents', 'files'], description: 'Manual backup' }],
  });
export type CreateBackups = z.infer<typeof CreateBackups>;

const responseFields = {
  backup_id: z.string(),
  status: BackupState,
  backup_type: BackupType,
  repository_id: z.string(),
  file_path: z
    .string()
    .nullable()
    .meta({ description: "The snapshot's file in the repository; null until it is made." }),
  nbd_export_name: z.string().nullable().meta({ description: 'Null where there is no disk.' }),
  bytes_transferred: z.int().meta({ description: 'Read so far; in the end all of total_bytes.' }),
  total_bytes: z.int().meta({ description: 'Of what is backed up; 0 until it is known.' }),
  created_at: Instant,
  target_id: z.string(),
  target_name: z.string(),
  vm_name: z.string().nullable(),
  vm_context_id: z.string().nullable(),
  disk_id: z.int().nullable(),
  parent_backup_id: z.string().nullable().meta({ description: 'What it is based on; null for a full.' }),
  chain_id: z.string(),
  snapshot_id: z.string().nullable(),
  progress: z.number().nullable().meta({ description: '0 to 100; null where nobody knows.' }),
  warnings: z.int().meta({ description: 'How many things could not be backed up, or went wrong beside it.' }),
  started_at: Instant.nullable(),
  completed_at: Instant.nullable(),
  immutable_until: Instant.nullable(),
  keep_until: Instant.nullable().meta({ description: 'Retention does not remove it before.' }),
  pinned: z.boolean().meta({ description: 'Kept against every retention.' }),
  pinned_reason: z.string().nullable(),
  description: z.string().nullable(),
  backup_job_id: z.string().nullable().meta({ description: 'Those that were started together have the same.' }),
  schedule_id: z.string().nullable(),
  run_id: z.string().nullable().meta({ description: 'Null for one that was found in the repository.' }),
  stored_bytes: z.int().nullable().meta({ description: 'What it added to the repository, as it is stored.' }),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  verified_at: Instant.nullable(),
  verify_state: z.enum(['verified', 'damaged']).nullable(),
  anomaly: z
    .string()
    .nullable()
    .meta({ description: 'What is far from usual in it, as long as nobody has said that all is well.' }),
};

export const BackupResponse = z
  .strictObject(responseFields)
  .meta({ id: 'BackupResponse', description: 'A snapshot, together with the run that makes or made it.' });
export type BackupResponse = z.infer<typeof BackupResponse>;

export const BackupLive = z
  .strictObject({
    phase: z.string(),
    files_done: z.int(),
    total_files: z.int().nullable(),
    bytes_done: z.int(),
    total_bytes: z.int().nullable(),
    bytes_per_second: z.number().nullable(),
    eta_seconds: z.number().nullable(),
    current_path: z.string().nullable(),
  })
  .meta({ id: 'BackupLive', description: 'How far a backup is that runs.' });
export type BackupLive = z.infer<typeof BackupLive>;

export const BackupItemView = z
  .strictObject({
    name: z.string().meta({ description: '`.` stands for what lies beside the items.' }),
    path: z.string().meta({ description: 'In the snapshot.' }),
    metadata: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: 'BackupItem' });

export const BackupStatistics = z
  .strictObject({
    files_new: z.int(),
    files_changed: z.int(),
    files_unmodified: z.int(),
    folders_new: z.int(),
    folders_changed: z.int(),
    folders_unmodified: z.int(),
    total_files: z.int(),
    total_bytes: z.int(),
    added_bytes: z.int().meta({ description: 'New data before it was compressed.' }),
    stored_bytes: z.int().meta({ description: 'New data as it is stored.' }),
  })
  .meta({ id: 'BackupStatistics' });

export const BackupDetails = z
  .strictObject({
    ...responseFields,
    target_kind: z.string(),
    duration_seconds: z.number().nullable(),
    statistics: BackupStatistics.nullable(),
    items: z.array(BackupItemView).meta({ description: 'Of a target that is made of items.' }),
    live: BackupLive.nullable(),
    message: z.string().nullable().meta({ description: 'What it is doing.' }),
    warning_list: z.array(z.string()).meta({ description: 'The first of its warnings.' }),
    children: z.array(z.string()).meta({ description: 'The backups that are based on it.' }),
    log: z.string().nullable().meta({ description: 'Where its log is read.' }),
  })
  .meta({ id: 'BackupDetails' });
export type BackupDetails = z.infer<typeof BackupDetails>;

export const BackupsQuery = z.strictObject({
  target: Name.optional().meta({ description: "A target's name or id, or a kind." }),
  target_id: Name.optional(),
  vm_name: Name.optional(),
  vm_context_id: Name.optional(),
  repository_id: ObjectId.optional(),
  backup_type: BackupType.optional(),
  status: BackupState.optional(),
  job: Name.optional().meta({ description: 'A backup_job_id.' }),
  schedule_id: Name.optional(),
  from: queryInstant.optional().meta({ description: 'Created at or after.' }),
  to: queryInstant.optional().meta({ description: 'Created before.' }),
  ...paging(),
});
export type BackupsQuery = z.infer<typeof BackupsQuery>;

export const BackupList = z
  .object({ backups: z.array(BackupResponse), total: z.int(), limit: z.int(), offset: z.int() })
  .meta({ id: 'BackupListResponse', description: 'Newest first.' });

export const CreatedBackups = z
  .object({ backup_job_id: z.string(), backups: z.array(BackupResponse) })
  .meta({ id: 'CreatedBackups' });

const DELETED = 'backup deleted successfully';
export const DeletedBackup = z.object({ message: z.literal(DELETED).meta({ examples: [DELETED] }) });

export const ChainQuery = z
  .strictObject({
    chain_id: Name.optional(),
    target_id: Name.optional().meta({ description: 'The chain of its newest backup.' }),
    vm_context_id: Name.optional(),
    disk_id: queryInteger(0, 1023).optional(),
  })
  .superRefine(({ chain_id, target_id, vm_context_id }, context) => {
    const given = [chain_id, target_id, vm_context_id].filter((value) => value !== undefined).length;
    if (given === 1) return;
    const code = given === 0 ? 'required' : 'contradiction';
    const message =
      given === 0
        ? 'vm_context_id, target_id or chain_id is required'
        : 'send one of them: a chain, a target or a machine';
    context.addIssue({ code: 'custom', path: ['vm_context_id'], message, params: { code } });
  });
export type ChainQuery = z.infer<typeof ChainQuery>;

export const BackupChain = z
  .object({
    chain_id: z.string(),
    full_backup_id: z.string().nullable().meta({ description: 'What the others are based on, directly or not.' }),
    target_id: z.string(),
    repository_id: z.string(),
    backups: z.array(BackupResponse).meta({ description: 'Oldest first.' }),
    total_size_bytes: z.int().meta({ description: 'What they added to the repository.' }),
  })
  .meta({ id: 'BackupChain' });

export const ConsolidateChain = z
  .strictObject({ chain_id: z.string().min(1).max(255) })
  .meta({ id: 'ConsolidateChain' });

export const Consolidation = z.object({
  consolidation_job_id: z.string().meta({ description: 'The id of a run: GET /api/runs/{id}.' }),
  status: z.enum(['pending', 'running']),
});

export const ChangeBackup = z
  .strictObject({
    description: Description.nullish(),
    immutable_until: Moment.optional().meta({ description: 'Only later than it is.' }),
    pinned: z.boolean().optional(),
    pinned_reason: line(200).optional(),
  })
  .meta({ id: 'ChangeBackup', description: 'What is left out stays.' });
export type ChangeBackup = z.infer<typeof ChangeBackup>;

export const PinBackup = z.strictObject({ reason: line(200).optional() }).meta({ id: 'PinBackup' });
