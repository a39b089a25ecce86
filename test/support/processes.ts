import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { bundled } from './bundle/bundle-folder.ts';

/** The Node that runs the product, whatever runs the tests. */
export const NODE = process.execPath;
/** The command line, bundled for this run of the tests: it cannot be out of date. */
const GUARDIT = [bundled('guardit.js')];

export interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Written to standard input, which ends then; undefined leaves it empty, 'open' leaves it to the caller. */
  readonly input?: string | Buffer | 'open';
}

export interface ProcessResult {
  /** null: ended by a signal. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A child process with its output collected. */
export interface RunningProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly result: Promise<ProcessResult>;
  /** Resolves as soon as standard output contains `text`; rejects when the process ends before. */
  saying(text: string): Promise<void>;
  /** Standard output so far. */
  said(): string;
}

export function start(command: string, args: readonly string[], options: ProcessOptions = {}): RunningProcess {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  // A process that dies early closes its input: that is no failure of the test.
  child.stdin.on('error', () => undefined);
  if (options.input !== 'open') child.stdin.end(options.input ?? '');
  const result = once(child, 'close').then(([code, signal]: unknown[]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    ...output,
  }));
  const saying = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => output.stdout.includes(text) && resolve();
      child.stdout.on('data', look);
      look();
      void result.then(({ code, stderr }) => {
        reject(new Error(`${command} ${args.join(' ')} ended with ${code} before it said "${text}": ${stderr}`));
      }, reject);
    });
  return { child, pid: child.pid ?? 0, result, saying, said: () => output.stdout };
}

export interface GuarditOptions extends ProcessOptions {
  readonly password?: string;
}

/** `guardit repo VERB REPOSITORY …` as a process of its own. */
export function startGuardit(
  verb: string,
  repository: string,
  args: readonly string[] = [],
  options: GuarditOptions = {},
): RunningProcess {
  const env = { GUARDIT_PASSWORD: options.password ?? 'password', ...options.env };
  return start(NODE, [...GUARDIT, 'repo', verb, repository, ...args], { ...options, env });
}

/** Runs it to its end, which must be `exitCode`. */
export async function guardit(
  verb: string,
  repository: string,
  args: readonly string[] = [],
  options: GuarditOptions & { readonly exitCode?: number } = {},
): Promise<ProcessResult> {
  const result = await startGuardit(verb, repository, args, options).result;
  if (result.code === (options.exitCode ?? 0)) return result;
  const ended = result.signal ?? result.code;
  throw new Error(`guardit repo ${verb} ${args.join(' ')} ended with ${ended}:\n${result.stderr}${result.stdout}`);
}

/** A restic process that can be watched and stopped; `restic()` in restic.ts is simpler for all else. */
export function startRestic(repository: string, args: readonly string[], options: ProcessOptions = {}): RunningProcess {
  const env = { RESTIC_PASSWORD: 'password', ...options.env };
  return start('restic', ['-r', repository, '--no-cache', ...args], { ...options, env });
}
