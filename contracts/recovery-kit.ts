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

export interface KitFacts {
  readonly repositoryId: string;
  /** Absolute where it is a folder. */
  readonly location: string;
  readonly version: number;
  readonly keyId: string;
  readonly created: Date;
  /** Of a kit that GuardIT makes for a repository of the service. */
  readonly password?: string;
}

export function makeRecoveryKit({ repositoryId, location, version, keyId, created, password }: KitFacts): RecoveryKit {
  const quoted = shellWord(location);
  return {
    repository_id: repositoryId,
    location,
    version,
    key_id: keyId,
    key_fingerprint: fingerprint(keyId),
    created: created.toISOString(),
    restore_with_restic: [
      'Install restic (https://restic.net): one program, free software, for every system.',
      `See what is there:     restic -r ${quoted} snapshots`,
      `Restore everything:    restic -r ${quoted} restore latest --target /tmp/restored`,
      `Restore one folder:    restic -r ${quoted} restore latest --target /tmp/restored --include /home/me/documents`,
      'restic asks for the password of the repository each time.',
    ],
    ...(password !== undefined && {
      recover_with_guardit: [
        'Install GuardIT on another machine, and bring the repository within its reach.',
        `Get everything back:   guardit recover ${quoted} --kit THIS-FILE --data-dir /var/lib/guardit`,
        'Start it:              guardit serve --data-dir /var/lib/guardit',
      ],
      password,
    }),
  };
}

/** Sixteen bytes are plenty to tell keys apart. */
function fingerprint(keyId: string): string {
  const groups = keyId.slice(0, 32).toUpperCase().match(/.{4}/g) ?? [];
  return `SHA256 ${groups.join(' ')}`;
}

/** A word that a POSIX shell takes as it is. */
function shellWord(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

const ROW_WIDTH = 18;

/** For paper; one line each. `readRecoveryKit` understands it. */
export function renderRecoveryKit(kit: RecoveryKit): string[] {
  const row = (name: string, value: string) => `  ${name.padEnd(ROW_WIDTH)}${value}`;
  const steps = (title: string, lines: readonly string[] = []) =>
    lines.length === 0 ? [] : ['', title, ...lines.map((step, index) => `  ${index + 1}. ${step}`)];
  return [
    'RECOVERY KIT - print it, or keep it where a fire, a thief and a broken disk do not reach it',
    '',
    row('Repository', kit.repository_id),
    row('Location', kit.location),
    row('Format', `restic, version ${kit.version}`),
    row('Key', kit.key_id),
    row('Key fingerprint', kit.key_fingerprint),
    row('Created', kit.created),
    row('Password', kit.password ?? '______________________________ (write it here by hand)'),
    ...steps('To restore without GuardIT:', kit.restore_with_restic),
    ...steps('To bring GuardIT back, with its targets, schedules and history:', kit.recover_with_guardit),
    '',
    'Without the password nothing can be restored, by nobody: there is no back door and no reset.',
    'The fingerprint is the SHA-256 of the file keys/… in the repository; it gives nothing away.',
  ];
}

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
