import type { RecoveryKit } from './recovery-kit.ts';

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
