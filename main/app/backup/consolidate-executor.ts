import { z } from 'zod';
import type { Stores } from '../catalog/ports.ts';
import { jobContext } from '../engine-jobs/job-context.ts';
import type { JobContext, RepositoryAccess } from '../engine-jobs/ports/job-context.ts';
import type { PruneFacts } from '../engine-jobs/ports/job-facts.ts';
import { relinkStoredChains } from '../retention/relink-stored-chains.ts';
import { limitWork, outcomeOfFailure, WorkFailure, WorkLog } from '../runs/own-work.ts';
import type { ExecutionContext, ExecutionJob, ExecutionOutcome, Executor } from '../runs/ports.ts';
import type { BackupDeps } from './backup-deps.ts';
import { BackupWarnings } from './backup-warnings.ts';
import type { BackupRecord } from './ports.ts';
import { chainMembers } from './read-backups.ts';

export type ConsolidateDeps = Pick<
  BackupDeps,
  'catalog' | 'clock' | 'engine' | 'openAccess' | 'removals' | 'immutability'
>;

const Params = z.object({ chain_id: z.string(), repository_id: z.string() });

interface Work {
  readonly chainId: string;
  readonly repositoryId: string;
  readonly access: RepositoryAccess;
  readonly context: JobContext;
  readonly log: WorkLog;
  readonly warnings: BackupWarnings;
}

/**
 * Merges a chain into its newest backup. Each of them is complete in itself, so nothing is copied: the newest is proved to
 * be whole, then it becomes the full, and only then are the others removed. Cut off anywhere, what is listed is there.
 */
export class ConsolidateExecutor implements Executor {
  readonly #deps: ConsolidateDeps;

  constructor(deps: ConsolidateDeps) {
    this.#deps = deps;
  }

  async execute(job: ExecutionJob, context: ExecutionContext): Promise<ExecutionOutcome> {
    const log = new WorkLog(context.log, this.#deps.clock);
    const limit = limitWork(context.signal, job.timeoutMs);
    const warnings = new BackupWarnings(log);
    try {
      const params = Params.safeParse(job.params).data;
      if (!params) throw new WorkFailure('invalid_config', 'The run does not say which chain is meant.');
      const { chain_id: chainId, repository_id: repositoryId } = params;
      const access = await this.#deps.openAccess(repositoryId);
      const telling: JobContext = {
        ...jobContext(context, limit.signal, log),
        onWarning: ({ item, message }) => warnings.add(`${item}: ${message}`),
      };
      return await this.#merge({ chainId, repositoryId, access, context: telling, log, warnings });
    } catch (error) {
      return { ...outcomeOfFailure(error, limit), warnings: warnings.list };
    } finally {
      limit.dispose();
      await log.written();
    }
  }

  async #merge(work: Work): Promise<ExecutionOutcome> {
    const { chainId, access, context, log, warnings } = work;
    const members = await this.#deps.catalog.read((stores) => chainMembers(stores, chainId));
    const newest = members.at(-1);
    if (!newest || newest.snapshotId === null)
      throw new WorkFailure('invalid_config', 'The chain has no backup any more.');
    log.line(`The chain ${chainId} has ${members.length} backups; ${newest.id} is the newest and is read whole.`);
    const proof = await this.#deps.engine.verifySnapshot(access, newest.snapshotId, context);
    if (!proof.isSound) {
      const reason = `${newest.id} is damaged, and nothing was changed: ${proof.errors[0] ?? 'see the log'}`;
      throw new WorkFailure('damaged', reason);
    }
    log.line(`${proof.readBytes} bytes were read and are sound. ${newest.id} becomes the full backup of the chain.`);
    await this.#deps.catalog.write((stores) => becomeFull(stores, newest, this.#deps.clock.now()));
    const removed = await this.#removeOlder(work, newest);
    const pruned = removed.length > 0 ? await this.#prune(work) : null;
    const result = {
      chain_id: chainId,
      full_backup_id: newest.id,
      removed_backup_ids: removed.map(({ id }) => id),
      kept_backups: members.length - removed.length,
      freed_bytes: pruned?.freedBytes ?? 0,
    };
    return { status: 'completed', result, warnings: warnings.list };
  }

  async #removeOlder(work: Work, newest: BackupRecord): Promise<readonly BackupRecord[]> {
    const { chainId, repositoryId, log, context } = work;
    const { immutability } = this.#deps;
    const now = immutability.now();
    const backupIds = await this.#deps.catalog.read(async (stores) => {
      const repository = await stores.repositories.find(repositoryId);
      const members = await chainMembers(stores, chainId);
      return members.flatMap((member) => {
        if (member.id === newest.id) return [];
        const reason = keptBecause(member, immutability.until(member, repository ?? { immutableDays: null }), now);
        if (reason !== null) log.line(`${member.id} stays: it is ${reason}.`);
        return reason === null ? [member.id] : [];
      });
    });
    if (backupIds.length === 0) return [];
    const removed = await this.#deps.removals.remove(
      {
        ...{ repositoryId, backupIds },
        reason: `consolidated into ${newest.id}`,
        alongside: relinkStoredChains,
      },
      context,
    );
    for (const { id } of removed) log.line(`${id} is removed.`);
    return removed;
  }

  /** What only the removed ones needed. Somebody may hold the repository: the next prune does it then. */
  async #prune({ access, context, log, warnings }: Work): Promise<PruneFacts | null> {
    try {
      const facts = await this.#deps.engine.prune(access, { dryRun: false }, context);
      log.line(`${facts.freedBytes} bytes were freed.`);
      return facts;
    } catch (error) {
      if (context.signal.aborted) throw error;
      warnings.add(`Nothing was freed yet: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }
}

async function becomeFull(stores: Stores, { id }: BackupRecord, at: Date): Promise<void> {
  const backup = await stores.backups.find(id);
  if (!backup || backup.removedAt) throw new WorkFailure('incomplete', `${id} was removed meanwhile.`);
  await stores.backups.update({ ...backup, type: 'full', parentId: null, verifiedAt: at, verifyState: 'verified' });
}

function keptBecause(member: BackupRecord, until: Date | null, now: Date): string | null {
  if (until && until > now) return `immutable until ${until.toISOString()}`;
  if (member.pinnedReason !== null) return `pinned (${member.pinnedReason})`;
  if (member.keepUntil && member.keepUntil > now) return `to be kept until ${member.keepUntil.toISOString()}`;
  return null;
}
