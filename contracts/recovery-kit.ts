import { z } from 'zod';
import { Instant } from './common/instant.ts';

/**
 * What must be kept apart from the backups so that somebody can restore them years later. With `password` it opens the
 * repository; without, the password is written on it by hand.
 */
export const RecoveryKit = z
  .object({
    repository_id: z.string().meta({ description: "The repository's own id, as restic shows it." }),
    location: z.string().meta({ description: 'As restic and `guardit repo` write it.' }),
    version: z.int(),
    key_id: z.string().meta({ description: "The key file's name, which is the SHA-256 of its content." }),
    key_fingerprint: z
      .string()
      .meta({ description: 'The same, shortened for the eye: which key the password belongs to.' }),
    created: Instant,
    restore_with_restic: z.array(z.string()).meta({ description: 'One step each.' }),
    recover_with_guardit: z.array(z.string()).optional(),
    password: z.string().optional(),
  })
  .meta({ id: 'RecoveryKit' });
export type RecoveryKit = z.infer<typeof RecoveryKit>;

/** What somebody needs of a kit to open the repository. */
export interface ReadKit {
  readonly repositoryId: string | null;
  readonly password: string;
}

/**
 * Reads a kit that was kept: the text, the JSON, or the whole answer that the JSON came in. Null: there is no password in it.
 */
export function readRecoveryKit(text: string): ReadKit | null {
  return fromJson(text) ?? fromText(text);
}

const KeptKit = z.object({ password: z.string().min(1), repository_id: z.string().optional() });

function fromJson(text: string): ReadKit | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  for (const candidate of [value, z.object({ recovery_kit: z.unknown() }).safeParse(value).data?.recovery_kit]) {
    const { data } = KeptKit.safeParse(candidate);
    if (data) return { password: data.password, repositoryId: data.repository_id ?? null };
  }
  return null;
}

function fromText(text: string): ReadKit | null {
  const valueOf = (name: string) => new RegExp(`^ *${name} {2,}(.*\\S)\\s*$`, 'm').exec(text)?.[1];
  const password = valueOf('Password');
  if (password === undefined || password.startsWith('____')) return null;
  return { password, repositoryId: valueOf('Repository') ?? null };
}
