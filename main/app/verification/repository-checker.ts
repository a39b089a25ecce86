import type { JobContext, RepositoryAccess } from '../engine-jobs/ports/job-context.ts';
import type { CheckWork, VerificationFacts } from '../engine-jobs/ports/job-facts.ts';
import type { WorkLog } from '../runs/own-work.ts';
import { verificationReport } from './backup-verifier.ts';
import { keepVerification } from './keep-verification.ts';
import { afterPart, dueParts, rollingKey, RollingState } from './rolling.ts';
import type { VerifyingParts } from './verification-deps.ts';

/** A prune may hold the repository for some minutes. */
const LOCK_PATIENCE_MS = 10 * 60_000;
const MOST_ERRORS = 100;

export interface CheckOrder {
  readonly runId: string;
  readonly repositoryId: string;
  /** Reads a part of the data, so that all is read every so many days; undefined: all. */
  readonly coverDays: number | undefined;
  readonly structureOnly: boolean;
}

type CheckContext = JobContext & { readonly log: WorkLog };

/** Checks a repository: its structure, all of its data, or the parts of it that are due. */
export class RepositoryChecker {
  readonly #parts: VerifyingParts;

  constructor(parts: VerifyingParts) {
    this.#parts = parts;
  }

  async check(order: CheckOrder, access: RepositoryAccess, context: CheckContext): Promise<VerificationFacts> {
    const { clock, catalog } = this.#parts;
    const startedAt = clock.now();
    // What is made while it is read was perhaps not read.
    const known = await catalog.read(({ backups }) => backups.ofRepository(order.repositoryId));
    const { facts, more } = await this.#read(order, access, context);
    const isWhole = !order.structureOnly && order.coverDays === undefined;
    await keepVerification(
      this.#parts,
      {
        id: order.runId,
        kind: 'check',
        repositoryId: order.repositoryId,
        targetId: null,
        backupId: null,
        startedAt,
        finishedAt: clock.now(),
        isSound: facts.isSound,
        readBytes: facts.readBytes,
        errorCount: facts.errorCount,
        report: { ...verificationReport(facts), ...more },
      },
      {
        damagedSnapshotIds: facts.damagedSnapshotIds,
        verifiedBackupIds: isWhole && facts.isSound ? known.map(({ id }) => id) : [],
      },
    );
    return facts;
  }

  async #read(order: CheckOrder, access: RepositoryAccess, context: CheckContext) {
    const { structureOnly, coverDays } = order;
    if (structureOnly || coverDays === undefined) {
      context.log.line(
        structureOnly ? 'Checks the structure of the repository.' : 'Checks the repository and reads all of it.',
      );
      const facts = await this.#checkOnce(access, structureOnly ? 'none' : 'all', context);
      return { facts, more: { mode: structureOnly ? 'structure' : 'all' } };
    }
    return this.#rollOn(order.repositoryId, coverDays, access, context);
  }

  /** Each part that was read is noted at once: what is cut off goes on there. */
  async #rollOn(repositoryId: string, coverDays: number, access: RepositoryAccess, context: CheckContext) {
    const { catalog, clock } = this.#parts;
    const key = rollingKey(repositoryId);
    const stored = await catalog.read(({ settings }) => settings.get(key));
    let state: RollingState | null = RollingState.safeParse(stored).data ?? null;
    const due = dueParts(state, coverDays, clock.now());
    const parts = Math.min(coverDays, 256);
    context.log.line(`Reads ${due.length === 1 ? `part ${due[0]}` : `parts ${due.join(', ')}`} of ${parts}.`);
    let facts: VerificationFacts | null = null;
    for (const part of due) {
      const found = await this.#checkOnce(access, { part, parts }, context);
      facts = facts ? together(facts, found) : found;
      const next = (state = afterPart(state, part, coverDays, clock.now()));
      await catalog.write(({ settings }) => settings.put(key, next));
    }
    if (!facts) throw new Error('No part was due.');
    const roundEndedAt = state?.round_ended_at ?? null;
    const more = {
      mode: 'rolling',
      parts,
      parts_read: due,
      next_part: state?.next ?? 1,
      round_ended_at: roundEndedAt === null ? null : new Date(roundEndedAt).toISOString(),
    };
    return { facts, more };
  }

  #checkOnce(access: RepositoryAccess, readData: CheckWork['readData'], context: CheckContext) {
    return this.#parts.engine.check(access, { readData, lockPatienceMs: LOCK_PATIENCE_MS }, context);
  }
}

/** Of two parts of one repository, whose structure was looked at for each. */
function together(a: VerificationFacts, b: VerificationFacts): VerificationFacts {
  const errors = [...new Set([...a.errors, ...b.errors])];
  return {
    isSound: a.isSound && b.isSound,
    snapshots: Math.max(a.snapshots, b.snapshots),
    files: Math.max(a.files, b.files),
    packs: a.packs + b.packs,
    blobs: a.blobs + b.blobs,
    readBytes: a.readBytes + b.readBytes,
    errorCount: Math.max(errors.length, a.errorCount, b.errorCount),
    errors: errors.slice(0, MOST_ERRORS),
    damagedSnapshotIds: [...new Set([...a.damagedSnapshotIds, ...b.damagedSnapshotIds])],
    durationMs: a.durationMs + b.durationMs,
  };
}
