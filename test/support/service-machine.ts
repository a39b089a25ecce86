import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundled } from './bundle/bundle-folder.ts';
import { NODE, start, type ProcessResult, type RunningProcess } from './processes.ts';

const CLI = bundled('guardit.js');
const SHELL_CLIENT = fileURLToPath(new URL('../../scripts/guardit-client.sh', import.meta.url));

/** A person's account on a machine with GuardIT: a home, a data folder, a working folder, and the programs in the PATH. */
export class ServiceMachine {
  readonly root = mkdtempSync(join(tmpdir(), 'guardit-machine-'));
  readonly work = join(this.root, 'work');
  readonly dataFolder = join(this.root, 'data');
  readonly home = join(this.root, 'home');
  readonly #started: RunningProcess[] = [];

  constructor() {
    // As in the PATH, and as in a checkout.
    for (const folder of [join(this.root, 'bin'), join(this.work, 'scripts')]) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'guardit'), `#!/bin/sh\nexec '${NODE}' '${CLI}' "$@"\n`, { mode: 0o755 });
      symlinkSync(SHELL_CLIENT, join(folder, 'guardit-client.sh'));
    }
    mkdirSync(this.home);
  }

  /** Nothing of the account that runs the tests gets through. */
  get environment(): Record<string, string> {
    return {
      PATH: `${join(this.root, 'bin')}:${process.env['PATH'] ?? ''}`,
      HOME: this.home,
      XDG_CONFIG_HOME: '',
      XDG_DATA_HOME: '',
      GUARDIT_DATA_DIR: this.dataFolder,
      GUARDIT_PORT: '0',
      GUARDIT_LOG_LEVEL: 'warn',
      ...Object.fromEntries(['URL', 'TOKEN', 'TOKEN_FILE', 'CA_FILE', 'HOST'].map((name) => [`GUARDIT_${name}`, ''])),
    };
  }

  /** Starts a script that runs the service, and answers its address when it is ready. */
  async serve(
    script = 'guardit serve',
    env: Record<string, string> = {},
  ): Promise<{ url: string; process: RunningProcess }> {
    const running = start('sh', ['-eu', '-c', `exec ${script.trim()}`], {
      cwd: this.work,
      env: { ...this.environment, ...env },
    });
    this.#started.push(running);
    let said = '';
    running.child.stdout?.on('data', (text: string) => (said += text));
    await running.saying('\n');
    const url = /^GuardIT listens at (\S+)$/m.exec(said)?.[1];
    if (url === undefined) throw new Error(`The service said: ${said}`);
    return { url, process: running };
  }

  run(script: string, env: Record<string, string> = {}): Promise<ProcessResult> {
    return start('sh', ['-eu', '-c', script], { cwd: this.work, env: { ...this.environment, ...env } }).result;
  }

  /** `guardit …`, with its arguments as they are. */
  guardit(
    args: readonly string[],
    options: { env?: Record<string, string>; input?: string } = {},
  ): Promise<ProcessResult> {
    const { env = {}, input } = options;
    const more = input === undefined ? {} : { input };
    return start(NODE, [CLI, ...args], { cwd: this.work, env: { ...this.environment, ...env }, ...more }).result;
  }

  /** A command that goes on. It is ended with the machine at the latest. */
  start(args: readonly string[]): RunningProcess {
    const running = start(NODE, [CLI, ...args], { cwd: this.work, env: this.environment });
    this.#started.push(running);
    return running;
  }

  async remove(): Promise<void> {
    for (const { child } of this.#started) child.kill('SIGTERM');
    await Promise.all(this.#started.map(({ result }) => result));
    rmSync(this.root, { recursive: true, force: true });
  }
}
