import { stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { systemErrorCode } from '../base/errors.ts';

/** Permission bits of what a repository in a folder consists of. */
export interface LocalModes {
  readonly folder: number;
  /** While a file is being written. */
  readonly file: number;
  /** Objects never change, so that a finished one is read-only: a protection against slips, not against attackers. */
  readonly finished: number;
}

export const PRIVATE_MODES: LocalModes = { folder: 0o700, file: 0o600, finished: 0o400 };
const GROUP_MODES: LocalModes = { folder: 0o770, file: 0o660, finished: 0o440 };
const GROUP_READ = 0o040;

/** An owner shares a repository with a group by making its config group-readable (repository-format, section 2). */
export async function modesFromConfig(configPath: string): Promise<LocalModes | undefined> {
  try {
    const { mode } = await stat(configPath);
    return mode & GROUP_READ && process.platform !== 'win32' ? GROUP_MODES : PRIVATE_MODES;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** exFAT and some network mounts know no modes and refuse to change them: that must not stop a backup. */
const MODES_UNKNOWN: ReadonlySet<string> = new Set(['EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

export async function makeReadOnly(handle: FileHandle, modes: LocalModes): Promise<void> {
  // A read-only file on Windows can neither be renamed nor deleted.
  if (process.platform === 'win32') return;
  try {
    await handle.chmod(modes.finished);
  } catch (error) {
    if (!MODES_UNKNOWN.has(systemErrorCode(error) ?? '')) throw error;
  }
}
