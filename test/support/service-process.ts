import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { bundled } from './bundle/bundle-folder.ts';
import { NODE, start } from './processes.ts';

const SCRIPT = bundled('service.process.js');

export interface ServiceProcess {
  readonly port: number;
  readonly adminToken: string;
  readonly pid: number;
  /** The most memory that it ever had resident, in bytes; 0 where the system does not tell. */
  peakBytes(): number;
  /** Ends it without warning. */
  kill(): Promise<void>;
}

/** The service in a process of its own, which ends with the test at the latest. Resolves when it answers. */
export async function startServiceProcess(folder: string, env: Record<string, string> = {}): Promise<ServiceProcess> {
  const running = start(NODE, [SCRIPT, folder], { env });
  let said = '';
  running.child.stdout?.on('data', (text: string) => (said += text));
  const kill = async () => {
    running.child.kill('SIGKILL');
    await running.result;
  };
  onTestFinished(kill);
  await running.saying('.\n');
  return {
    port: Number(/port (\d+)\./.exec(said)?.[1]),
    adminToken: readFileSync(join(folder, 'tokens/admin.token'), 'utf8').trim(),
    pid: running.pid,
    peakBytes: () => peakBytesOf(running.pid),
    kill,
  };
}

function peakBytesOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
