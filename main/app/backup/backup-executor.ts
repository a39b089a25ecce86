import { backupConfigSchema } from '../../../contracts/actions.ts';
import type { SnapshotBrowser } from '../engine-jobs/ports/browser.ts';
import type { JobProgress, RepositoryAccess } from '../engine-jobs/ports/job-context.ts';
import type { BackupFacts } from '../engine-jobs/ports/job-facts.ts';
import { engineLocation } from '../repositories/repository-location.ts';
import { limitWork, outcomeOfFailure, WorkFailure, WorkLog, type WorkLimit } from '../runs/own-work.ts';
import type { RunsLog } from '../runs/run-attempt.ts';
import type { ExecutionContext, ExecutionJob, ExecutionOutcome, Executor, JsonValue } from '../runs/ports.ts';
import type { SourcePaths } from '../targets/ports.ts';
import type { BackupDeps } from './backup-deps.ts';
import { snapshotTags } from './backup-id.ts';
import { BackupWarnings } from './backup-warnings.ts';
import { beginBackup, type BegunBackup } from './begin-backup.ts';
import { completeBackup, withoutParent } from './complete-backup.ts';
import type { AfterBackup, BackupItem, BackupRecord } from './ports.ts';
import { runAfter, runBefore } from './source-commands.ts';
import type { SourceTools } from './sources/backup-source.ts';
import { BACKUP_SOURCES } from './sources/sources.ts';
import { announceBackup } from './start-backups.ts';

export interface BackupExecutorDeps extends Pick<
  BackupDeps,
  'catalog' | 'clock' | 'events' | 'engine' | 'openAccess' | 'immutability'
> {
  readonly browser: SnapshotBrowser;
  readonly files: SourcePaths;
  /** Runs the programs around a backup. */
  readonly scripts: Executor;
  readonly dataFolder: string;
  /** In their order; asked each time, since they are put together later. */
  readonly after: () => readonly AfterBackup[];
  readonly journal: RunsLog;
}

/** Another program may hold the repository for as long as a prune takes. */
const LOCK_PATIENCE_MS = 10 * 60_000;
/** restic's: the snapshot is there, and lacks something. */
const INCOMPLETE = 3;

/** Makes one backup of a target: its record, what runs around it, its snapshot, and what follows. */
export class BackupExecutor implements Executor {
  readonly #deps: BackupExecutorDeps;

  constructor(deps: BackupExecutorDeps) {
    this.#deps = deps;
  }

