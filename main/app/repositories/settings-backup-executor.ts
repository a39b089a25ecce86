import { repositoryTaskConfigSchema } from '../../../contracts/actions/own-action-configs.ts';
import { SETTINGS_FOLDER, SETTINGS_TAG } from '../../../contracts/settings-snapshot.ts';
import type { JobContext, RepositoryAccess } from '../engine-jobs/ports/job-context.ts';
import type { BackupFacts, SnapshotFacts } from '../engine-jobs/ports/job-facts.ts';
import type { ExecutionContext, ExecutionJob, ExecutionOutcome, Executor } from '../runs/ports.ts';
import { limitWork, outcomeOfFailure, WorkLog } from '../runs/own-work.ts';
import type { SettingsSource } from './ports.ts';
import type { RepositoryDeps } from './repository-deps.ts';

const KEPT = 30;
const LOCK_PATIENCE_MS = 10 * 60_000;

/** The action `settings_backup`: what `guardit recover` needs, as a snapshot of its own; the newest thirty are kept. */
export class SettingsBackupExecutor implements Executor {
  readonly #deps: Pick<RepositoryDeps, 'accesses' | 'jobs' | 'clock'>;
  readonly #source: SettingsSource;

  constructor(deps: Pick<RepositoryDeps, 'accesses' | 'jobs' | 'clock'>, source: SettingsSource) {
    this.#deps = deps;
    this.#source = source;
  }

  async execute(job: ExecutionJob, { signal, log, progress }: ExecutionContext): Promise<ExecutionOutcome> {
    const limit = limitWork(signal, job.timeoutMs);
    const lines = new WorkLog(log, this.#deps.clock);
    const say = (line: string) => {
      lines.line(line);
      progress(null, line);
    };
    try {
      const { repository_id: id } = repositoryTaskConfigSchema.parse(job.config);
      const access = await this.#deps.accesses.openAccess(id);
      const context = { signal: limit.signal };
      say(`Backs the settings up to ${access.location}.`);
      const facts = await this.#backUp(access, context, say);
      say(`Made the snapshot ${facts.snapshotId.slice(0, 8)}: ${facts.totalFiles} files, ${facts.totalBytes} bytes.`);
      const removed = await this.#removeOld(access, facts.snapshotId, context);
      if (removed > 0) say(`Removed ${removed} older snapshots of the settings.`);
      const result = { snapshot_id: facts.snapshotId, warnings: facts.warningCount, removed };
      return { status: 'completed', result };
    } catch (error) {
      const outcome = outcomeOfFailure(error, limit);
      if ('reason' in outcome) say(outcome.reason);
      return outcome;
    } finally {
      limit.dispose();
      await lines.written();
    }
  }

  async #backUp(access: RepositoryAccess, context: JobContext, say: (line: string) => void): Promise<BackupFacts> {
    const { paths, clear } = await this.#source.stage();
    try {
      const work = {
        paths,
        excludes: [],
        excludeCaches: false,
        excludeLargerThanBytes: null,
        oneFileSystem: false,
        tags: ['guardit', SETTINGS_TAG],
        hostName: null,
        parentSnapshotId: null,
        lockPatienceMs: LOCK_PATIENCE_MS,
      };
      const onWarning = (warning: { readonly item: string; readonly message: string }) =>
        say(`Warning: ${warning.item}: ${warning.message}`);
      return await this.#deps.jobs.backup(access, work, { ...context, onWarning });
    } finally {
      await clear();
    }
  }

  async #removeOld(access: RepositoryAccess, newestId: string, context: JobContext): Promise<number> {
    const { jobs } = this.#deps;
    const outdated = outdatedSettings(await jobs.listSnapshots(access, context), newestId);
    if (outdated.length === 0) return 0;
    return (await jobs.forget(access, outdated, context)).removedIds.length;
  }
}

/** Of the same installation as `newestId`: several may keep their settings in one repository. */
function outdatedSettings(snapshots: readonly SnapshotFacts[], newestId: string): string[] {
  const newest = snapshots.find(({ id }) => id === newestId);
  if (!newest) return [];
  const folderOf = ({ paths }: SnapshotFacts) => paths.find((path) => path.endsWith(SETTINGS_FOLDER));
  return snapshots
    .filter(({ tags, hostName }) => tags.includes(SETTINGS_TAG) && hostName === newest.hostName)
    .filter((snapshot) => folderOf(snapshot) === folderOf(newest))
    .sort((one, other) => Date.parse(other.time) - Date.parse(one.time))
    .slice(KEPT)
    .map(({ id }) => id);
}
