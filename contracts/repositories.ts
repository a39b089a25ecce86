import { z } from 'zod';
import { Instant } from './common/instant.ts';
import { line } from './common/text.ts';
import { RecoveryKit } from './recovery-kit.ts';

/** Kinds that the form knows; which of them can be opened, the engine says. */
export const REPOSITORY_KINDS = ['local', 's3', 'sftp', 'rest', 'smb', 'nfs'] as const;
export const RepositoryKind = z.enum(REPOSITORY_KINDS);
export type RepositoryKind = z.infer<typeof RepositoryKind>;

/** Those that this version can open. */
export const OPENABLE_KINDS: readonly RepositoryKind[] = ['local'];

const AbsolutePath = line(4096).refine(
  (path) => /^(?:\/|[A-Za-z]:[\\/]|\\\\[^\\/])/.test(path),
  'must be absolute, like /mnt/backup',
);
export const LocalLocation = z.strictObject({ path: AbsolutePath }).meta({ id: 'LocalLocation' });
export type LocalLocation = z.infer<typeof LocalLocation>;

/** What a location must be, by the kind; kinds that are missing here can't be opened yet. */
export const LOCATION_SCHEMAS: Partial<Record<RepositoryKind, z.ZodType<Record<string, unknown>>>> = {
  local: LocalLocation,
};

/** Checked by the kind's own schema; open here, so that a kind of a later version is told apart from nonsense. */
const Location = z.record(z.string().max(100), z.unknown()).meta({
  description: 'Of the kind local: {"path": "/absolute/folder"}, which is made where it is missing.',
  examples: [{ path: '/mnt/backup/guardit' }],
});

const Name = line(200).meta({ description: 'For people; unique.' });
const ImmutableDays = z.int().min(1).max(36_500).meta({
  description: 'Backups made here can not be deleted for so many days, by nobody.',
});
const RotationDays = z.int().min(0).max(36_500).meta({
  description: 'The key that GuardIT works with is replaced by itself every so many days; 0: never.',
});
const HoldsSettings = z.boolean().meta({
  description: "GuardIT's catalog, settings and secrets are backed up here every day, for `guardit recover`.",
});
/** White space at an end is lost where a password comes from a file. */
const Password = line(1024)
  .refine((text) => text.trim() === text, 'must not begin or end with white space')
  .meta({ format: 'password' });

export const CreateRepository = z
  .strictObject({
    name: Name,
    kind: RepositoryKind,
    location: Location,
    password: Password.optional().meta({
      description: "The recovery kit's; one that can be read out is made when it is missing. It is stored nowhere.",
    }),
    immutable_days: ImmutableDays.optional(),
    key_rotation_days: RotationDays.default(90),
    holds_settings: HoldsSettings.optional().meta({ description: 'Default: true for the first repository.' }),
  })
  .meta({
    id: 'CreateRepository',
    examples: [{ name: 'office NAS', kind: 'local', location: { path: '/mnt/backup/guardit' }, immutable_days: 30 }],
  });
export type CreateRepository = z.infer<typeof CreateRepository>;

export const ConnectRepository = CreateRepository.extend({
  password: Password.meta({ description: 'Any that opens it. It is not stored: GuardIT makes a key of its own.' }),
}).meta({ id: 'ConnectRepository' });
export type ConnectRepository = z.infer<typeof ConnectRepository>;

export const UpdateRepository = z
  .strictObject({
    name: Name.optional(),
    immutable_days: ImmutableDays.nullish().meta({
      description: 'null: no such rule. While it protects a backup, it can only be lengthened (423).',
    }),
    key_rotation_days: RotationDays.optional(),
    holds_settings: HoldsSettings.optional(),
  })
  .meta({ id: 'UpdateRepository', description: 'What is left out stays as it is.' });
export type UpdateRepository = z.infer<typeof UpdateRepository>;

export const KitState = z.object({
  created_at: Instant.nullable(),
  confirmed_at: Instant.nullable().meta({ description: 'When somebody said that the newest kit is stored.' }),
  needs: z.enum(['store', 'renew']).nullable().meta({
    description:
      'store: somebody has to store the kit and confirm it. renew: a new kit is due, after a key was replaced.',
  }),
});

export const Repository = z
  .object({
    repository_id: z.string(),
    name: z.string(),
    kind: RepositoryKind,
    location: z.record(z.string(), z.unknown()),
    engine_id: z.string().meta({ description: "The repository's own id, as restic shows it." }),
    immutable_days: z.int().nullable(),
    key_rotation_days: z.int(),
    key_rotated_at: Instant,
    key_rotation_due_at: Instant.nullable(),
    holds_settings: z.boolean(),
    kit: KitState,
    created_at: Instant,
    updated_at: Instant,
    checked_at: Instant.nullable().meta({ description: 'When it was last looked at.' }),
    problem: z.string().nullable().meta({ description: 'What was wrong then.' }),
  })
  .meta({ id: 'Repository' });
export type Repository = z.infer<typeof Repository>;

export const ShownKit = RecoveryKit.extend({
  text: z.string().meta({ description: 'The same, for paper.' }),
}).meta({ id: 'ShownRecoveryKit', description: 'Shown this once. GuardIT keeps neither it nor its password.' });
export type ShownKit = z.infer<typeof ShownKit>;

export const CreatedRepository = Repository.extend({ recovery_kit: ShownKit }).meta({ id: 'CreatedRepository' });

export const ConnectedRepository = Repository.extend({
  snapshots: z.int().meta({ description: 'Found in it.' }),
  adopted: z.int().meta({ description: 'Of those, how many can be listed and restored now.' }),
}).meta({ id: 'ConnectedRepository' });

export const RepositoryList = z.object({ repositories: z.array(Repository), total: z.int() });

export const RepositoryParams = z.object({ repositoryId: z.string().min(1).max(100) });

export const RenewKit = z.strictObject({ password: Password.optional() }).meta({ id: 'RenewKit' });
export type RenewKit = z.infer<typeof RenewKit>;

export const RenewedKit = z.object({ recovery_kit: ShownKit });

export const RepositoryTestReport = z
  .object({
    ok: z.boolean(),
    can_write: z.boolean(),
    can_read_back: z.boolean(),
    can_delete: z.boolean(),
    problem: z.string().nullable().meta({ description: 'What is wrong, in words.' }),
    free_bytes: z.int().nullable(),
    total_bytes: z.int().nullable(),
    clock_skew_seconds: z.number().nullable().meta({ description: "The storage's clock minus this machine's." }),
    duration_seconds: z.number(),
  })
  .meta({ id: 'RepositoryTest' });
