import { realpathSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { join, resolve } from 'node:path';
import { readApiFile } from '../../infra/data-folder/api-file.ts';
import { dataFolderAt, defaultDataFolderPath, type DataFolder } from '../../infra/data-folder/data-folder.ts';
import { ServiceError } from './service-error.ts';

export interface Whereabouts {
  /** Flags win over the environment. */
  readonly url?: string | undefined;
  readonly dataFolder?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

export interface Located {
  readonly url: string;
  /** The installation's data folder, as far as this machine has one. */
  readonly folder: DataFolder;
  /** It runs on this machine: its token files are those of the folder. */
  readonly isLocal: boolean;
  /** The folder itself named the address: whoever answers there must know the folder's tokens. */
  readonly isAnnounced: boolean;
  /** What to say when nobody answers there. */
  readonly hint: string;
}

/** Where a service listens that was told nothing. */
const DEFAULT_URL = 'http://127.0.0.1:3000';

/**
 * Finds the service: a given address, a given data folder, `GUARDIT_URL`, `GUARDIT_DATA_DIR`, the default data folder, in
 * this order. A folder's service is the one that `run/api.json` names. Where the default folder names none (or may not be
 * read, because another account runs the service) it is the default address.
 */
export function locateService({ url, dataFolder, env }: Whereabouts): Located {
  const named = dataFolder ?? folderOfEnvironment(env);
  const folder = dataFolderAt(named ?? defaultDataFolderPath(env));
  const given = url ?? (dataFolder === undefined ? env['GUARDIT_URL'] || undefined : undefined);
  if (given !== undefined) return atAddress(given, folder);
  const announced = readApiFile(folder.run);
  if (announced) {
    const hint = `${join(folder.run, 'api.json')} says that it should be there. Start it with "guardit serve".`;
    return { url: announced.url, folder, isLocal: true, isAnnounced: true, hint };
  }
  const start = `"guardit serve${named === undefined ? '' : ` --data-dir ${named}`}" starts it.`;
  if (named !== undefined) throw new ServiceError('unreachable', `GuardIT does not run on ${folder.path}. ${start}`);
  const hint = `It does not run on ${folder.path} either. ${start}`;
  return { url: DEFAULT_URL, folder, isLocal: true, isAnnounced: false, hint };
}

export function folderOfEnvironment(env: NodeJS.ProcessEnv): string | undefined {
  return env['GUARDIT_DATA_DIR'] || env['TASK_DATA_DIR'] || undefined;
}

function atAddress(text: string, folder: DataFolder): Located {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw new ServiceError('untrusted', `${text} is not an address. Write one such as https://guardit.example.org.`);
  }
  if (url.username || url.password) {
    throw new ServiceError('untrusted', 'The address has a password in it, which others can see. Use "guardit login".');
  }
  const isLocal = isLoopback(url.hostname);
  if (!isLocal && url.protocol !== 'https:') {
    throw new ServiceError('untrusted', `${text} is another machine: use its https address, or others can read along.`);
  }
  return { url: url.origin, folder, isLocal, isAnnounced: false, hint: '' };
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));
}

/** Whether two paths name one file, through links too. */
export function isSameFile(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return resolve(one) === resolve(other);
  }
}
