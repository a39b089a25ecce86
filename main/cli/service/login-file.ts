import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../failure.ts';

const SavedLogin = z.object({ username: z.string(), token: z.string(), expiresAt: z.iso.datetime() });
export type SavedLogin = z.infer<typeof SavedLogin>;
const Content = z.object({ logins: z.record(z.string(), SavedLogin) });
type Logins = z.infer<typeof Content>['logins'];

/** The logins of this account, by the service's address: a file that nobody else can read, in the user's configuration. */
export class LoginFile {
  readonly path: string;

  constructor(env: NodeJS.ProcessEnv) {
    this.path = join(configFolder(env), 'logins.json');
  }

  /** Null where there is none, or where it has ended. */
  find(url: string, now = Date.now()): SavedLogin | null {
    const login = this.#read()[url];
    return login && Date.parse(login.expiresAt) > now ? login : null;
  }

  put(url: string, login: SavedLogin, now = Date.now()): void {
    const kept = Object.entries(this.#read()).filter(([, { expiresAt }]) => Date.parse(expiresAt) > now);
    this.#write({ ...Object.fromEntries(kept), [url]: login });
  }

  remove(url: string): void {
    const { [url]: removed, ...kept } = this.#read();
    if (removed) this.#write(kept);
  }

  #read(): Logins {
    let text: string;
    try {
      this.#refuseOpenFile();
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
      throw error;
    }
    try {
      return Content.parse(JSON.parse(text)).logins;
    } catch {
      throw new UsageError(`${this.path} is damaged. Delete it and log in again.`);
    }
  }

  #refuseOpenFile(): void {
    if (process.platform === 'win32' || (statSync(this.path).mode & 0o077) === 0) return;
    throw new UsageError(
      `Others can read your logins in ${this.path}. Delete it, log out where you can, and log in again.`,
    );
  }

  /** All at once: two commands at a time leave one content or the other. */
  #write(logins: Logins): void {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const staged = `${this.path}.${process.pid}.new`;
    try {
      rmSync(staged, { force: true });
      writeFileSync(staged, `${JSON.stringify({ logins })}\n`, { mode: 0o600, flag: 'wx' });
      // The umask can only have taken bits away; a strange one may have taken the owner's.
      if (process.platform !== 'win32') chmodSync(staged, 0o600);
      renameSync(staged, this.path);
    } catch (error) {
      rmSync(staged, { force: true });
      throw error;
    }
  }
}

/** `%APPDATA%\GuardIT`, `~/Library/Application Support/GuardIT`, or XDG's. */
function configFolder(env: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32') return join(env['APPDATA'] ?? join(homedir(), 'AppData/Roaming'), 'GuardIT');
  if (process.platform === 'darwin') return join(homedir(), 'Library/Application Support/GuardIT');
  const xdg = env['XDG_CONFIG_HOME'];
  return join(xdg && isAbsolute(xdg) ? xdg : join(homedir(), '.config'), 'guardit');
}
