import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One call of a program. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** What one whole process took, from its start to its end, all its threads together. */
export interface Measurement {
  readonly wallSeconds: number;
  /** User and system time, to 10 ms. */
  readonly cpuSeconds: number;
  /** The most memory that was resident at any moment. */
  readonly peakBytes: number;
}

/** Runs commands under GNU time, which learns from the kernel what a process used. */
export class Stopwatch {
  readonly #reportPath: string;
  readonly #errorPath: string;

  constructor(scratchFolder: string) {
    this.#reportPath = join(scratchFolder, 'time-report');
    this.#errorPath = join(scratchFolder, 'stderr');
    const { stdout, stderr } = spawnSync('time', ['--version'], { encoding: 'utf8' });
    if (!/GNU/.test(`${stdout}${stderr}`)) {
      throw new Error('The benchmark measures with GNU time. Install it: on Debian and Ubuntu, `apt install time`.');
    }
  }

  /** A command that fails, or that a signal ends, is an error that quotes the end of what it said. */
  measure(command: Command): Measurement {
    // What earlier commands wrote must not be written back to the disk at this one's expense.
    spawnSync('sync');
    const { program, args, env, cwd } = command;
    const stderr = openSync(this.#errorPath, 'w');
    const startedNs = process.hrtime.bigint();
    const timeArgs = ['--quiet', '--format=%U %S %M', `--output=${this.#reportPath}`, program, ...args];
    const result = spawnSync('time', timeArgs, { env, cwd, stdio: ['ignore', 'ignore', stderr] });
    const wallSeconds = Number(process.hrtime.bigint() - startedNs) / 1e9;
    closeSync(stderr);
    if (result.status !== 0) throw this.#failure(command, result);
    const report = readFileSync(this.#reportPath, 'utf8').trim().split(' ').map(Number);
    const [userSeconds = NaN, systemSeconds = NaN, peakKib = NaN] = report;
    return { wallSeconds, cpuSeconds: userSeconds + systemSeconds, peakBytes: peakKib * 1024 };
  }

  #failure({ program, args }: Command, result: { status: number | null; signal: string | null; error?: Error }): Error {
    const end = result.error?.message ?? (result.signal ? `was ended by ${result.signal}` : `exited ${result.status}`);
    const said = readFileSync(this.#errorPath, 'utf8').slice(-2000);
    return new Error(`\`${program} ${args.join(' ')}\` ${end}.\n${said}`);
  }
}

/** Runs what nobody measures. */
export function run({ program, args, env, cwd }: Command): void {
  const result = spawnSync(program, args, { env, cwd, stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 2 ** 28 });
  if (result.status === 0) return;
  const end = result.error?.message ?? `exited ${result.status ?? result.signal}`;
  throw new Error(`\`${program} ${args.join(' ')}\` ${end}.\n${result.stderr?.toString().slice(-2000) ?? ''}`);
}
