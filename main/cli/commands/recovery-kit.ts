import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { makeRecoveryKit, renderRecoveryKit } from '../../../contracts/recovery-kit-form.ts';
import type { RecoveryKit } from '../../../contracts/recovery-kit.ts';
import type { Repository } from '../../engine/index.ts';
import { UsageError } from '../failure.ts';

/** The kit of a repository that somebody makes by hand. It holds no secret: they know the password. */
export function kitOf(repository: Repository, location: string, created: Date): RecoveryKit {
  const { config, keyId } = repository;
  const path = location.includes(':') ? location : resolve(location);
  return makeRecoveryKit({ repositoryId: config.id, location: path, version: config.version, keyId, created });
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
