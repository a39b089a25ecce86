import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

/** `guardit serve` as `npm run build` made it, with a data folder of its own. */
export interface WebService {
  readonly url: string;
  readonly folder: string;
  /** Null where there is a user already. */
  readonly setupCode: string | null;
  /** Calls the API as the installation's admin. */
  api(method: string, path: string, body?: unknown): Promise<unknown>;
  /** As a script on this machine would, without a token. */
  report(taskId: string, status: string, message?: string, progress?: number): Promise<unknown>;
  stop(): Promise<void>;
  remove(): Promise<void>;
}

/** `port`: 0 takes any. `folder`: one that a service had before. */
export async function serve({
  port = 0,
  folder = mkdtempSync(join(tmpdir(), 'guardit-web-')),
} = {}): Promise<WebService> {
  const bundle = join(PROJECT, 'dist/guardit.js');
  if (!existsSync(bundle)) throw new Error('Nothing is built: run `npm run build` first.');
  const args = [bundle, 'serve', '--port', String(port), '--data-dir', folder, '--log-level', 'error'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = await firstWords(child);
  const url = /^GuardIT listens at (\S+)$/m.exec(said)?.[1] ?? '';
  const token = readFileSync(join(folder, 'tokens/admin.token'), 'utf8').trim();
  const call = async (method: string, path: string, body: unknown, headers: Record<string, string>) => {
    const init = { method, headers: { ...headers, 'content-type': 'application/json' } };
    const response = await fetch(
      url + path,
      body === undefined ? { ...init, headers } : { ...init, body: JSON.stringify(body) },
    );
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  };
  const stop = () => ended(child);
  return {
    url,
    folder,
    setupCode: /setup code (\S+)/.exec(said)?.[1] ?? null,
    api: (method, path, body) => call(method, path, body, { authorization: `Bearer ${token}` }),
    report: (taskId, status, message, progress) =>
      call('POST', `/api/status/${encodeURIComponent(taskId)}`, { status, message, progress }, {}),
    stop,
    remove: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The line with the address, and the setup code where one comes: it does at once or never. */
function firstWords(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (text: string) => {
      said += text;
      if (!said.includes('GuardIT listens')) return;
      if (said.includes('setup code')) resolve(said);
      else setTimeout(() => resolve(said), 300);
    };
    child.stdout?.setEncoding('utf8').on('data', hear);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      process.stderr.write(text);
      hear(text);
    });
    child.once('exit', (code) => reject(new Error(`The service ended with ${code}: ${said}`)));
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
