import type { RepositoryAccess } from '../engine-jobs/ports/job-context.ts';
import type { DiffFacts } from '../engine-jobs/ports/job-facts.ts';
import type { EngineJobs } from '../engine-jobs/ports/jobs.ts';

/** Each may have 100,000 paths. */
const MOST_KEPT = 4;

/** Keeps the newest comparisons, which never change, so that their pages are not computed one by one. */
export class DiffShelf {
  readonly #engine: Pick<EngineJobs, 'diff'>;
  readonly #kept = new Map<string, DiffFacts>();

  constructor(engine: Pick<EngineJobs, 'diff'>) {
    this.#engine = engine;
  }

  async diff(access: RepositoryAccess, beforeId: string, afterId: string, signal: AbortSignal): Promise<DiffFacts> {
    const key = `${access.location}\n${beforeId}\n${afterId}`;
    const facts = this.#kept.get(key) ?? (await this.#engine.diff(access, beforeId, afterId, { signal }));
    this.#kept.delete(key);
    this.#kept.set(key, facts);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return facts;
  }
}
