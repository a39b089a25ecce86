import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { RestoreView } from '../../contracts/restores.ts';
import type { VerificationView } from '../../contracts/verifications.ts';
import { taskOperations } from '../../main/api/routes/tasks.ts';
import { RunTokens } from '../../main/app/access/run-tokens.ts';
import type { BackupRecord } from '../../main/app/backup/ports.ts';
import { insertManagedTask } from '../../main/app/tasks/managed-task.ts';
import type { Foundation } from '../../main/host/foundation.ts';
import { buildRestores, type RestoreArea } from '../../main/host/restores.ts';
import { buildRuns, type RunsArea } from '../../main/host/runs.ts';
import { Settings } from '../../main/host/settings.ts';
import { makeDataFolder } from '../../main/infra/data-folder/data-folder.ts';
import { ThreadEngineJobs } from '../../main/infra/engine-jobs/thread-engine-jobs.ts';
import { ThreadSnapshotBrowser } from '../../main/infra/engine-jobs/thread-snapshot-browser.ts';
import { FolderLogFiles } from '../../main/infra/log/log-files.ts';
import { createServiceLog } from '../../main/infra/log/service-log.ts';
import { Metrics } from '../../main/infra/metrics/metrics.ts';
import { FileSecretStore } from '../../main/infra/secrets/file-secret-store.ts';
import { startApi, type TestApi } from './api-server.ts';
import { backupRecord } from './backup-records.ts';
import { scratchFolder } from './catalogs.ts';
import { ManualWakeUp } from './run-parts.ts';
import { taskDeps } from './task-api.ts';

export interface RestoreService extends TestApi {
  readonly area: RestoreArea;
  readonly engine: ThreadEngineJobs;
  readonly access: { readonly location: string; readonly password: string };
  /** The data folder. */
  readonly folder: string;
  /** What the target `documents` protects. */
  readonly source: string;
  /** Room for what a test restores. */
  readonly room: string;
  /** Backs the source up for real, and says so in the catalog, as of `at`. */
  backUp(at: string, more?: Partial<BackupRecord>): Promise<BackupRecord & { readonly snapshotId: string }>;
  restore(body: Record<string, unknown>): Promise<RestoreView>;
  /** Waits until a restore is over. */
  restored(restoreId: string): Promise<RestoreView>;
  verified(verificationId: string): Promise<VerificationView>;
  log(runId: string): Promise<string>;
}

const PASSWORD = 'correct horse battery staple';

/**
 * Restores over HTTP with the real engine, a repository and a target; everything but what makes backups. `begin: false`
 * leaves the runs where they are: nothing is executed.
 */
export async function startRestoreService({ begin = true }: { begin?: boolean } = {}): Promise<RestoreService> {
  const folder = makeDataFolder(scratchFolder());
  const work = scratchFolder();
  const [source, room, location] = ['source', 'room', 'repository'].map((name) => join(work, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [source, room]) mkdirSync(path);
  const access = { location, password: PASSWORD };
  const engine = new ThreadEngineJobs({ programVersion: 'guardit test' });
  const browser = new ThreadSnapshotBrowser();
  let area: RestoreArea | undefined;
  let runs: RunsArea | undefined;
  const api = await startApi((parts) => {
    const foundation: Foundation = {
      ...parts,
      folder,
      settings: Settings.parse({}),
      log: createServiceLog('silent'),
      metrics: new Metrics({ process: false }),
      logFiles: new FolderLogFiles(folder.logs),
      secrets: new FileSecretStore(folder.secrets),
      timeZone: 'UTC',
    };
    area = buildRestores(foundation, { engine, browser, openAccess: () => Promise.resolve(access) });
    runs = buildRuns(foundation, {
      runTokens: new RunTokens(),
      url: () => 'http://127.0.0.1',
      wakeUp: new ManualWakeUp(),
      ownExecutors: area.executors,
    });
    const { hasActiveRun, nextStart, operations } = runs;
    return [...taskOperations(taskDeps(parts, { hasActiveRun, nextStart })), ...operations, ...area.operations(runs)];
  });
  if (!area || !runs) throw new Error('The server made no operations.');
  const [restores, runner] = [area, runs];
  const { engineId, keyId } = await engine.initRepository(access, { signal: new AbortController().signal });
  await api.catalog.write(async (stores) => {
    const now = api.clock.now();
    await stores.repositories.insert({
      ...{ id: 'local', name: 'Local', kind: 'local', location: { path: location }, engineId },
      ...{ passwordSecret: 'repository-local', accessKeyId: keyId, accessRotatedAt: now, rotationDays: 0 },
      ...{ kitKeyId: null, nextKitKeyId: null, kitCreatedAt: null, kitConfirmedAt: null, immutableDays: null },
      ...{ holdsSettings: false, createdAt: now, updatedAt: now, checkedAt: null, problem: null },
    });
    const task = await insertManagedTask(
      stores,
      {
        ...{ managedBy: 'target:documents', name: 'Backup of Documents', slug: 'backup-documents', type: 'backup' },
        ...{ config: { target_id: 'documents' }, schedule: null, timeZone: 'UTC', isActive: true, maxRetries: 0 },
        ...{ timeoutMs: 60_000, createdBy: { ref: 'system:guardit', name: 'GuardIT' } },
      },
      now,
    );
    await stores.targets.insert({
      ...{ id: 'documents', name: 'Documents', kind: 'files', config: { paths: [source] }, repositoryId: 'local' },
      ...{ retention: null, task: task.id, createdAt: now, updatedAt: now, removedAt: null },
    });
  });
  if (begin) {
    await restores.start();
    await runner.start();
  }
  onTestFinished(async () => {
    await runner.stop();
    await restores.stop();
    await browser.close();
    await engine.close();
  });
  let newest: string | null = null;
  const get = async <Body>(path: string) => (await api.request<Body>('GET', path, { as: 'viewer' })).body;
  const service: RestoreService = {
    ...api,
    ...{ area: restores, engine, access, folder: folder.path, source, room },
    async backUp(at, more = {}) {
      const signal = new AbortController().signal;
      const facts = await engine.backup(
        access,
        {
          ...{
            paths: [source],
            excludes: [],
            excludeCaches: false,
            excludeLargerThanBytes: null,
            oneFileSystem: false,
          },
          ...{ tags: ['guardit'], hostName: null, parentSnapshotId: newest, lockPatienceMs: 10_000 },
        },
        { signal },
      );
      newest = facts.snapshotId;
      const { snapshotId } = facts;
      const createdAt = new Date(at);
      const record = backupRecord({ id: `backup-${at}`, createdAt, snapshotId, facts, runId: null, ...more });
      await api.catalog.write(({ backups }) => backups.insert(record));
      api.events.publish('backup.completed', api.clock.now(), { backup_id: record.id, target_id: 'documents' });
      return { ...record, snapshotId };
    },
    async restore(body) {
      const { status, body: made } = await api.request('POST', '/api/v1/restore/create', { as: 'operator', body });
      if (status !== 202) throw new Error(`The restore was answered with ${status}: ${JSON.stringify(made)}`);
      return service.restored(String(made['restore_id']));
    },
    async restored(restoreId) {
      for (;;) {
        const view = await get<RestoreView>(`/api/v1/restore/${restoreId}`);
        if (view.completed_at !== null) return view;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async verified(verificationId) {
      for (;;) {
        const view = await get<VerificationView>(`/api/v1/verifications/${verificationId}`);
        if (view.status !== 'running') return view;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    log: async (runId) => (await api.request('GET', `/api/runs/${runId}/log`, { as: 'admin' })).bytes.toString(),
  };
  return service;
}
