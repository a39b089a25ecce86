import { z } from 'zod';
import { Instant } from './common/instant.ts';
import { paging } from './common/parameters.ts';
import { line } from './common/text.ts';
import { BackupState } from './backup-words.ts';

export const OVERWRITE_RULES = ['always', 'if-changed', 'if-newer', 'never'] as const;

const Path = line(4096);
const Reference = line(255);
// Names may contain anything but the end of a C string.
const Pattern = z
  .string()
  .min(1)
  .max(4096)
  .refine((text) => !text.includes('\0'), 'must not contain NUL');
const Patterns = z.array(Pattern).max(1000);

const Destination = z.union([z.strictObject({ path: Path }), z.strictObject({ original: z.literal(true) })]).meta({
  id: 'RestoreDestination',
  description:
    '`path`: an absolute folder on this machine; what is restored lies in it with its whole path. `original`: where it came ' +
    'from, which needs `overwrite`. Left out: a new folder, which the answer names.',
});

export const CreateRestore = z
  .strictObject({
    backup_id: Reference.optional().meta({ description: 'A backup.' }),
    backup_job_id: Reference.optional().meta({
      description: "What `POST /api/v1/backup/create` answered: each of its backups. A backup's own id is taken, too.",
    }),
    targets: z.array(Reference).min(1).max(100).optional().meta({
      description:
        'Ids or names. With `at`, or alone for the newest: what to restore. With a job: which of its backups.',
    }),
    at: z.iso.datetime({ offset: true }).optional().meta({
      description: 'The newest backup of each target that was made at or before this instant.',
    }),
    subfolder: Pattern.optional().meta({
      description: 'A folder of the backup that becomes the destination itself; not with `original`.',
    }),
    include: Patterns.optional().meta({
      description: "Only what one of restic's patterns matches. Not with `exclude`.",
    }),
    exclude: Patterns.optional(),
    destination: Destination.optional(),
    overwrite: z
      .union([z.enum(OVERWRITE_RULES), z.boolean()])
      .optional()
      .meta({
        description:
          'What happens to files that are there: always (true) the backup wins, also in files that look unchanged; if-changed: ' +
          'those of the same size and time are taken for unchanged; if-newer: only where the backup has the newer one; never ' +
          '(false): what exists stays. Needed where the destination is not empty.',
      }),
    verify_before_restore: z.boolean().optional().meta({
      description: 'Reads all that the backup needs first; where something is damaged, nothing is restored.',
    }),
    verify: z.boolean().optional().meta({ description: 'Reads what was restored again and compares it.' }),
  })
  .meta({
    id: 'CreateRestore',
    examples: [{ targets: ['documents'], at: '2026-11-09T10:30:00Z', destination: { path: '/srv/restored' } }],
  });
export type CreateRestore = z.infer<typeof CreateRestore>;

export const RestoreParams = z.object({ restoreId: z.string().max(64) });

export const RestoreState = BackupState;

export const StartedRestore = z.object({
  restore_id: z.uuid(),
  status: RestoreState,
  backup_id: z.string(),
  target_id: z.string(),
  destination: z.string().meta({ description: 'The folder; `/` for where it came from.' }),
});

export const CreatedRestores = StartedRestore.extend({
  restores: z.array(StartedRestore).meta({ description: 'One for each target; the first one is that above.' }),
}).meta({ id: 'CreatedRestores' });

export const RestoreReport = z
  .object({
    total_files: z.int(),
    total_bytes: z.int(),
    files_restored: z.int().meta({ description: 'Files, folders and links, as restic counts them.' }),
    // Not in what older versions have kept.
    folders_restored: z.int().optional().meta({ description: 'Of files_restored, folders.' }),
    bytes_restored: z.int(),
    files_skipped: z.int().meta({ description: 'Were there already, or were not to be touched.' }),
    bytes_skipped: z.int(),
    files_verified: z.int(),
    overwritten: z.int().meta({ description: 'What existed and gave way.' }),
    duration_seconds: z.number(),
    verified_before: z.boolean(),
  })
  .meta({ id: 'RestoreReport' });
export type RestoreReport = z.infer<typeof RestoreReport>;

export const RestoreView = z
  .object({
    restore_id: z.uuid(),
    status: RestoreState,
    backup_id: z.string(),
    target_id: z.string(),
    repository_id: z.string(),
    destination: z.string(),
    original: z.boolean(),
    progress: z.number().nullable().meta({ description: '0 to 100; null where nobody knows yet.' }),
    phase: z.string().nullable().meta({ description: 'What is going on while it runs: verify, restore, …' }),
    files_restored: z.int().meta({ description: 'So far; of one that was stopped, until then.' }),
    bytes_restored: z.int(),
    total_files: z.int().nullable(),
    total_bytes: z.int().nullable(),
    bytes_per_second: z.number().nullable(),
    eta_seconds: z.number().nullable(),
    current_path: z.string().nullable(),
    errors: z
      .array(z.object({ item: z.string().nullable(), message: z.string() }))
      .meta({ description: 'Why it failed, and what could not be restored: the first 100.' }),
    warnings: z.int().meta({ description: 'How many things could not be restored as they were.' }),
    report: RestoreReport.nullable().meta({ description: 'When it is over.' }),
    requested_by: z.string(),
    restart_of: z.uuid().nullable(),
    created_at: Instant,
    started_at: Instant.nullable(),
    completed_at: Instant.nullable(),
  })
  .meta({ id: 'Restore' });
export type RestoreView = z.infer<typeof RestoreView>;

export const RestoreListQuery = z.strictObject({
  ...paging(),
  target_id: Reference.optional(),
  backup_id: Reference.optional(),
});

export const RestoreList = z
  .object({ restores: z.array(RestoreView), total: z.int(), limit: z.int(), offset: z.int() })
  .meta({ id: 'RestoreList' });

export const RestorePlan = z
  .object({
    plans: z.array(
      z.object({
        backup_id: z.string(),
        target_id: z.string(),
        destination: z.string(),
        total_files: z.int(),
        total_bytes: z.int(),
        to_restore: z.int().meta({ description: 'Files, folders and links that would be written.' }),
        bytes_to_restore: z.int(),
        kept: z.int().meta({ description: 'What exists and would stay.' }),
        conflicts: z.int().meta({ description: 'What exists and would be overwritten.' }),
        conflict_paths: z.array(z.string()).meta({ description: 'The first 1000.' }),
        free_bytes: z.int().nullable(),
        fits: z.boolean(),
        problems: z.array(z.string()).meta({ description: 'Why it would be refused, or would not be complete.' }),
      }),
    ),
  })
  .meta({ id: 'RestorePlan' });
export type RestorePlan = z.infer<typeof RestorePlan>;
