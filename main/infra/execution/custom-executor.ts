import { MessageChannel, Worker } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { customConfigSchema } from '../../../contracts/actions.ts';
import type { CustomConfig } from '../../../contracts/actions.ts';
import { MAX_RESULT_BYTES } from '../../app/runs/ports.ts';
import type { ExecutionContext, ExecutionJob, ExecutionOutcome, Executor, JsonValue } from '../../app/runs/ports.ts';
import { CustomInbox } from './custom-inbox.ts';
import { findCustomModule } from './custom-module.ts';
import type { CustomWorkerData } from './custom-protocol.ts';
import { customWorkerUrl } from './custom-worker-url.ts';
import { failed, failedBy, parseConfig, stopped } from './outcomes.ts';
import { SecretResolver } from './resolve-secrets.ts';
import { DEFAULT_MAX_LOG_BYTES, RunOutput } from './run-output.ts';
import { scriptEnvironment } from './script-process.ts';
import { StopSignal } from './stop-signal.ts';

export interface CustomExecutorOptions {
  /** The data folder's `custom-tasks/`. */
  readonly folder: string;
  readonly maxLogBytes?: number;
}

/**
 * Runs an exported function of a module in a thread of its own: `await fn(params, {taskId, runId, progress})`. A time-out or
 * a cancellation ends the thread at once, whatever it is doing; processes that the function started are its own business.
 */
export class CustomExecutor implements Executor {
  readonly #options: CustomExecutorOptions;

  constructor(options: CustomExecutorOptions) {
    this.#options = options;
  }

  async execute(job: ExecutionJob, context: ExecutionContext): Promise<ExecutionOutcome> {
    const stop = new StopSignal(context.signal, job.timeoutMs);
    try {
      const config = parseConfig(customConfigSchema, job.config);
      const moduleUrl = await findCustomModule(this.#options.folder, config.module);
      const secrets = new SecretResolver(context.secrets);
      const params = await secrets.deep(config.params);
      const masked = [...secrets.values, context.environment.GUARDIT_TOKEN];
      const output = new RunOutput(context.log, masked, this.#options.maxLogBytes ?? DEFAULT_MAX_LOG_BYTES);
      if (stop.reason) return stopped(stop);
      const thread = startThread({ job, config, moduleUrl, params, context });
      const outcome = await followThread(thread, context, output, stop);
      const logIncomplete = await output.finish();
      return logIncomplete === undefined ? outcome : { ...outcome, logIncomplete };
    } catch (error) {
      return failedBy(error);
    } finally {
      stop.dispose();
    }
  }
}

interface ThreadStart {
  readonly job: ExecutionJob;
  readonly config: CustomConfig;
  readonly moduleUrl: string;
  readonly params: unknown;
  readonly context: ExecutionContext;
}

interface Thread {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly inFlight: SharedArrayBuffer;
}

function startThread({ job, config, moduleUrl, params, context }: ThreadStart): Thread {
  const { port1, port2 } = new MessageChannel();
  const inFlight = new SharedArrayBuffer(4);
  const data: CustomWorkerData = {
    moduleUrl,
    functionName: config.function,
    params,
    taskId: job.taskId,
    runId: job.runId,
    maxResultBytes: MAX_RESULT_BYTES,
    port: port2,
    inFlight,
  };
  const worker = new Worker(customWorkerUrl(), {
    name: `custom ${job.runId}`,
    workerData: data,
    transferList: [port2],
    env: scriptEnvironment(process.env, {}, context.environment),
    execArgv: [],
    stdin: false,
    // Taken over by the thread itself (custom-output.ts); what slips by must not reach our own streams.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: config.memoryMb, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
  });
  worker.stdout.resume();
  worker.stderr.resume();
  return { worker, port: port1, inFlight };
}

async function followThread(
  { worker, port, inFlight }: Thread,
  context: ExecutionContext,
  output: RunOutput,
  stop: StopSignal,
): Promise<ExecutionOutcome> {
  const inbox = new CustomInbox(port, inFlight, output, context.progress);
  let crash: unknown = null;
  worker.on('error', (error) => (crash = error));
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  await Promise.race([inbox.verdict, ended, stop.stopped]);
  const wasStopped = stop.reason !== null && inbox.settled === null;
  await worker.terminate();
  await ended;
  await inbox.close();
  if (wasStopped) return stopped(stop);
  const verdict = inbox.settled;
  if (verdict?.kind === 'result') {
    // boundedJson made it; a secret that was returned must not be kept.
    return { status: 'completed', result: JSON.parse(output.masker.maskText(verdict.json)) as JsonValue };
  }
  if (verdict?.kind === 'failure') {
    const { code, reason, stack } = verdict.failure;
    await output.note(stack ?? reason);
    return failed(code, output.masker.maskText(reason), code === 'function_failed');
  }
  return crashed(crash, output);
}

/** The thread ended without a word. */
async function crashed(crash: unknown, output: RunOutput): Promise<ExecutionOutcome> {
  const isError = crash instanceof Error;
  if (isError && 'code' in crash && crash.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    const reason = 'The function took more memory than the task’s memoryMb allows.';
    await output.note(reason);
    return failed('out_of_memory', reason, false);
  }
  const reason = isError
    ? crash.message.slice(0, 2000)
    : 'The function ended without a result: by process.exit, or it waits for what can’t come.';
  await output.note(isError ? (crash.stack ?? reason) : reason);
  return failed('function_failed', output.masker.maskText(reason), true);
}
