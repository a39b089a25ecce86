import type { RepositoryTest } from '../engine-jobs/ports/job-facts.ts';
import { AppError } from '../errors/app-error.ts';
import { engineFailure } from '../errors/engine-face.ts';
import type { RepositoryRecord } from './ports.ts';
import { announceRepository, findRepository, patiently, type RepositoryDeps } from './repository-deps.ts';

const OPENS_WITHIN_MS = 60_000;
const SKEW_TO_MENTION_MS = 5 * 60_000;
const NOT_TESTED: Omit<RepositoryTest, 'problem'> = {
  canWrite: false,
  canReadBack: false,
  canDelete: false,
  freeBytes: null,
  totalBytes: null,
  clockSkewMs: null,
  durationMs: 0,
};

/** Writes, reads back and deletes a file in it. What is wrong is in the answer, and is remembered. */
export async function testRepository(deps: RepositoryDeps, id: string): Promise<RepositoryTest> {
  const record = await findRepository(deps, id);
  let test: RepositoryTest;
  try {
    test = await deps.jobs.testRepository(await deps.accesses.accessTo(record), patiently());
  } catch (error) {
    test = { ...NOT_TESTED, problem: problemOf(error, record) };
  }
  await remember(deps, record, test.problem);
  return { ...test, problem: test.problem ?? skewProblem(test.clockSkewMs) };
}

/** Opens each repository, which reads its key and its configuration, and remembers what was wrong. */
export async function watchRepositories(deps: RepositoryDeps, signal: AbortSignal): Promise<void> {
  for (const record of await deps.catalog.read(({ repositories }) => repositories.list())) {
    if (signal.aborted) return;
    const problem = await openingProblem(deps, record, signal);
    if (signal.aborted) return;
    await remember(deps, record, problem);
  }
}

async function openingProblem(
  { jobs, accesses }: RepositoryDeps,
  record: RepositoryRecord,
  signal: AbortSignal,
): Promise<string | null> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(OPENS_WITHIN_MS)]);
  try {
    const { engineId } = await jobs.openRepository(await accesses.accessTo(record), { signal: limited });
    if (engineId === record.engineId) return null;
    return `There is another repository in its place (${engineId.slice(0, 10)} instead of ${record.engineId.slice(0, 10)}).`;
  } catch (error) {
    return problemOf(error, record);
  }
}

/** Rethrows defects of ours. */
function problemOf(error: unknown, { name }: RepositoryRecord): string {
  const failure = engineFailure(error);
  if (failure?.code === 'cancelled') return `The storage of ${name} did not answer in time.`;
  if (failure) return failure.message;
  if (error instanceof AppError) return error.message;
  throw error;
}

async function remember(deps: RepositoryDeps, { id }: RepositoryRecord, problem: string | null): Promise<void> {
  const news = await deps.catalog.write(async ({ repositories }) => {
    const found = await repositories.find(id);
    if (!found) return null;
    const changed: RepositoryRecord = { ...found, checkedAt: deps.clock.now(), problem };
    await repositories.update(changed);
    const isOther = (found.problem === null) !== (problem === null);
    return isOther ? changed : null;
  });
  if (!news) return;
  announceRepository(deps, problem === null ? 'reachable' : 'unreachable', news);
  if (problem !== null) deps.journal.warn({ repositoryId: id, problem }, 'A repository is not reachable.');
}

function skewProblem(skewMs: number | null): string | null {
  if (skewMs === null || Math.abs(skewMs) <= SKEW_TO_MENTION_MS) return null;
  const minutes = Math.round(Math.abs(skewMs) / 60_000);
  return `The clock of the storage is ${minutes} minutes ${skewMs > 0 ? 'ahead of' : 'behind'} this machine's.`;
}
