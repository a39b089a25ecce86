import type { CheckWork, VerificationFacts } from '../../../app/engine-jobs/ports/job-facts.ts';
import { check as checkRepository, verifySnapshot as verify, type AffectedSnapshot } from '../../../engine/index.ts';
import type { JobInput } from '../job-messages.ts';
import type { JobDesk } from './job-desk.ts';

/** Of the findings, and again of the paths that they concern. */
const MAX_LINES = 100;
/** Checking a snapshot takes the lock of a backup, which waits for a prune. */
const SHARED_LOCK = { retryForMs: 5 * 60_000 } as const;

export async function check(desk: JobDesk, work: CheckWork): Promise<VerificationFacts> {
  const startedMs = performance.now();
  const result = await checkRepository({
    ...desk.operation,
    repository: desk.open(),
    ...readingOf(work),
    affectedSnapshots: true,
    lock: { retryForMs: work.lockPatienceMs },
  });
  const { counts, affected = [] } = result;
  return {
    isSound: result.ok,
    snapshots: counts.snapshots,
    files: 0,
    packs: counts.packs,
    blobs: counts.blobs,
    readBytes: counts.readBytes,
    errorCount: result.errorCount,
    errors: linesOf(result.errors, affected),
    damagedSnapshotIds: affected.map(({ id }) => id),
    durationMs: Math.round(performance.now() - startedMs),
  };
}

function readingOf({ readData }: CheckWork): { readData: true } | { readDataSubset: string } | object {
  if (readData === 'none') return {};
  if (readData === 'all') return { readData: true };
  return { readDataSubset: `${readData.part}/${readData.parts}` };
}

export async function verifySnapshot(
  desk: JobDesk,
  { snapshotId }: JobInput<'verifySnapshot'>,
): Promise<VerificationFacts> {
  const startedMs = performance.now();
  const result = await verify({ ...desk.operation, repository: desk.open(), snapshot: snapshotId, lock: SHARED_LOCK });
  const { counts, affected } = result;
  return {
    isSound: result.ok,
    snapshots: 1,
    ...counts,
    errorCount: result.errorCount,
    errors: linesOf(result.errors, affected ? [affected] : []),
    damagedSnapshotIds: result.ok ? [] : [result.snapshot.id],
    durationMs: Math.round(performance.now() - startedMs),
  };
}

function linesOf(errors: readonly { readonly message: string }[], affected: readonly AffectedSnapshot[]): string[] {
  const findings = errors.map(({ message }) => message);
  const concerned = affected.flatMap(({ id, paths, more }) => [
    ...paths.map((path) => `Snapshot ${id.slice(0, 8)} can't be restored whole: ${path}`),
    ...(more ? [`Snapshot ${id.slice(0, 8)}: more paths are concerned than are listed.`] : []),
  ]);
  return [...findings.slice(0, MAX_LINES), ...concerned.slice(0, MAX_LINES)];
}
