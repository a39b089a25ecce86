import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Repository, ShownKit } from '../../contracts/repositories.ts';
import type { RunDetails } from '../../contracts/runs.ts';
import type { AnyBody, Received, TestService } from './agent-service.ts';

export type MadeRepository = Repository & { readonly recovery_kit: ShownKit & { readonly password: string } };

/** Asks as the admin. */
export function asAdmin<Body = AnyBody>(
  service: TestService,
  method: string,
  path: string,
  body?: unknown,
): Promise<Received<Body>> {
  return service.ask<Body>(method, path, { as: service.adminToken, ...(body !== undefined && { body }) });
}

/** Makes a local repository at `path`; fails where the service refuses it. */
export async function makeRepository(service: TestService, path: string, more: AnyBody = {}): Promise<MadeRepository> {
  const wish = { name: 'backups', kind: 'local', location: { path }, ...more };
  const { status, body } = await asAdmin<MadeRepository>(service, 'POST', '/api/v1/repositories', wish);
  if (status !== 201) throw new Error(`Making a repository answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** Waits until a run is over, and gives it. */
export async function endedRun(service: TestService, runId: string): Promise<RunDetails> {
  for (;;) {
    const { body } = await asAdmin<RunDetails>(service, 'GET', `/api/runs/${runId}`);
    if (body.finished_at !== null) return body;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Runs a task on request, and gives the run when it is over. */
export async function runTask(service: TestService, taskId: string): Promise<RunDetails> {
  const { status, body } = await asAdmin<RunDetails>(service, 'POST', `/api/tasks/${taskId}/execute`);
  if (status !== 202) throw new Error(`Running ${taskId} answered ${status}: ${JSON.stringify(body)}`);
  return endedRun(service, body.id);
}

/** The files below a folder that hold a text, relative to it. */
export function filesWith(folder: string, text: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text))
    .map((path) => path.slice(folder.length + 1));
}

export function accessPassword(folder: string, repositoryId: string): string {
  return readFileSync(join(folder, 'secrets', `s-repository-${repositoryId}.secret`), 'utf8');
}

export function keysOf(repositoryPath: string): string[] {
  return readdirSync(join(repositoryPath, 'keys')).sort();
}
