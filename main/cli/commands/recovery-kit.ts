import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Repository } from '../../engine/index.ts';
import { UsageError } from '../failure.ts';

/** What must be kept apart from the backups so that somebody can restore them years later. It holds no secret. */
export interface RecoveryKit {
  readonly repository_id: string;
  readonly location: string;
  readonly version: number;
  /** The key file's name, which is the SHA-256 of its content. */
  readonly key_id: string;
  /** The same, shortened for the eye: which key the password belongs to. */
  readonly key_fingerprint: string;
  readonly created: string;
  /** One step each. */
  readonly restore_with_restic: readonly string[];
}

export function makeRecoveryKit(repository: Repository, location: string, created: Date): RecoveryKit {
  const path = location.includes(':') ? location : resolve(location);
  const quoted = /^[\w./:@%+=-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
  return {
    repository_id: repository.config.id,
    location: path,
    version: repository.config.version,
    key_id: repository.keyId,
    key_fingerprint: fingerprint(repository.keyId),
    created: created.toISOString(),
    restore_with_restic: [
      'Install restic (https://restic.net): one program, free software, for every system.',
      `See what is there:     restic -r ${quoted} snapshots`,
      `Restore everything:    restic -r ${quoted} restore latest --target /tmp/restored`,
      `Restore one folder:    restic -r ${quoted} restore latest --target /tmp/restored --include /home/me/documents`,
      'restic asks for the password of the repository each time.',
    ],
  };
}

/** Sixteen bytes are plenty to tell keys apart. */
function fingerprint(keyId: string): string {
  const groups = keyId.slice(0, 32).toUpperCase().match(/.{4}/g) ?? [];
  return `SHA256 ${groups.join(' ')}`;
}

export function renderRecoveryKit(kit: RecoveryKit): string[] {
  const row = (name: string, value: string) => `  ${name.padEnd(18)}${value}`;
  return [
    'RECOVERY KIT - print it, or keep it where a fire, a thief and a broken disk do not reach it',
    '',
    row('Repository', kit.repository_id),
    row('Location', kit.location),
    row('Format', `restic, version ${kit.version}`),
    row('Key', kit.key_id),
    row('Key fingerprint', kit.key_fingerprint),
    row('Created', kit.created),
    row('Password', '______________________________ (write it here by hand)'),
    '',
    'To restore without GuardIT:',
    ...kit.restore_with_restic.map((step, index) => `  ${index + 1}. ${step}`),
    '',
    'Without the password nothing can be restored, by nobody: there is no back door and no reset.',
    'The fingerprint is the SHA-256 of the file keys/… in the repository; it gives nothing away.',
  ];
}

/** Readable by its owner only: it tells where the backups are. Never overwrites a file. */
export function writeRecoveryKit(path: string, kit: RecoveryKit): void {
  try {
    writeFileSync(path, renderRecoveryKit(kit).join('\n') + '\n', { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`The repository is made, but the recovery kit could not be written to ${path}: ${reason}`);
  }
}
