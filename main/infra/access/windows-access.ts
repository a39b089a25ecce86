import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export type RunProgram = (program: string, args: readonly string[]) => Promise<unknown>;

// Well-known security identifiers: names of groups are translated on localized systems.
const SYSTEM = '*S-1-5-18';
const ADMINISTRATORS = '*S-1-5-32-544';
const OWNER = '*S-1-3-4';
const LOCAL_USERS = '*S-1-5-32-545';

const runHidden: RunProgram = (program, args) => promisify(execFile)(program, [...args], { windowsHide: true });

/** Only SYSTEM, administrators and the account that owns it, for all that will be in it too. Not tried on Windows yet. */
export async function closeFolder(path: string, run: RunProgram = runHidden): Promise<void> {
  const full = [SYSTEM, ADMINISTRATORS, OWNER].map((who) => `${who}:(OI)(CI)F`);
  await run(icacls(), [path, '/inheritance:r', '/grant:r', ...full, '/q']);
}

/** Beside those. Windows does not ask for rights on the folders above a file whose path is known. Not tried on Windows yet. */
export async function letLocalUsersRead(path: string, run: RunProgram = runHidden): Promise<void> {
  await run(icacls(), [path, '/grant', `${LOCAL_USERS}:R`, '/q']);
}

/** By its full path: not what a folder in PATH calls so. */
function icacls(): string {
  return join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'icacls.exe');
}
