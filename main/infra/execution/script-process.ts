import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { ScriptConfig } from '../../../contracts/actions.ts';
import type { RunEnvironment } from '../../app/runs/ports.ts';
import { systemErrorCode } from '../files/durable-file.ts';
import { ExecutionFailure } from './outcomes.ts';

export type ScriptChild = ChildProcessByStdio<null, Readable, Readable>;

export interface ScriptLaunch {
  readonly config: ScriptConfig;
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** GuardIT's own settings are none of a script's business, nor is what made Node run GuardIT. */
const NOT_INHERITED = /^(?:guardit_.*|node_options|node_channel_fd|electron_run_as_node)$/i;

/** From weak to strong: GuardIT's own environment, the config's, the run's. */
export function scriptEnvironment(
  base: NodeJS.ProcessEnv,
  configured: Readonly<Record<string, string>>,
  run: RunEnvironment,
): NodeJS.ProcessEnv {
  // Windows tells PATH and Path not apart, and would take either.
  const fold = (name: string) => (process.platform === 'win32' ? name.toLowerCase() : name);
  const replaced = new Set(Object.keys(configured).map(fold));
  const inherited = Object.entries(base).filter(([name]) => !NOT_INHERITED.test(name) && !replaced.has(fold(name)));
  return { ...Object.fromEntries(inherited), ...configured, ...run };
}

/** Starts the script in its own process group and session, without input. Throws ExecutionFailure `cannot_start`. */
export async function startScript({ config, cwd, environment }: ScriptLaunch): Promise<ScriptChild> {
  await checkFolder(cwd);
  const { command, args, verbatim } = commandLine(config);
  const child = spawnChild(command, args, {
    cwd,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A session of its own: signals go to all of it, and none from our terminal reaches it. On Windows it would only
    // open a console window.
    detached: process.platform !== 'win32',
    windowsHide: true,
    windowsVerbatimArguments: verbatim,
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(cannotStart(config.command, error)));
  });
  return child;
}

function spawnChild(command: string, args: readonly string[], options: Parameters<typeof spawn>[2]): ScriptChild {
  try {
    // The type follows from `stdio` above, which the overloads can't see through the parameter.
    return spawn(command, args, options) as ScriptChild;
  } catch (error) {
    throw cannotStart(command, error);
  }
}

interface CommandLine {
  readonly command: string;
  readonly args: readonly string[];
  readonly verbatim: boolean;
}

/** With a shell, command and args are joined by single blanks and nothing is quoted: `>` and `|` shall mean something. */
function commandLine({ command, args, shell }: ScriptConfig): CommandLine {
  if (!shell) return { command, args, verbatim: false };
  const line = [command, ...args].join(' ');
  // /s: cmd takes the outer quotes away, and nothing else.
  return process.platform === 'win32'
    ? { command: 'cmd.exe', args: ['/d', '/s', '/c', `"${line}"`], verbatim: true }
    : { command: '/bin/sh', args: ['-c', line], verbatim: false };
}

async function checkFolder(cwd: string): Promise<void> {
  const info = await stat(cwd).catch((error: unknown) => {
    const code = systemErrorCode(error) ?? 'unknown error';
    const what = code === 'ENOENT' ? 'does not exist' : `can't be entered (${code})`;
    throw new ExecutionFailure('cannot_start', `The working folder ${JSON.stringify(cwd)} ${what}.`, false, error);
  });
  if (info.isDirectory()) return;
  throw new ExecutionFailure('cannot_start', `The working folder ${JSON.stringify(cwd)} is no folder.`, false);
}

const START_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT:
    'was not found. Give its full path, or set PATH in env. (A script whose first line names a missing program looks the same.)',
  EACCES:
    'is not executable for the account that runs GuardIT. Give it the right to, or name the program that runs it.',
  EPERM: 'may not be run by the account that runs GuardIT.',
  ENOTDIR: 'was not found: a part of its path is no folder.',
  E2BIG: 'has more arguments and environment than the system takes.',
  EINVAL: 'can only be run with shell: true (a .cmd or .bat file), or its arguments are not valid.',
};

/** Too few processes or too little memory pass by themselves. */
const PASSING = new Set(['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE', 'ETXTBSY']);

/** The command is named, never its arguments: they may hold a password. */
function cannotStart(command: string, error: unknown): ExecutionFailure {
  const code = systemErrorCode(error) ?? 'unknown error';
  const problem = START_PROBLEMS[code] ?? `could not be started (${code}).`;
  const shown = JSON.stringify(command.length > 200 ? `${command.slice(0, 199)}…` : command);
  return new ExecutionFailure('cannot_start', `The command ${shown} ${problem}`, PASSING.has(code), error);
}
