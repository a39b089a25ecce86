import type { SnapshotId } from '../base/ids.ts';
import type { OperationOptions } from '../base/progress.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import { loadIndex } from '../repository/load-index.ts';
import type { Repository } from '../repository/repository.ts';
import { listSnapshots } from '../snapshot/snapshot-store.ts';
import type { MarkingThreads } from './mark-together.ts';
import { haveSameIds } from './same-ids.ts';
import { markUsedBlobs } from './used-blobs.ts';

/** What is stored, and what of it is needed. */
export interface Survey {
  readonly snapshotIds: readonly SnapshotId[];
  readonly index: RepositoryIndex;
  /** 1 for each blob that a snapshot needs, by the entry of its first copy. */
  readonly used: Uint8Array;
}

export interface SurveyOptions extends OperationOptions {
  /** Snapshots that count as removed already: a dry run of forget. */
  readonly ignoreSnapshots?: ReadonlySet<SnapshotId>;
  /** Called as soon as the index is there. */
  readonly onIndex?: (index: RepositoryIndex) => void;
  /** Which may help. */
  readonly threads?: MarkingThreads;
}

/** Errors: those of loadIndex, listSnapshots and markUsedBlobs. */
export async function surveyRepository(repository: Repository, options: SurveyOptions): Promise<Survey> {
  const { signal, ignoreSnapshots } = options;
  const all = await listSnapshots(repository, signal ? { signal } : {});
  const snapshots = all.filter(({ id }) => !ignoreSnapshots?.has(id));
  const index = await loadIndex(repository, options);
  options.onIndex?.(index);
  const used = await markUsedBlobs(repository, index, snapshots, options);
  return { snapshotIds: snapshots.map(({ id }) => id), index, used };
}

/**
 * A survey that begins while the lock is taken, whose protocol is mostly waiting. It counts only if snapshots and index are the
 * same under the lock: then nothing that it saw has changed, as content is named by its hash. Must be ended.
 */
export class SurveyAhead {
  readonly #repository: Repository;
  readonly #stop = new AbortController();
  readonly #survey: Promise<Survey | undefined>;

  constructor(repository: Repository, options: SurveyOptions) {
    this.#repository = repository;
    const stop = this.#stop.signal;
    const signal = options.signal ? AbortSignal.any([options.signal, stop]) : stop;
    // Whatever went wrong is found again under the lock, or was somebody's work in progress.
    this.#survey = surveyRepository(repository, { ...options, signal }).catch(() => undefined);
  }

  /** To be called under the lock, with its signal; undefined when the survey has to be made anew. */
  async resultIfTrue(locked: AbortSignal | undefined): Promise<Survey | undefined> {
    locked?.addEventListener('abort', () => this.#stop.abort(), { once: true });
    const survey = await this.#survey;
    if (!survey) return undefined;
    const { unpacked } = this.#repository;
    const [snapshotIds, indexIds] = await Promise.all([
      unpacked.listIds('snapshot', locked),
      unpacked.listIds('index', locked),
    ]);
    const isTrue = haveSameIds(survey.snapshotIds, snapshotIds) && haveSameIds(survey.index.indexIds, indexIds);
    return isTrue ? survey : undefined;
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.#survey;
  }
}
