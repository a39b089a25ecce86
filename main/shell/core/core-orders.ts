import { setTimeout as wait } from 'node:timers/promises';
import { LoginReply } from '../../../contracts/access.ts';
import { RunView } from '../../../contracts/runs.ts';
import type { PauseLength } from '../../../contracts/shell-bridge.ts';
import { attachAsNobody, type ServiceClient } from '../../host/attach/index.ts';
import { fetchActiveRuns } from './core-view.ts';

export async function runTask(client: ServiceClient, taskId: string): Promise<RunView> {
  return client.send('POST', `/api/tasks/${encodeURIComponent(taskId)}/execute`, RunView, {});
}

export async function pauseAll(client: ServiceClient, length: PauseLength, now: Date): Promise<void> {
  await client.order('POST', '/api/scheduler/pause', { until: pauseEnd(length, now)?.toISOString() ?? null });
}

export async function resumeAll(client: ServiceClient): Promise<void> {
  await client.order('POST', '/api/scheduler/resume');
}

/** Null: until somebody resumes. Tomorrow begins at midnight of this machine's time zone. */
export function pauseEnd(length: PauseLength, now: Date): Date | null {
  if (length === 'one-hour') return new Date(now.getTime() + 3_600_000);
  if (length === 'until-resumed') return null;
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
}

/** Asks everything that runs, or waits for its turn, to stop. Resolves when nothing does any more. */
export async function cancelAllRuns(client: ServiceClient, pollMs = 250): Promise<void> {
  const runs = await fetchActiveRuns(client);
  // One that has just ended can't be cancelled, and need not be.
  await Promise.allSettled(runs.map(({ id }) => client.order('POST', `/api/runs/${id}/cancel`)));
  await whenIdle(client, { pollMs });
}

/** Resolves when nothing runs; `false` when the signal came first. */
export async function whenIdle(
  client: ServiceClient,
  { pollMs = 1_000, signal }: { pollMs?: number; signal?: AbortSignal } = {},
): Promise<boolean> {
  while (!signal?.aborted) {
    if ((await fetchActiveRuns(client)).length === 0) return true;
    await wait(pollMs, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

export interface LoginQuestion {
  readonly dataFolder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly username: string;
  readonly password: string;
}

/** A login, and the address that it is for. Throws a ServiceError, `refused` for a wrong password. */
export async function logIn({ dataFolder, env, username, password }: LoginQuestion) {
  const caFile = env['GUARDIT_CA_FILE'] || undefined;
  const { client, url } = await attachAsNobody({ dataFolder, env, caFile, signal: new AbortController().signal });
  try {
    const reply = await client.send('POST', '/api/auth/login', LoginReply, { username, password });
    return { url, reply };
  } finally {
    await client.close();
  }
}
