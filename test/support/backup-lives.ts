import type { Caller } from '../../main/app/access/caller.ts';
import { AuditLog } from '../../main/app/audit/audit-log.ts';
import { Adoption } from '../../main/app/backup/adoption/adoption.ts';
import { Reconciliation } from '../../main/app/backup/adoption/reconciliation.ts';
import type { BackupDeps } from '../../main/app/backup/backup-deps.ts';
import { BackupExecutor } from '../../main/app/backup/backup-executor.ts';
import { closeBackupOf, closeLostBackups, isBackupDone } from '../../main/app/backup/close-backups.ts';
import { ConsolidateExecutor } from '../../main/app/backup/consolidate-executor.ts';
import type { BackupRecord } from '../../main/app/backup/ports.ts';
import { Removals } from '../../main/app/backup/removals.ts';
import type { Catalog } from '../../main/app/catalog/ports.ts';
import { EventBus } from '../../main/app/events/event-bus.ts';
import { Immutability } from '../../main/app/retention/immutability.ts';
import type { ExecutionOutcome, Executor, Run } from '../../main/app/runs/ports.ts';
import { recoverRuns } from '../../main/app/runs/recover-runs.ts';
import type { RunsLog } from '../../main/app/runs/run-attempt.ts';
import type { RunDispatcher } from '../../main/app/runs/run-dispatcher.ts';
import { RunRecords } from '../../main/app/runs/run-records.ts';
import { createTarget } from '../../main/app/targets/create-target.ts';
import type { TargetDeps } from '../../main/app/targets/target-deps.ts';
import type { ActionTask } from '../../main/app/tasks/task.ts';
import { FolderLogFiles } from '../../main/infra/log/log-files.ts';
import { testCaller } from './api-server.ts';
import { repositoryRecord } from './backup-service.ts';
import { openTestCatalog, scratchFolder } from './catalogs.ts';
import { MemoryDisk, MemoryEngine } from './memory-engine.ts';

export const ADMIN: Caller = testCaller('admin', 'admin');
const QUIET: RunsLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The process is gone: nothing that it would do has an effect any more. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/** Dies at a step: at the `at`th of those before and after each write of the catalog and each job of the engine. */
export class Fate {
  readonly #at: number;
  #steps = 0;
  #isDead = false;
  diedAt: string | null = null;

  constructor(at = Infinity) {
    this.#at = at;
  }

