import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { repositorySecretName } from '../../main/app/secrets/own-secrets.ts';
import type { RepositoryRecord } from '../../main/app/repositories/ports.ts';
import { Service } from '../../main/host/service.ts';
import { makeDataFolder } from '../../main/infra/data-folder/data-folder.ts';
import { ThreadEngineJobs } from '../../main/infra/engine-jobs/thread-engine-jobs.ts';
import { FileSecretStore } from '../../main/infra/secrets/file-secret-store.ts';
import { openCatalog } from '../../main/infra/store/open-catalog.ts';
import { ask, type AnyBody, type Received, type Sent } from './agent-service.ts';
import { scratchFolder } from './catalogs.ts';
import { writeFilesIn } from './source-files.ts';

export const PASSWORD = 'a password for tests';

/** A repository as the catalog takes it, changed by `more`. */
export function repositoryRecord(path: string, more: Partial<RepositoryRecord> = {}): RepositoryRecord {
  const at = new Date('2026-01-01T00:00:00Z');
  const id = more.id ?? 'local';
  return {
    ...{ id, name: id, kind: 'local', location: { path }, engineId: id.padEnd(64, '0') },
    passwordSecret: repositorySecretName(id),
    ...{ accessKeyId: 'a'.repeat(64), accessRotatedAt: at, rotationDays: 0 },
    ...{ kitKeyId: null, nextKitKeyId: null, kitCreatedAt: null, kitConfirmedAt: null },
    ...{ immutableDays: null, holdsSettings: false, createdAt: at, updatedAt: at, checkedAt: null, problem: null },
    ...more,
  };
}

/** Makes a repository in `path` and puts it into the catalog of a data folder that nobody runs. */
export async function addRepository(
  dataFolder: string,
  path: string,
  more: Partial<RepositoryRecord> = {},
): Promise<void> {
  const folder = makeDataFolder(dataFolder);
  const jobs = new ThreadEngineJobs({ programVersion: 'guardit 0.0.0-test' });
  const { signal } = new AbortController();
  const facts = await jobs.initRepository({ location: path, password: PASSWORD }, { signal });
  await jobs.close();
  const record = repositoryRecord(path, { engineId: facts.engineId, accessKeyId: facts.keyId, ...more });
  await new FileSecretStore(folder.secrets).write(record.passwordSecret, PASSWORD);
  const catalog = await openCatalog({ folder: folder.path, clock: { now: () => new Date() } });
  await catalog.write(({ repositories }) => repositories.insert(record));
  await catalog.close();
}

export interface BackupService {
  readonly port: number;
  /** The data folder. */
  readonly folder: string;
  /** The folder of the repository `local`. */
  readonly repository: string;
  /** A folder that is backed up. */
  readonly source: string;
  readonly adminToken: string;
  /** As the admin. */
  ask<Body = AnyBody>(method: string, path: string, body?: unknown, sent?: Sent): Promise<Received<Body>>;
  /** Asks until a backup is over, and gives it. */
  ended(backupId: unknown): Promise<AnyBody>;
  /** Makes a target of the source folder and gives its id. */
  protect(more?: AnyBody): Promise<string>;
  /** Starts a backup and gives it when it is over. */
  backUp(targetId: string, type?: string, more?: AnyBody): Promise<AnyBody>;
  runLog(runId: unknown): Promise<string>;
  stop(): Promise<void>;
}

/** The whole service in this process with a repository and something to back up; answers are checked against their schemas. */
export async function startBackupService(
  options: { readonly repository?: Partial<RepositoryRecord>; readonly config?: AnyBody } = {},
): Promise<BackupService> {
  const root = scratchFolder();
  const [folder, repository, source] = [join(root, 'data'), join(root, 'repository'), join(root, 'source')];
  await addRepository(folder, repository, options.repository);
  writeFilesIn(source, { 'a.txt': 'first', 'b/c.txt': 'second' });
  if (options.config) writeFilesIn(folder, { 'config.json': JSON.stringify(options.config) });
  return startOn({ folder, repository, source });
}

/** Starts it on folders that are there, of a service that was stopped for one. */
export async function startOn(folders: {
  readonly folder: string;
  readonly repository: string;
  readonly source: string;
}): Promise<BackupService> {
  const logged: AnyBody[] = [];
  const log = pino({ base: null }, { write: (line: string) => void logged.push(JSON.parse(line) as AnyBody) });
  const options = { dataFolder: folders.folder, flags: { port: 0 }, env: {}, version: '0.0.0-test', log };
  const service = await Service.start({ ...options, checkReplies: true });
  onTestFinished(async () => {
    await service.stop();
    const unexpected = logged.filter(({ errorId }) => errorId !== undefined);
    if (unexpected.length > 0) throw new Error(`The API answered 500: ${JSON.stringify(unexpected)}`);
  });
  const { port } = service;
  const adminToken = readFileSync(join(folders.folder, 'tokens/admin.token'), 'utf8').trim();
  const client: BackupService = {
    ...folders,
    ...{ port, adminToken },
    stop: () => service.stop(),
    ask: (method, path, body, sent = {}) => ask(port, method, path, { as: adminToken, body, ...sent }),
    ended: async (backupId) => {
      for (;;) {
        const { body } = await client.ask('GET', `/api/v1/backup/${String(backupId)}`);
        const run = await client.ask('GET', `/api/runs/${String(body['run_id'])}`);
        if (body['completed_at'] !== null && run.body['finished_at'] !== null) return body;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    protect: async (more = {}) => {
      const wish = { name: 'documents', kind: 'files', config: { paths: [folders.source] }, repository_id: 'local' };
      const { status, body } = await client.ask('POST', '/api/v1/targets', { ...wish, ...more });
      if (status !== 201) throw new Error(`Making a target answered ${status}: ${JSON.stringify(body)}`);
      return String(body['target_id']);
    },
    backUp: async (targetId, type = 'incremental', more = {}) => {
      const wish = { target_id: targetId, backup_type: type, ...more };
      const { status, body } = await client.ask('POST', '/api/v1/backup/start', wish);
      if (status !== 202) throw new Error(`Starting a backup answered ${status}: ${JSON.stringify(body)}`);
      return client.ended(body['backup_id']);
    },
    runLog: async (runId) => (await client.ask('GET', `/api/runs/${String(runId)}/log`)).bytes.toString(),
  };
  return client;
}
