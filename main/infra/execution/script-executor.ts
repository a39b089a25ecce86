import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { scriptConfigSchema } from '../../../contracts/actions.ts';
import type { ScriptConfig } from '../../../contracts/actions.ts';
import type { ExecutionContext, ExecutionJob, ExecutionOutcome, Executor } from '../../app/runs/ports.ts';
import { endRunProcesses } from './end-run-processes.ts';
import { failed, failedBy, parseConfig, stopped } from './outcomes.ts';
import { SecretResolver } from './resolve-secrets.ts';
import { DEFAULT_MAX_LOG_BYTES, RunOutput } from './run-output.ts';
import type { OutputChannel } from './run-output.ts';
import { scriptEnvironment, startScript } from './script-process.ts';
import type { ScriptChild } from './script-process.ts';
import { StopSignal } from './stop-signal.ts';

/** How long the output of processes that outlive the script is read, and how long a killed script may take to be gone. */
const DRAIN_MS = 5000;

export interface ScriptExecutorOptions {
  /** Where a script runs that names no `cwd`. */
  readonly defaultFolder: string;
  /** What scripts inherit; default: this process's environment. GUARDIT_ names never are. */
  readonly baseEnvironment?: NodeJS.ProcessEnv;
  readonly maxLogBytes?: number;
  readonly drainMs?: number;
}

/**
 * Runs a program. Its output goes to the log as it comes; one that writes faster than the log takes it waits.
 * At a time-out or a cancellation everything it has started ends, also what left its process group. After it has ended by
 * itself, what it left running stays, as with cron (a script may have restarted a service), unless the config's
 * `leftovers` says `kill`.
 */
export class ScriptExecutor implements Executor {
  readonly #options: ScriptExecutorOptions;

  constructor(options: ScriptExecutorOptions) {
    this.#options = options;
  }

  async execute(job: ExecutionJob, context: ExecutionContext): Promise<ExecutionOutcome> {
    const stop = new StopSignal(context.signal, job.timeoutMs);
    try {
      return await this.#run(job, context, stop);
    } catch (error) {
      return failedBy(error);
    } finally {
      stop.dispose();
    }
  }

  async #run(job: ExecutionJob, context: ExecutionContext, stop: StopSignal): Promise<ExecutionOutcome> {
    const config = parseConfig(scriptConfigSchema, job.config);
    const secrets = new SecretResolver(context.secrets);
    const configured = await secrets.record(config.env);
    const base = this.#options.baseEnvironment ?? process.env;
    const environment = scriptEnvironment(base, configured, context.environment);
    if (stop.reason) return stopped(stop);
    const child = await startScript({ config, cwd: config.cwd ?? this.#options.defaultFolder, environment });
    const masked = [...secrets.values, context.environment.GUARDIT_TOKEN];
    const output = new RunOutput(context.log, masked, this.#options.maxLogBytes ?? DEFAULT_MAX_LOG_BYTES);
    const run = { runId: context.environment.GUARDIT_RUN_ID, groupId: child.pid ?? null };
    const outcome = await new ScriptRun(child, config, output, stop, run, this.#options.drainMs ?? DRAIN_MS).toItsEnd();
    const logIncomplete = await output.finish();
    return logIncomplete === undefined ? outcome : { ...outcome, logIncomplete };
  }
}

/** One script from its start to its outcome. */
class ScriptRun {
  readonly #child: ScriptChild;
  readonly #config: ScriptConfig;
  readonly #output: RunOutput;
  readonly #stop: StopSignal;
  readonly #processes: { readonly runId: string; readonly groupId: number | null };
  readonly #drainMs: number;
  readonly #exited: Promise<unknown>;

  constructor(
    child: ScriptChild,
    config: ScriptConfig,
    output: RunOutput,
    stop: StopSignal,
    processes: { readonly runId: string; readonly groupId: number | null },
    drainMs: number,
  ) {
    this.#child = child;
    this.#config = config;
    this.#output = output;
    this.#stop = stop;
    this.#processes = processes;
    this.#drainMs = drainMs;
    this.#exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve();
    // A signal that can't be sent is no event of ours: processes are ended elsewhere.
    child.on('error', () => undefined);
  }

  async toItsEnd(): Promise<ExecutionOutcome> {
    const { stdout, stderr } = this.#child;
    const drained = Promise.all([pump(stdout, this.#output.channel()), pump(stderr, this.#output.channel())]);
    await Promise.race([this.#exited, this.#stop.stopped]);
    // Both at once: it had been asked to stop, whatever it made of that.
    const wasStopped = this.#stop.reason !== null;
    if (wasStopped) await this.#endEverything(Math.min(this.#config.graceMs, this.#stop.maxGraceMs));
    else if (this.#config.leftovers === 'kill') await this.#endEverything(this.#config.graceMs);
    await this.#drain(drained);
    const result = { exit_code: this.#child.exitCode, output_bytes: this.#output.totalBytes };
    return wasStopped ? stopped(this.#stop, result) : this.#judge(result);
  }

  async #endEverything(graceMs: number): Promise<void> {
    const leftCount = await endRunProcesses(this.#processes, graceMs);
    if (leftCount > 0) await this.#output.note(`${leftCount} of the script's processes could not be ended.`);
    await Promise.race([this.#exited, sleep(this.#drainMs, undefined, { ref: false })]);
  }

  /** The pipes stay open as long as anybody has them: a process that was left running must not hold up the run. */
  async #drain(drained: Promise<unknown>): Promise<void> {
    const controller = new AbortController();
    const late = sleep(this.#drainMs, 'late', { signal: controller.signal }).catch(() => 'aborted');
    const first = await Promise.race([drained, late]);
    controller.abort();
    if (first !== 'late') return;
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
    await drained;
    await this.#output.note(
      'A process that the script left running keeps its output open; the rest of it is not kept.',
    );
  }

  #judge(result: { exit_code: number | null; output_bytes: number }): ExecutionOutcome {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === 0) return { status: 'completed', exitCode, result };
    if (exitCode !== null) {
      return failed('exit_code', `The script ended with exit code ${exitCode}.`, true, { exitCode, result });
    }
    const signal = signalCode ?? 'unknown signal';
    return failed('killed', `The script was ended by ${signal}, not by GuardIT.`, true, { signal, result });
  }
}

/** Reads only as fast as the log takes it. A stream that was destroyed ends like any other. */
async function pump(stream: Readable, channel: OutputChannel): Promise<void> {
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) await channel.write(chunk);
  } catch {
    // Destroyed after the script's end: what was read is in the log.
  }
  await channel.end();
}