  async execute(job: ExecutionJob, context: ExecutionContext): Promise<ExecutionOutcome> {
    const log = new WorkLog(context.log, this.#deps.clock);
    const limit = limitWork(context.signal, job.timeoutMs);
    const work = new BackupWork(this.#deps, job, context, log, limit);
    try {
      return await work.toItsEnd();
    } catch (error) {
      const outcome = outcomeOfFailure(error, limit);
      if ('retryable' in outcome && outcome.retryable) await work.awaitRetry();
      return { ...outcome, warnings: work.warnings.list };
    } finally {
      limit.dispose();
      await log.written();
    }
  }
}

class BackupWork {
  readonly warnings: BackupWarnings;
  readonly #deps: BackupExecutorDeps;
  readonly #job: ExecutionJob;
  readonly #context: ExecutionContext;
  readonly #log: WorkLog;
  readonly #limit: WorkLimit;
  readonly #tools: SourceTools;
  #begun: BegunBackup | null = null;

  constructor(deps: BackupExecutorDeps, job: ExecutionJob, context: ExecutionContext, log: WorkLog, limit: WorkLimit) {
    this.warnings = new BackupWarnings(log);
    this.#deps = deps;
    this.#job = job;
    this.#context = context;
    this.#log = log;
    this.#limit = limit;
    const { engine, browser, files } = deps;
    this.#tools = {
      ...{ engine, browser, files },
      say: (line) => log.line(line),
      warn: (warning) => this.warnings.add(warning),
    };
  }

  async toItsEnd(): Promise<ExecutionOutcome> {
    const config = backupConfigSchema.safeParse(this.#job.config);
    if (!config.success) throw new WorkFailure('invalid_config', "The task's config is not valid.");
    const { catalog, clock, immutability } = this.#deps;
    const now = clock.now();
    this.#begun = await catalog.write((stores) => beginBackup(stores, this.#job, config.data, { now, immutability }));
    const { backup, target, repository, note } = this.#begun;
    announceBackup(this.#deps, 'started', backup, now);
    this.#log.line(`${backup.id}: a ${backup.type} backup of ${target.name} into ${repository.name}.`);
    if (note !== null) this.#log.line(note);
    const { facts, items } = await this.#around(() => this.#save());
    const completed = await this.#complete(facts, items);
    await this.#follow(completed);
    return this.#outcome(completed, facts);
  }

  /** So that it is not in the way of others while it waits. The run's end closes it when there is no other attempt. */
  async awaitRetry(): Promise<void> {
    const id = this.#begun?.backup.id;
    if (id === undefined) return;
    try {
      await this.#deps.catalog.write(async ({ backups }) => {
        const backup = await backups.find(id);
        if (backup?.state === 'running') await backups.update({ ...backup, state: 'pending' });
      });
    } catch (error) {
      this.#deps.journal.warn({ err: error, backupId: id }, 'A backup that waits for its next attempt stays running.');
    }
  }

  async #around<T>(work: () => Promise<T>): Promise<T> {
    const { scripts } = this.#deps;
    const { target } = this.#begunOne();
    const { before, after } = BACKUP_SOURCES[target.kind].commands(target.config);
    const context = { ...this.#context, signal: this.#limit.signal };
    try {
      if (before) {
        this.#log.line('The command before the backup runs.');
        await this.#log.written();
        await runBefore(scripts, before, this.#job, context);
      }
      return await work();
    } finally {
      if (after) {
        this.#log.line('The command after the backup runs.');
        await this.#log.written();
        const problem = await runAfter(scripts, after, this.#job, this.#context);
        if (problem !== null) this.warnings.add(problem);
      }
    }
  }

  /** The snapshot, found in the repository again, and what is in it. */
  async #save(): Promise<{ readonly facts: BackupFacts; readonly items: readonly BackupItem[] }> {
    const { engine, openAccess, dataFolder } = this.#deps;
    const { target, repository, repositories, before } = this.#begunOne();
    const access = await openAccess(repository.id);
    const { signal } = this.#limit;
    const parent = await this.#parentIn(access);
    const { backup } = this.#begunOne();
    const tags = snapshotTags(backup.id, target.id, backup.immutableUntil);
    const source = BACKUP_SOURCES[target.kind];
    const facts = await source.backUp(
      target.config,
      {
        ...{ access, tags, lockPatienceMs: LOCK_PATIENCE_MS },
        parentSnapshotId: parent?.snapshotId ?? null,
        ownFolders: [dataFolder, ...repositories.flatMap(folderOf)],
      },
      this.#tools,
      {
        signal,
        onProgress: (progress) => this.#report(backup.id, progress),
        onWarning: ({ item, message }) => this.warnings.add(message.includes(item) ? message : `${item}: ${message}`),
      },
    );
    this.#log.line(describe(facts));
    const listed = await engine.listSnapshots(access, { signal });
    const found = listed.find(({ id }) => id === facts.snapshotId);
    if (!found || !tags.every((tag) => found.tags.includes(tag))) {
      throw new WorkFailure('incomplete', `The snapshot ${facts.snapshotId} is not in the repository after all.`);
    }
    const snapshot = { access, id: facts.snapshotId, before: before?.items ?? [] };
    return { facts, items: await source.items(target.config, snapshot, this.#tools, signal) };
  }

  /** The parent as far as its snapshot is there; without it, the backup becomes a full one. */
  async #parentIn(access: RepositoryAccess): Promise<BackupRecord | null> {
    const { parent } = this.#begunOne();
    if (!parent) return null;
    const snapshots = await this.#deps.engine.listSnapshots(access, { signal: this.#limit.signal });
    if (snapshots.some(({ id }) => id === parent.snapshotId)) {
      this.#log.line(`It is based on ${parent.id}.`);
      return parent;
    }
    this.warnings.add(`The snapshot of ${parent.id} is not in the repository any more: this becomes a full backup.`);
    const begun = this.#begunOne();
    const backup = await this.#deps.catalog.write((stores) => withoutParent(stores, begun.backup.id));
    this.#begun = { ...begun, backup, parent: null };
    return null;
  }

  async #complete(facts: BackupFacts, items: readonly BackupItem[]): Promise<BackupRecord> {
    const { catalog, clock } = this.#deps;
    const at = clock.now();
    const { backup } = this.#begunOne();
    const result = { facts, items, warningCount: this.warnings.count };
    const completed = await catalog.write((stores) => completeBackup(stores, backup.id, result, at));
    announceBackup(this.#deps, 'completed', completed, at);
    return completed;
  }

  async #follow(backup: BackupRecord): Promise<void> {
    const { signal } = this.#limit;
    const context = { signal, say: this.#tools.say, warn: this.#tools.warn };
    for (const { name, follow } of this.#deps
      .after()
      .map((hook) => ({ name: hook.name, follow: hook.follow.bind(hook) }))) {
      if (signal.aborted) return;
      try {
        await follow(backup, context);
      } catch (error) {
        if (signal.aborted) return;
        this.#deps.journal.warn({ err: error, backupId: backup.id, hook: name }, 'What follows a backup failed.');
        this.warnings.add(`${name} after the backup failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  #outcome({ id, snapshotId, type, chainId }: BackupRecord, facts: BackupFacts): ExecutionOutcome {
    const { count, list } = this.warnings;
    const result: JsonValue = {
      backup_id: id,
      snapshot_id: snapshotId,
      backup_type: type,
      chain_id: chainId,
      ...facts,
    };
    return { status: 'completed', exitCode: count > 0 ? INCOMPLETE : 0, result, warnings: list };
  }

  #report(backupId: string, progress: JobProgress): void {
    const { bytesDone, totalBytes, filesDone, totalFiles, phase } = progress;
    const percent = totalBytes === null || totalBytes === 0 ? null : (100 * bytesDone) / totalBytes;
    const files = totalFiles === null ? `${filesDone} files` : `${filesDone} of ${totalFiles} files`;
    this.#context.progress(percent, `${phase}: ${files}`, {
      backup_id: backupId,
      phase,
      files_done: filesDone,
      total_files: totalFiles,
      bytes_done: bytesDone,
      total_bytes: totalBytes,
      bytes_per_second: progress.bytesPerSecond,
      eta_seconds: progress.etaSeconds,
      current_path: progress.currentPath,
    });
  }

  #begunOne(): BegunBackup {
    if (!this.#begun) throw new Error('The backup has not begun.');
    return this.#begun;
  }
}

function folderOf(repository: Parameters<typeof engineLocation>[0]): readonly string[] {
  return repository.kind === 'local' ? [engineLocation(repository)] : [];
}

function describe(facts: BackupFacts): string {
  const { filesNew, filesChanged, filesUnmodified, totalFiles, totalBytes, addedStoredBytes, durationMs } = facts;
  return (
    `${totalFiles} files with ${totalBytes} bytes: ${filesNew} new, ${filesChanged} changed, ${filesUnmodified} unmodified; ` +
    `${addedStoredBytes} bytes were stored in ${(durationMs / 1000).toFixed(1)} s. Snapshot ${facts.snapshotId}.`
  );
}
