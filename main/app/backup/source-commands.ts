import type { ScriptConfig } from '../../../contracts/actions.ts';
import type { BackupCommand } from '../../../contracts/targets.ts';
import { WorkFailure } from '../runs/own-work.ts';
import {
  StopInHurry,
  type ExecutionContext,
  type ExecutionJob,
  type ExecutionOutcome,
  type Executor,
} from '../runs/ports.ts';

const DEFAULT_TIMEOUT_MS = 3_600_000;

/** Runs a program around a backup as a script task would run it: with its output in the log, and its processes ended. */
export async function runCommand(
  scripts: Executor,
  command: BackupCommand,
  job: ExecutionJob,
  context: ExecutionContext,
): Promise<ExecutionOutcome> {
  const { config, timeoutMs } = scriptOf(command);
  return scripts.execute({ ...job, type: 'script', config, params: null, timeoutMs }, context);
}

/** Throws what kept it from ending well; an abort as the cancellation that it is. */
export async function runBefore(
  scripts: Executor,
  command: BackupCommand,
  job: ExecutionJob,
  context: ExecutionContext,
): Promise<void> {
  const outcome = await runCommand(scripts, command, job, context);
  if (outcome.status === 'completed') return;
  if (outcome.status === 'cancelled')
    throw new DOMException('The command before the backup was stopped.', 'AbortError');
  const code = outcome.status === 'failed' ? outcome.code : 'incomplete';
  throw new WorkFailure(code, `The command before the backup failed: ${outcome.reason}`, {
    retryable: outcome.retryable,
  });
}

/** However the backup ended, also where it was cancelled; in a hurry only as long as there is time. Null: all went well. */
export async function runAfter(
  scripts: Executor,
  command: BackupCommand,
  job: ExecutionJob,
  context: ExecutionContext,
): Promise<string | null> {
  const hurry: unknown = context.signal.aborted ? context.signal.reason : null;
  const stop = new AbortController();
  const timer = hurry instanceof StopInHurry ? setTimeout(() => stop.abort(hurry), hurry.maxGraceMs / 2) : undefined;
  try {
    const outcome = await runCommand(scripts, command, job, { ...context, signal: stop.signal });
    if (outcome.status === 'completed') return null;
    const reason = outcome.status === 'cancelled' ? 'It was stopped.' : outcome.reason;
    return `The command after the backup failed: ${reason}`;
  } catch (error) {
    return `The command after the backup failed: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    clearTimeout(timer);
  }
}

function scriptOf(command: BackupCommand): {
  readonly config: Partial<ScriptConfig>;
  readonly timeoutMs: number;
} {
  if (Array.isArray(command)) {
    const [program = '', ...args] = command;
    return { config: { command: program, args }, timeoutMs: DEFAULT_TIMEOUT_MS };
  }
  const { timeout: timeoutMs, ...config } = command;
  return { config, timeoutMs };
}
