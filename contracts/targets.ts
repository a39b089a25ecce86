import { z } from 'zod';
import { ObjectId } from './actions/own-action-configs.ts';
import { Instant } from './common/instant.ts';
import { paging, queryBoolean } from './common/parameters.ts';
import { line } from './common/text.ts';
import { RetentionPolicy, RetentionWish } from './retention.ts';

/** What can be protected today (api.md, "Vocabulary"). */
export const TARGET_KINDS = ['files', 'scenarios'] as const;
export const TargetKind = z.enum(TARGET_KINDS);
export type TargetKind = z.infer<typeof TargetKind>;

/** Named by the API already, and refused as long as there is nothing that backs them up. */
export const LATER_TARGET_KINDS = ['postgres', 'mysql', 'mssql', 'minio', 'vm'] as const;
const AnyKind = z.enum([...TARGET_KINDS, ...LATER_TARGET_KINDS]).meta({
  description: `Supported are ${TARGET_KINDS.join(' and ')}; the others answer 422.`,
});

const noNul = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => !text.includes('\0'), 'must not contain a NUL character');
const SourcePath = noNul(4096).min(1).meta({ description: 'Absolute.' });

const CommandLine = z
  .strictObject({
    command: noNul(32_768).min(1).meta({ description: 'A path, or a name that is looked up in PATH.' }),
    args: z.array(noNul(131_072)).max(1000).default([]),
    shell: z
      .boolean()
      .default(false)
      .meta({ description: 'Give command and args, joined by blanks, to the shell of the system.' }),
    cwd: noNul(4096).min(1).optional().meta({ description: 'Absolute. Default: the data folder.' }),
    timeout: z
      .int()
      .min(1)
      .max(24 * 3_600_000)
      .default(3_600_000)
      .meta({ description: 'Milliseconds.' }),
  })
  .meta({ id: 'BackupCommandLine' });

/** A program that is run around a backup, with the rights of the account that runs GuardIT. */
export const BackupCommand = z
  .union([z.array(noNul(131_072)).min(1).max(1000), CommandLine])
  .meta({ description: 'The program and its arguments, or more about it.' });
export type BackupCommand = z.infer<typeof BackupCommand>;

const sourceFields = {
  excludes: z.array(noNul(4096).min(1)).max(10_000).default([]).meta({
    description:
      "restic's patterns: `*.tmp`, `node_modules`, `/srv/data/cache`, `**/build`; one with `!` in front is kept after all.",
  }),
  exclude_caches: z.boolean().default(false).meta({ description: 'Leaves out folders that a CACHEDIR.TAG marks.' }),
  exclude_larger_than: z
    .union([z.int().min(0), z.string().regex(/^\d{1,12}[kKmMgGtT]?$/, 'a size like 500M')])
    .optional()
    .meta({ description: 'Bytes, or a number with k, M, G or T behind it.' }),
  one_file_system: z.boolean().default(false).meta({ description: 'Goes into no other file system.' }),
  pre_command: BackupCommand.optional().meta({ description: 'Runs before; when it fails, the backup fails.' }),
  post_command: BackupCommand.optional().meta({
    description: 'Runs afterwards, however the backup ended; its failure is a warning.',
  }),
};

export const FilesConfig = z
  .strictObject({ paths: z.array(SourcePath).min(1).max(1000), ...sourceFields })
  .meta({ id: 'FilesConfig', examples: [{ paths: ['/srv/data'], excludes: ['*.tmp'] }] });
export type FilesConfig = z.infer<typeof FilesConfig>;

export const ScenariosConfig = z
  .strictObject({
    path: SourcePath.meta({
      description: 'Absolute. Each folder in it is an item of its own; one that is added is protected by itself.',
    }),
    metadata_file: noNul(1024)
      .min(1)
      .refine((text) => !/^[\\/]|^[A-Za-z]:/.test(text) && !text.split(/[\\/]/).includes('..'), 'must lie in the item')
      .optional()
      .meta({ description: "Where an item's metadata lies in its folder: a JSON object of at most 64 KiB." }),
    ...sourceFields,
  })
  .meta({ id: 'ScenariosConfig', examples: [{ path: '/srv/scenarios', metadata_file: '.vrooli/service.json' }] });
export type ScenariosConfig = z.infer<typeof ScenariosConfig>;

/** What a target's `config` must be, by its kind. What was sent is kept; the defaults are for whoever reads it. */
export const TARGET_CONFIG_SCHEMAS = {
  files: FilesConfig,
  scenarios: ScenariosConfig,
} as const satisfies Record<TargetKind, z.ZodType>;

const AnyConfig = z.record(z.string(), z.unknown()).meta({
  description: 'By the kind: FilesConfig or ScenariosConfig.',
  examples: [{ paths: ['/srv/data'], excludes: ['*.tmp'] }],
});

export const TargetName = line(200);

export const CreateTarget = z
  .strictObject({
    name: TargetName,
    kind: AnyKind,
    config: AnyConfig,
    repository_id: ObjectId,
    retention: RetentionWish.nullish().meta({ description: 'What is kept; left out or null: everything.' }),
  })
  .meta({
    id: 'CreateTarget',
    examples: [{ name: 'documents', kind: 'files', config: { paths: ['/home/me/documents'] }, repository_id: 'nas' }],
  });
export type CreateTarget = z.infer<typeof CreateTarget>;

export const ChangeTarget = z
  .strictObject({
    name: TargetName.optional(),
    config: AnyConfig.optional(),
    repository_id: ObjectId.optional().meta({ description: 'Where its next backups go; those made before stay.' }),
    retention: RetentionWish.nullish(),
  })
  .meta({ id: 'ChangeTarget', description: 'What is left out stays; a config is replaced as a whole.' });
export type ChangeTarget = z.infer<typeof ChangeTarget>;

export const TargetParams = z.object({ targetId: z.string().min(1).max(255) });

export const TargetsQuery = z.strictObject({
  kind: TargetKind.optional(),
  repository_id: ObjectId.optional(),
  removed: queryBoolean.optional().meta({ description: 'true: also those that were removed or only found.' }),
  ...paging(),
});

const BackupGlance = z.object({
  backup_id: z.string(),
  created_at: Instant,
  completed_at: Instant.nullable(),
  total_bytes: z.int(),
  warnings: z.int(),
});

export const TargetView = z
  .strictObject({
    target_id: z.string(),
    name: z.string(),
    kind: TargetKind,
    config: z.record(z.string(), z.unknown()),
    repository_id: z.string(),
    retention: RetentionPolicy.nullable(),
    created_at: Instant,
    updated_at: Instant,
    removed_at: Instant.nullable().meta({ description: 'Since when it is protected no more.' }),
    task_id: z.string().nullable().meta({ description: 'The task of its backups on request.' }),
    last_good_backup: BackupGlance.nullable(),
    active_backup_id: z.string().nullable().meta({ description: 'The backup that waits or runs.' }),
    next_run: Instant.nullable().meta({ description: 'By the schedules that name it.' }),
    schedules: z.array(z.string()),
    backup_counts: z.object({ completed: z.int(), failed: z.int() }),
    warnings: z.array(z.string()).meta({ description: 'What should be looked at: a path that is not there.' }),
  })
  .meta({ id: 'Target' });
export type TargetView = z.infer<typeof TargetView>;

export const TargetList = z
  .object({ targets: z.array(TargetView), total: z.int(), limit: z.int(), offset: z.int() })
  .meta({ id: 'TargetList' });