  step(what: string): void {
    if (!this.#isDead && ++this.#steps === this.#at) {
      this.#isDead = true;
      this.diedAt = what;
    }
    if (this.#isDead) throw new Killed(what);
  }

  over(catalog: Catalog): Catalog {
    return {
      read: (work) => catalog.read(work),
      write: async (work) => {
        this.step('before a write');
        const result = await catalog.write(work);
        this.step('after a write');
        return result;
      },
    };
  }
}

/** What survives the death of a process. */
export interface Remains {
  readonly catalog: Catalog;
  readonly disk: MemoryDisk;
  readonly logs: string;
  readonly clock: { now(): Date };
}

/** A catalog with a repository `local` and a target `documents`, and an empty repository on the disk. */
export async function newRemains(): Promise<Remains> {
  // Later with each look: the order of backups must not depend on how fast a test is.
  let nowMs = Date.parse('2026-01-15T12:00:00Z');
  const clock = { now: () => new Date((nowMs += 1000)) };
  const catalog = await openTestCatalog({ clock });
  await catalog.write(({ repositories }) => repositories.insert(repositoryRecord('/repository', { id: 'local' })));
  const remains = { catalog, disk: new MemoryDisk(), logs: scratchFolder(), clock };
  const { targets } = life(remains);
  const config = { paths: [scratchFolder()] };
  await createTarget(targets, ADMIN, { name: 'documents', kind: 'files', config, repository_id: 'local' });
  return remains;
}

/** One process over what there is. Runs are executed one after the other, when `work` is called. */
export function life(remains: Remains, fate = new Fate()) {
  const catalog = fate.over(remains.catalog);
  const { clock } = remains;
  const engine = new MemoryEngine(remains.disk, (what) => fate.step(what)).asJobs();
  const openAccess = async () => ({ location: '/repository', password: 'secret' });
  const events = new EventBus();
  const audit = new AuditLog(clock);
  const removals = new Removals({ catalog, clock, engine, openAccess });
  const immutability = new Immutability(clock, clock);
  const queue: { readonly run: Run; readonly task: ActionTask }[] = [];
  const dispatcher = {
    checkOpen: () => undefined,
    current: (run: Run) => run,
    enqueue: (run: Run, task: ActionTask) => void queue.push({ run, task }),
  } as unknown as RunDispatcher;
  const deps: BackupDeps = { catalog, clock, events, audit, dispatcher, engine, openAccess, removals, immutability };
  const files = { look: async () => 'folder' as const, resolve: async (path: string) => path };
  const targets: TargetDeps = {
    ...{ catalog, clock, events, audit, files, dataFolder: '/data', timeZone: 'UTC', maxRetries: 0 },
    nextStart: () => null,
  };
  const never = { execute: () => Promise.reject(new Error('No script is run here.')) };
  const executors: Readonly<Record<string, Executor>> = {
    backup: new BackupExecutor({
      ...deps,
      ...{ files, scripts: never, dataFolder: '/data', after: () => [], journal: QUIET },
      browser: null as never,
    }),
    consolidate: new ConsolidateExecutor(deps),
  };
  const records = new RunRecords({ catalog, clock, events, timeZone: 'UTC', onEnd: closeBackupOf });
  const adoption = new Adoption({ catalog, clock, events, removals, timeZone: 'UTC', maxRetries: 0 });
  const reconciliation = new Reconciliation({ ...deps, adoption, journal: QUIET });
  const logFiles = new FolderLogFiles(remains.logs);

  /** Executes what was queued. A run of a dead process stays as it was. */
  async function work(): Promise<readonly ExecutionOutcome[]> {
    const outcomes: ExecutionOutcome[] = [];
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { run } = await records.begin(next.run, null);
      const outcome = await execute(run, next.task);
      if (fate.diedAt !== null) throw new Killed(fate.diedAt);
      outcomes.push(outcome);
      const failure = 'reason' in outcome ? { code: 'failed', reason: outcome.reason } : undefined;
      const state = outcome.status === 'timed_out' ? 'failed' : outcome.status;
      await records.end(run, { state, ...(failure && { failure }) });
    }
    return outcomes;
  }

  function execute(run: Run, task: ActionTask): Promise<ExecutionOutcome> {
    const { type, config } = task.action;
    const job = { runId: run.id, taskId: run.taskId, type, config, params: run.params, timeoutMs: null };
    const executor = executors[type];
    if (!executor) throw new Error(`Nobody executes ${type}.`);
    return executor.execute(job, {
      signal: new AbortController().signal,
      log: { write: async () => undefined },
      progress: () => undefined,
      environment: { GUARDIT_URL: '', GUARDIT_TOKEN: '', GUARDIT_TASK_ID: run.taskId, GUARDIT_RUN_ID: run.id },
      secrets: null as never,
    });
  }

  return {
    ...{ deps, targets, reconciliation, adoption, work },
    /** What a start of the service does before anything runs, and soon after. */
    async recover(): Promise<void> {
      await closeLostBackups(catalog, clock.now());
      const active = await catalog.read(({ runs }) => runs.listActive());
      const isDone = (run: Run) => isBackupDone(catalog, run);
      const leftovers = { end: async () => 0 };
      for (const run of await recoverRuns({ records, leftovers, logFiles, log: QUIET, isDone }, active)) {
        const task = await catalog.read(({ tasks }) => tasks.findById(run.task));
        if (task) queue.push({ run, task: task as ActionTask });
      }
      await reconciliation.one('local', new AbortController().signal);
    },
  };
}

/** All backups that are listed, oldest first. */
export async function listed({ catalog }: Pick<Remains, 'catalog'>): Promise<readonly BackupRecord[]> {
  const found = await catalog.read(({ backups }) => backups.list({}, { limit: -1, offset: 0 }));
  return found.toReversed();
}
