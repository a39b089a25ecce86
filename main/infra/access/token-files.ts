import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TOKEN_FILES, type InstallationTokens, type TokenFileName, type TokenForm } from '../../app/access/ports.ts';
import { replaceFile } from '../files/durable-file.ts';
import { readPrivateFile } from './private-file.ts';
import { closeFolder, letLocalUsersRead } from './windows-access.ts';

/** What Windows needs beside a mode. */
export interface AccessLists {
  readonly closeFolder: (path: string) => Promise<void>;
  readonly letLocalUsersRead: (path: string) => Promise<void>;
}

const FOLDER_MODE = 0o700;
/**
 * The reporter's too: on POSIX no group means "the people of this machine". Other accounts' scripts report without a token
 * (`reporting.loopback`), or are given a key of their own, which can be taken back one by one.
 */
const FILE_MODE = 0o600;

/**
 * `admin.token` and `reporter.token`, the installation's own keys, made at first start (api.md, "Who may do what"). To change
 * one: delete the file and restart GuardIT. The text has no line break at its end; one that an editor added is ignored.
 */
export async function openTokenFiles(
  folder: string,
  form: TokenForm,
  accessLists: AccessLists | null = process.platform === 'win32' ? { closeFolder, letLocalUsersRead } : null,
): Promise<InstallationTokens> {
  const isNew = (await mkdir(folder, { recursive: true, mode: FOLDER_MODE })) !== undefined;
  const missing = await missingFiles(folder);
  // First the folder: what is made in it inherits its list, so that there is no moment at which others could read.
  if (isNew || missing.length > 0) await accessLists?.closeFolder(folder);
  for (const name of missing) await replaceFile(pathOf(folder, name), Buffer.from(form.create()), FILE_MODE);
  if (missing.includes('reporter')) await accessLists?.letLocalUsersRead(pathOf(folder, 'reporter'));
  return { admin: await readToken(folder, 'admin', form), reporter: await readToken(folder, 'reporter', form) };
}

function pathOf(folder: string, name: TokenFileName): string {
  return join(folder, `${name}.token`);
}

async function missingFiles(folder: string): Promise<TokenFileName[]> {
  const found = await Promise.all(TOKEN_FILES.map((name) => readPrivateFile(pathOf(folder, name))));
  return TOKEN_FILES.filter((_name, index) => found[index] === null);
}

async function readToken(folder: string, name: TokenFileName, form: TokenForm): Promise<string> {
  const path = pathOf(folder, name);
  const token = (await readPrivateFile(path))?.toString('latin1').trim() ?? '';
  if (form.isValid(token)) return token;
  throw new Error(`${path} is damaged: it holds no token. Delete it; GuardIT makes a new one at its next start.`);
}
