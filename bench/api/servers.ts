import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface BenchServer {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when it has ended. */
  stop(): Promise<void>;
}

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** `guardit serve`, set up with `taskCount` tasks. `program` is a launcher, or a script for this Node. */
export async function startGuardit(program: string, folder: string, taskCount: number): Promise<BenchServer> {
  const data = join(folder, 'guardit');
  mkdirSync(data, { recursive: true });
  const args = ['serve', '--port', '0', '--data-dir', data, '--log-level', 'warn'];
  const isScript = /\.[jt]s$/.test(program);
  const server = await startChild('guardit', isScript ? [process.execPath, program, ...args] : [program, ...args]);
  for (let task = 0; task < taskCount; task++) {
    const response = await fetch(`http://127.0.0.1:${server.port}/api/tasks/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ taskId: `task-${task}`, displayName: `Task ${task}`, taskType: 'database' }),
    });
    if (response.status !== 201) throw new Error(`Registering was answered with ${response.status}.`);
  }
  return server;
}

export function startBareHttp(): Promise<BenchServer> {
  return startChild('bare HTTP', [process.execPath, file('bare-http.process.ts')]);
}

export function startPlainKoa(folder: string): Promise<BenchServer> {
  return startChild('plain Koa', [process.execPath, file('plain-koa.process.ts'), folder]);
}

async function startChild(name: string, [program, ...args]: readonly [string, ...string[]]): Promise<BenchServer> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const port = await new Promise<number>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      const [, digits] = /:(\d+)\s*$/.exec(said) ?? [];
      if (digits !== undefined) resolve(Number(digits));
    });
    void ended.then(() => reject(new Error(`${name} ended before it listened: ${said}`)));
  });
  return {
    name,
    port,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
