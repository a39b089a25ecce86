import { readFileSync } from 'node:fs';

type Database = 'passwd' | 'group';

/** Where the names come from; replaced in tests. */
export interface AccountSources {
  /** The text of /etc/passwd or /etc/group. May throw. */
  readFile(database: Database): string;
  /** One line in the same format for an id that the file lacks (LDAP, NIS, systemd-homed), or ''. May throw. */
  ask(database: Database, id: number): string;
}

/** Each question starts a process (2 ms and more): a tree full of foreign ids must not start a million of them. */
const MAX_QUESTIONS = 256;
const ASK_TIMEOUT_MS = 5000;

/** User and group names by id, read once and kept: restic stores both (repository-format, section 11). */
export class AccountNames {
  readonly #users: NameTable;
  readonly #groups: NameTable;

  constructor(sources: AccountSources = systemSources()) {
    this.#users = new NameTable('passwd', sources);
    this.#groups = new NameTable('group', sources);
  }

  /** undefined when the system knows no such user. */
  userName(uid: number): string | undefined {
    return this.#users.name(uid);
  }

  groupName(gid: number): string | undefined {
    return this.#groups.name(gid);
  }
}

class NameTable {
  readonly #database: Database;
  readonly #sources: AccountSources;
  #names: Map<number, string | undefined> | undefined;
  #questions = 0;

  constructor(database: Database, sources: AccountSources) {
    this.#database = database;
    this.#sources = sources;
  }

  name(id: number): string | undefined {
    this.#names ??= parseDatabase(attempt(() => this.#sources.readFile(this.#database)));
    if (!this.#names.has(id)) this.#names.set(id, this.#ask(id));
    return this.#names.get(id);
  }

  #ask(id: number): string | undefined {
    if (this.#questions >= MAX_QUESTIONS) return undefined;
    this.#questions++;
    return parseDatabase(attempt(() => this.#sources.ask(this.#database, id))).get(id);
  }
}

/** `name:password:id:…` in both files. As in the C library, the first line with an id wins. */
function parseDatabase(text: string): Map<number, string | undefined> {
  const names = new Map<number, string | undefined>();
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) continue;
    const [name, , id] = line.split(':');
    if (!name || id === undefined || !/^\d{1,10}$/.test(id)) continue;
    if (!names.has(Number(id))) names.set(Number(id), name);
  }
  return names;
}

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    // A missing file or an unknown id only means that there is no name to store.
    return '';
  }
}

function systemSources(): AccountSources {
  if (process.platform === 'win32') return { readFile: () => '', ask: () => '' };
  return {
    readFile: (database) => readFileSync(`/etc/${database}`, 'utf8'),
    ask: (database, id) =>
      childProcess().execFileSync('getent', [database, String(id)], {
        encoding: 'utf8',
        timeout: ASK_TIMEOUT_MS,
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
  };
}

/** Loaded when somebody has to be asked, which is seldom: it brings sockets along, some 10 ms of the start of each thread. */
const childProcess = () => process.getBuiltinModule('node:child_process');
