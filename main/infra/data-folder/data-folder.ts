import { mkdirSync, statSync, chmodSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** Where everything of one installation lies. Made by whoever owns it, readable by nobody else. */
export interface DataFolder {
  readonly path: string;
  /** What a running service says of itself: `api.json`, the owner's lock. */
  readonly run: string;
  readonly tokens: string;
  readonly secrets: string;
  readonly logs: string;
  readonly spool: string;
  readonly customTasks: string;
}

/** `%ProgramData%\GuardIT`, `/var/lib/guardit` for root, else the user's own data folder (XDG). */
export function defaultDataFolderPath(env: NodeJS.ProcessEnv = process.env): string {
  if (process.platform === 'win32') return join(env['ProgramData'] ?? 'C:\\ProgramData', 'GuardIT');
  if (process.getuid?.() === 0) return '/var/lib/guardit';
  if (process.platform === 'darwin') return join(homedir(), 'Library/Application Support/GuardIT');
  const xdg = env['XDG_DATA_HOME'];
  return join(xdg && isAbsolute(xdg) ? xdg : join(homedir(), '.local/share'), 'guardit');
}

export function dataFolderAt(path: string): DataFolder {
  const root = resolve(path);
  return {
    path: root,
    run: join(root, 'run'),
    tokens: join(root, 'tokens'),
    secrets: join(root, 'secrets'),
    logs: join(root, 'logs'),
    spool: join(root, 'spool'),
    customTasks: join(root, 'custom-tasks'),
  };
}

/**
 * Makes what is missing. A folder that GuardIT makes is its account's alone (0700); one that was there keeps its permissions,
 * but for secrets and tokens, which are always closed. On Windows the installer sets the access list (windows.md).
 */
export function makeDataFolder(path: string): DataFolder {
  const folder = dataFolderAt(path);
  const { path: root, run, tokens, secrets, logs, spool, customTasks } = folder;
  for (const part of [root, run, tokens, secrets, logs, spool, customTasks]) {
    mkdirSync(part, { recursive: true, mode: 0o700 });
    if (!statSync(part).isDirectory()) throw new Error(`${part} is not a folder.`);
  }
  if (process.platform !== 'win32') for (const part of [tokens, secrets]) chmodSync(part, 0o700);
  return folder;
}
