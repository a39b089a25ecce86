import type { JobContext, RepositoryAccess } from '../../app/engine-jobs/ports/job-context.ts';
import type { BackupWork, CheckWork, RestoreWork, WalkedEntry } from '../../app/engine-jobs/ports/job-facts.ts';
import type { EngineJobs } from '../../app/engine-jobs/ports/jobs.ts';
import { cancelledFailure } from './engine-failure.ts';
import type { JobInput, JobName, JobRequest, JobResult } from './job-messages.ts';
import { JobThread, type JobThreadOptions } from './job-thread.ts';

export interface ThreadEngineJobsOptions {
  /** What new snapshots say made them, like `guardit 1.2.3`. */
  readonly programVersion: string;
  readonly cancelGraceMs?: number;
  readonly heapLimitMb?: number;
}

const CANCEL_GRACE_MS = 30_000;
/** For removing the locks of a thread that was stopped where it stood. */
const CLEAN_UP_MS = 60_000;

/** The engine's work, each job in a thread of its own (decision 0006). Close it before the process ends. */
export class ThreadEngineJobs implements EngineJobs {
  readonly #programVersion: string;
  readonly #threadOptions: JobThreadOptions;
  readonly #running = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();

  constructor(options: ThreadEngineJobsOptions) {
    this.#programVersion = options.programVersion;
    this.#threadOptions = {
      cancelGraceMs: options.cancelGraceMs ?? CANCEL_GRACE_MS,
      heapLimitMb: options.heapLimitMb,
    };
  }

  initRepository(access: RepositoryAccess, context: JobContext) {
    return this.#run('initRepository', access, null, context);
  }

  openRepository(access: RepositoryAccess, context: JobContext) {
    return this.#run('openRepository', access, null, context);
  }

  testRepository(access: RepositoryAccess, context: JobContext) {
    return this.#run('testRepository', access, null, context);
  }

  listKeys(access: RepositoryAccess, context: JobContext) {
    return this.#run('listKeys', access, null, context);
  }

  addKey(access: RepositoryAccess, newPassword: string, context: JobContext) {
    return this.#run('addKey', access, { newPassword }, context);
  }

  async removeKey(access: RepositoryAccess, keyId: string, context: JobContext): Promise<void> {
    await this.#run('removeKey', access, { keyId }, context);
  }

  listSnapshots(access: RepositoryAccess, context: JobContext) {
    return this.#run('listSnapshots', access, null, context);
  }

  backup(access: RepositoryAccess, work: BackupWork, context: JobContext) {
    return this.#run('backup', access, { ...work, programVersion: this.#programVersion }, context);
  }

  restore(access: RepositoryAccess, work: RestoreWork, context: JobContext) {
    return this.#run('restore', access, work, context);
  }

  verifySnapshot(access: RepositoryAccess, snapshotId: string, context: JobContext) {
    return this.#run('verifySnapshot', access, { snapshotId }, context);
  }

  check(access: RepositoryAccess, work: CheckWork, context: JobContext) {
    return this.#run('check', access, work, context);
  }

  forget(access: RepositoryAccess, snapshotIds: readonly string[], context: JobContext) {
    return this.#run('forget', access, { snapshotIds }, context);
  }

  prune(
    access: RepositoryAccess,
    { dryRun, ignoring = [] }: { readonly dryRun: boolean; readonly ignoring?: readonly string[] },
    context: JobContext,
  ) {
    return this.#run('prune', access, { dryRun, ignoring }, context);
  }

  storage(access: RepositoryAccess, context: JobContext, options: { readonly countUnused?: boolean } = {}) {
    return this.#run('storage', access, { countUnused: options.countUnused ?? false }, context);
  }

  tagSnapshot(
    access: RepositoryAccess,
    snapshotId: string,
    { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
    context: JobContext,
  ) {
    return this.#run('tagSnapshot', access, { snapshotId, add, remove }, context);
  }

  async walkSnapshot(
    access: RepositoryAccess,
    snapshotId: string,
    take: (entries: readonly WalkedEntry[]) => void | Promise<void>,
    context: JobContext,
  ): Promise<void> {
    await this.#run('walkSnapshot', access, { snapshotId }, context, take);
  }

  diff(access: RepositoryAccess, beforeId: string, afterId: string, context: JobContext) {
    return this.#run('diff', access, { beforeId, afterId }, context);
  }

  /** Cancels what runs and waits until every thread has ended. Later jobs are refused with `cancelled`. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
  }

  #run<Name extends JobName>(
    name: Name,
    access: RepositoryAccess,
    input: JobInput<Name>,
    context: JobContext,
    take?: (entries: readonly WalkedEntry[]) => void | Promise<void>,
  ): Promise<JobResult<Name>> {
    const signal = AbortSignal.any([context.signal, this.#closing.signal]);
    const work = this.#perform({ name, access, input }, { ...context, signal }, take);
    this.#running.add(work);
    const forget = () => this.#running.delete(work);
    work.then(forget, forget);
    return work;
  }

  async #perform<Name extends JobName>(
    request: JobRequest<Name>,
    context: JobContext,
    take?: (entries: readonly WalkedEntry[]) => void | Promise<void>,
  ): Promise<JobResult<Name>> {
    if (context.signal.aborted) throw cancelledFailure(`The job "${request.name}"`);
    const thread = new JobThread(request, context, this.#threadOptions, take);
    try {
      return await thread.run();
    } finally {
      // A thread that did not end may still be writing: then its lock protects it, until it counts as stale.
      if (thread.hasEnded && thread.heldLocks.size > 0) await this.#removeLocks(request, [...thread.heldLocks]);
    }
  }

  /** Others would be kept out for half an hour: this process lives, so that its locks count. */
  async #removeLocks({ access }: JobRequest, lockIds: readonly string[]): Promise<void> {
    const context = { signal: AbortSignal.timeout(CLEAN_UP_MS) };
    const request = { name: 'removeLocks', access, input: { lockIds } } as const;
    // The job's own outcome matters more; where this fails too, the locks become stale by themselves.
    await new JobThread(request, context, this.#threadOptions).run().catch(() => undefined);
  }
}
