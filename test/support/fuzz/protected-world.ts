import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

type Answer = Readonly<Record<string, unknown>>;
export type Ask = (
  method: string,
  path: string,
  body?: unknown,
) => Promise<{ readonly status: number; readonly body: Answer }>;

const NAME = 'fuzzed';
const V1 = '/api/v1';

/**
 * Something that is protected, so that the fuzzer meets more than "not found": a repository, a target in it, a schedule, two backups, a
 * restore, a verification, a channel. What the fuzzer has deleted is made anew.
 */
export class ProtectedWorld {
  readonly #folder: string;
  readonly #ask: Ask;
  #made = 0;

  constructor(folder: string, ask: Ask) {
    this.#folder = folder;
    this.#ask = ask;
  }

  get source(): string {
    return join(this.#folder, 'source');
  }

  get file(): string {
    return join(this.source, 'folder', 'file.txt');
  }

  /** A folder that nothing uses yet. */
  freshFolder(): string {
    return join(this.#folder, `fresh-${++this.#made}`);
  }

  async ensure(): Promise<void> {
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(this.file, 'some text');
    const repository = await this.#one('/repositories', 'repositories', 'repository_id', () => ({
      ...{ name: NAME, kind: 'local', location: { path: this.freshFolder() } },
    }));
    const target = await this.#one('/targets', 'targets', 'target_id', () => ({
      ...{ name: NAME, kind: 'files', config: { paths: [this.source] }, repository_id: repository },
    }));
    await this.#one('/schedules', 'schedules', 'schedule_id', () => ({
      ...{ name: NAME, cron: '0 2 * * *', targets: [target] },
    }));
    await this.#one('/channels', 'channels', 'channel_id', () => ({
      ...{ name: NAME, kind: 'webhook', config: { url: 'http://127.0.0.1:9/hook' } },
    }));
    const backup = await this.#backup(target);
    const restore = { backup_id: backup, destination: { path: this.freshFolder() } };
    await this.#unlessAny('/restore/list', () => this.#ask('POST', `${V1}/restore/create`, restore));
    await this.#unlessAny('/verifications', () => this.#ask('POST', `${V1}/backup/${backup}/verify`));
  }

  /** The first one that is there, or a new one. */
  async #one(path: string, list: string, id: string, make: () => object): Promise<string> {
    const there = (await this.#ask('GET', V1 + path)).body[list] as Answer[] | undefined;
    const found = there?.find((each) => String(each['name']).startsWith(NAME));
    if (found) return String(found[id]);
    const made = await this.#ask('POST', V1 + path, { ...make(), name: `${NAME} ${++this.#made}` });
    if (made.status !== 201) throw new Error(`${path} answered ${made.status}: ${JSON.stringify(made.body)}`);
    return String(made.body[id]);
  }

  async #unlessAny(list: string, make: () => Promise<unknown>): Promise<void> {
    if ((await this.#ask('GET', V1 + list)).body['total'] === 0) await make();
  }

  async #backup(target: string): Promise<string> {
    const list = `${V1}/backup/list?target=${encodeURIComponent(target)}`;
    for (;;) {
      const { body } = await this.#ask('GET', `${list}&status=completed`);
      const [newest] = body['backups'] as Answer[];
      if (newest) return String(newest['backup_id']);
      await this.#ask('POST', `${V1}/backup/start`, { target_id: target, backup_type: 'full' });
      await pause(200);
    }
  }
}
