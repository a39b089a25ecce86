import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { start, type ProcessResult } from '../../support/processes.ts';

export const CLIENT = fileURLToPath(new URL('../../../scripts/guardit-client.sh', import.meta.url));

/** The shells that the client must work in, as argv. */
export const SHELLS = [['sh'], ['dash'], ['busybox', 'sh'], ['bash', '--posix']] as const;

export function hasProgram(name: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name]).status === 0;
}

/** A machine on which nobody has used GuardIT: an empty home and data folder. */
export class ClientMachine {
  readonly folder = mkdtempSync(join(tmpdir(), 'guardit-client-'));
  readonly dataFolder = join(this.folder, 'data');
  readonly outbox = join(this.folder, 'state/guardit/outbox');

  get environment(): Record<string, string> {
    return {
      HOME: this.folder,
      XDG_STATE_HOME: join(this.folder, 'state'),
      GUARDIT_DATA_DIR: this.dataFolder,
      GUARDIT_URL: '',
      GUARDIT_TASK_ID: '',
      GUARDIT_TOKEN: '',
      GUARDIT_TOKEN_FILE: '',
    };
  }

  run(
    args: readonly string[],
    options: { shell?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
  ): Promise<ProcessResult> {
    const [command = 'sh', ...before] = options.shell ?? ['sh'];
    const env = { ...this.environment, ...options.env };
    return start(command, [...before, CLIENT, ...args], { env, cwd: this.folder }).result;
  }

  /** Runs a script whose "$@" calls the client. */
  runScript(script: string, shell: readonly string[] = ['sh']): Promise<ProcessResult> {
    const [command = 'sh', ...before] = shell;
    const args = [...before, '-c', script, 'script', ...shell, CLIENT];
    return start(command, args, { env: this.environment, cwd: this.folder }).result;
  }

  /** Names in the folder, in the order in which they are sent. */
  waiting(folder: string = this.outbox): string[] {
    try {
      return readdirSync(folder).sort();
    } catch {
      return [];
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
