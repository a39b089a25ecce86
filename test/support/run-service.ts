import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ActionTaskView } from '../../contracts/tasks.ts';
import type { RunDetails } from '../../contracts/runs.ts';
import { taskOperations } from '../../main/api/routes/tasks.ts';
import { RunTokens } from '../../main/app/access/run-tokens.ts';
import type { Foundation } from '../../main/host/foundation.ts';
import { buildRuns, type RunsArea } from '../../main/host/runs.ts';
import { Settings } from '../../main/host/settings.ts';
import { makeDataFolder } from '../../main/infra/data-folder/data-folder.ts';
import { FolderLogFiles } from '../../main/infra/log/log-files.ts';
import { createServiceLog } from '../../main/infra/log/service-log.ts';
import { Metrics } from '../../main/infra/metrics/metrics.ts';
import { FileSecretStore } from '../../main/infra/secrets/file-secret-store.ts';
import { startApi, type ApiOptions, type TestApi } from './api-server.ts';
import { scratchFolder } from './catalogs.ts';
import { ManualWakeUp } from './run-parts.ts';
import { create, taskDeps } from './task-api.ts';

export interface RunService extends TestApi {
  readonly runs: RunsArea;
  readonly wakeUp: ManualWakeUp;
  readonly folder: string;
  /** The clock shows a later time, and the scheduler looks at it. */
  passMinutes(minutes: number): Promise<void>;
  make(task: Record<string, unknown>): Promise<ActionTaskView>;
  /** Waits until a run is over, and gives it. */
  ended(runId: string): Promise<RunDetails>;
  /** Waits until a task has so many runs that are over, and gives them, oldest first. */
  endedOf(taskId: string, count: number): Promise<readonly RunDetails[]>;
  log(runId: string): Promise<string>;
}

/** Tasks and runs over HTTP, with real scripts and a clock that the test sets. */
export async function startRunService(options: ApiOptions = {}): Promise<RunService> {
  const folder = makeDataFolder(scratchFolder());
  const wakeUp = new ManualWakeUp();
  let port = 0;
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
    runs = buildRuns(foundation, {
      runTokens: new RunTokens(),
      url: () => `http://127.0.0.1:${port}`,
      wakeUp,
      retry: { baseMs: 20, longestMs: 20 },
    });
    const { hasActiveRun, nextStart, operations } = runs;
    return [...taskOperations(taskDeps(parts, { hasActiveRun, nextStart })), ...operations];
  }, options);
  if (!runs) throw new Error('The server made no operations.');
  const area = runs;
  port = api.port;
  onTestFinished(() => area.stop());
  await area.start();
  const service: RunService = {
    ...api,
    ...{ runs: area, wakeUp, folder: folder.path },
    passMinutes: async (minutes) => {
      api.clock.advanceMs(minutes * 60_000);
      wakeUp.ring();
      await area.scheduler.settled();
    },
    make: (task) => create(api, task),
    ended: async (runId) => {
      for (;;) {
        const { body } = await api.request<RunDetails>('GET', `/api/runs/${runId}`, { as: 'admin' });
        if (body.finished_at !== null) return body;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    endedOf: async (taskId, count) => {
      for (;;) {
        const { body } = await api.request<{ runs: RunDetails[] }>('GET', `/api/runs?task_id=${taskId}`, {
          as: 'admin',
        });
        const over = body.runs.filter(({ finished_at }) => finished_at !== null);
        if (over.length >= count) return over.reverse();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    log: async (runId) => (await api.request('GET', `/api/runs/${runId}/log`, { as: 'admin' })).bytes.toString(),
  };
  return service;
}

/** A script task whose command is text for the shell, run in the service's folder. */
export function shellTask(service: { readonly folder: string }, taskId: string, command: string, more: object = {}) {
  return { name: taskId, taskId, type: 'script', config: { command, shell: true, cwd: join(service.folder) }, ...more };
}

/** Whether a process is there, and is no zombie. */
export async function isAlive(pid: number): Promise<boolean> {
  const { readFile } = await import('node:fs/promises');
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => null);
  return stat !== null && !/^\d+ \(.*\) [ZX]/.test(stat);
}
