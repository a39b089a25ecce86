import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSameFile, locateService, type Located, type Whereabouts } from './locate.ts';
import { proveServer, type FileToken } from './prove-server.ts';
import { ServiceClient, type Reach } from './service-client.ts';
import { ServiceError } from './service-error.ts';

export interface AttachOptions extends Whereabouts {
  /** A file with a token or an API key; else `GUARDIT_TOKEN_FILE`. */
  readonly tokenFile?: string | undefined;
  readonly caFile?: string | undefined;
  /** The token of a login at this address, null for none. */
  readonly loginAt: (url: string) => string | null;
  readonly signal: AbortSignal;
}

/** Where a client's token came from. */
export type TokenSource = 'file' | 'login' | 'installation' | 'none';

export interface Attachment {
  readonly client: ServiceClient;
  readonly url: string;
  readonly isLocal: boolean;
  readonly tokenSource: TokenSource;
}

/**
 * Finds the running service and says who we are: by a token file that is named, else by a login, else by the installation's
 * own `tokens/admin.token` where this account may read it, else as nobody. A login comes first because it was made on purpose and
 * the audit should name that person. The installation's tokens are shown only to a server that proves to know them.
 */
export async function attach(options: AttachOptions): Promise<Attachment> {
  const located = locateService(options);
  const reach = reachOf(located, options);
  const { token, source } = await chooseToken(located, reach, options);
  return attachment(located, new ServiceClient({ ...reach, token }), source);
}

/** For logging in: nobody yet, but, where that can be found out, surely with the right server. */
export async function attachAsNobody(options: Omit<AttachOptions, 'loginAt' | 'tokenFile'>): Promise<Attachment> {
  const located = locateService(options);
  const reach = reachOf(located, options);
  await proveAnnounced(located, reach);
  return attachment(located, new ServiceClient({ ...reach, token: null }), 'none');
}

function reachOf({ url, hint }: Located, { caFile, signal }: Pick<AttachOptions, 'caFile' | 'signal'>): Reach {
  return { url, hint, caFile, signal };
}

function attachment({ url, isLocal }: Located, client: ServiceClient, tokenSource: TokenSource): Attachment {
  return { client, url, isLocal, tokenSource };
}

async function chooseToken(
  located: Located,
  reach: Reach,
  { tokenFile, loginAt, env }: AttachOptions,
): Promise<{ token: string | null; source: TokenSource }> {
  const path = tokenFile ?? (env['GUARDIT_TOKEN_FILE'] || undefined);
  if (path !== undefined) {
    const token = readNamedToken(path);
    const own = (['admin', 'reporter'] as const).find((name) => isSameFile(path, ownPath(located, name)));
    if (own) await proveServer(reach, { name: own, path, token });
    return { token, source: 'file' };
  }
  const login = loginAt(located.url);
  if (login !== null) {
    await proveAnnounced(located, reach);
    return { token: login, source: 'login' };
  }
  const admin = located.isLocal ? readOwnToken(located, 'admin') : null;
  if (!admin) return { token: null, source: 'none' };
  await proveServer(reach, admin);
  return { token: admin.token, source: 'installation' };
}

/** A password or a login is no secret that the server could prove to know; the folder's tokens are, where we may read them. */
async function proveAnnounced(located: Located, reach: Reach): Promise<void> {
  if (!located.isAnnounced) return;
  const known = readOwnToken(located, 'admin') ?? readOwnToken(located, 'reporter');
  if (known) await proveServer(reach, known);
}

function ownPath({ folder }: Located, name: FileToken['name']): string {
  return join(folder.tokens, `${name}.token`);
}

/** Null where there is none, or where it is not for this account. */
function readOwnToken(located: Located, name: FileToken['name']): FileToken | null {
  const path = ownPath(located, name);
  try {
    return { name, path, token: checked(readFileSync(path, 'utf8'), path) };
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    return null;
  }
}

function readNamedToken(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ServiceError('untrusted', `The token file ${path} can't be read: ${reason}`);
  }
  return checked(text, path);
}

function checked(text: string, path: string): string {
  const token = text.trim();
  if (/^[\w.~+/=-]{1,4096}$/.test(token)) return token;
  throw new ServiceError('untrusted', `${path} holds no token. It should be one line, as GuardIT gave it.`);
}
