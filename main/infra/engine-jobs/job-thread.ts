import { Worker } from 'node:worker_threads';
import type { JobContext } from '../../app/engine-jobs/ports/job-context.ts';
import type { WalkedEntry } from '../../app/engine-jobs/ports/job-facts.ts';
import { cancelledFailure, deadThreadFailure, EngineFailure } from './engine-failure.ts';
import { holdHangupGuard } from './hangup-guard.ts';
import type { FromJob, JobName, JobRequest, JobResult, ToJob } from './job-messages.ts';
import { jobWorkerUrl } from './job-worker-url.ts';

export interface JobThreadOptions {
  /** How long a cancelled job may take to end by itself: what is being written is finished or dropped, its lock removed. */
  readonly cancelGraceMs: number;
  /** Of the thread's own heap; the engine's tables lie outside of it. Default: Node's. */
  readonly heapLimitMb?: number | undefined;
}

/** A thread inside a system call that does not return (a share that is gone) can't even be stopped. */
const STOP_PATIENCE_MS = 5_000;

/** One job in a thread of its own. */
export class JobThread<Name extends JobName> {
  /** Of locks that the thread has, or may have, written and not removed yet. */
  readonly heldLocks = new Set<string>();
  readonly #request: JobRequest<Name>;
  readonly #context: JobContext;
  readonly #take: (entries: readonly WalkedEntry[]) => void | Promise<void>;
  readonly #options: JobThreadOptions;
  #worker: Worker | undefined;
  #answer: Extract<FromJob, { kind: 'result' | 'failure' }> | undefined;
  /** What a listener threw: it ends the job. */
  #listenerFailure: { readonly error: unknown } | undefined;
  #crash: unknown;
  #isCancelled = false;
  #hasEnded = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    request: JobRequest<Name>,
    context: JobContext,
    options: JobThreadOptions,
    take: (entries: readonly WalkedEntry[]) => void | Promise<void> = () => undefined,
  ) {
    this.#request = request;
    this.#context = context;
    this.#options = options;
    this.#take = take;
  }

  /** The thread is over; false also after a stop that it did not obey. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Settles when the thread has ended. Rejects with an EngineFailure, or with what a listener threw. */
  async run(): Promise<JobResult<Name>> {
    const { signal } = this.#context;
    if (signal.aborted) throw this.#cancelled();
    const letGo = holdHangupGuard();
    const cancel = () => this.#cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const exitCode = await this.#untilExit();
      return this.#outcome(exitCode);
    } finally {
      clearTimeout(this.#timer);
      signal.removeEventListener('abort', cancel);
      letGo();
    }
  }

  #untilExit(): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>();
    const { heapLimitMb } = this.#options;
    const worker = new Worker(jobWorkerUrl('engine-job'), {
      name: `engine ${this.#request.name}`,
      ...(heapLimitMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: heapLimitMb } }),
      trackUnmanagedFds: true,
    });
    this.#worker = worker;
    worker.on('message', (message: FromJob) => this.#receive(message));
    worker.on('error', (error) => (this.#crash = error));
    worker.on('exit', (code) => {
      this.#hasEnded = true;
      resolve(code);
    });
    this.#giveUp = () => resolve(-1);
    this.#post({ kind: 'start', request: this.#request });
    return promise;
  }

  #giveUp: () => void = () => undefined;

  #outcome(exitCode: number): JobResult<Name> {
    if (this.#listenerFailure) throw this.#listenerFailure.error;
    const answer = this.#answer;
    // The worker answers each request with that kind of result.
    if (answer?.kind === 'result') return answer.result;
    if (answer) throw new EngineFailure(answer.failure);
    if (this.#isCancelled) throw this.#cancelled();
    throw deadThreadFailure(this.#request.name, exitCode, this.#crash);
  }

  #receive(message: FromJob): void {
    if (this.#answer) return;
    switch (message.kind) {
      case 'lock':
        if (message.isHeld) this.heldLocks.add(message.lockId);
        else this.heldLocks.delete(message.lockId);
        return;
      case 'progress':
        return this.#listening(() => this.#context.onProgress?.(message.progress));
      case 'warning':
        return this.#listening(() => this.#context.onWarning?.(message.warning));
      case 'portion':
        return this.#listening(async () => {
          await this.#take(message.entries);
          this.#post({ kind: 'portion-taken' });
        });
      case 'result':
      case 'failure':
        this.#answer = message;
        this.#terminate();
    }
  }

  /** What a listener throws ends the job, and nothing else. */
  #listening(listener: () => void | Promise<void>): void {
    if (this.#listenerFailure) return;
    const fail = (error: unknown) => {
      this.#listenerFailure ??= { error };
      this.#cancel();
    };
    try {
      void Promise.resolve(listener()).catch(fail);
    } catch (error) {
      fail(error);
    }
  }

  #cancel(): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    this.#post({ kind: 'cancel' });
    this.#timer = setTimeout(() => this.#terminate(), this.#options.cancelGraceMs);
  }

  #terminate(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#giveUp, STOP_PATIENCE_MS);
    void this.#worker?.terminate();
  }

  #post(message: ToJob): void {
    this.#worker?.postMessage(message);
  }

  #cancelled(): EngineFailure {
    return cancelledFailure(`The job "${this.#request.name}"`);
  }
}
