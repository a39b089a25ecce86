import type { JobWarning, RepositoryAccess } from '../../../app/engine-jobs/ports/job-context.ts';
import type { WalkedEntry } from '../../../app/engine-jobs/ports/job-facts.ts';
import { openLocation, Repository, type Backend, type OperationOptions } from '../../../engine/index.ts';
import type { FromJob } from '../job-messages.ts';
import { LockReportingBackend } from './lock-reporting-backend.ts';
import { ProgressFigures } from './progress-figures.ts';

/** Of each job's warnings so many are passed on; all are counted in its result. */
const MAX_WARNINGS = 10_000;

/** What a job works with, inside of its thread: the repository, and the ways to tell how it goes. */
export class JobDesk {
  readonly signal: AbortSignal;
  /** For the engine's operations. */
  readonly operation: Required<OperationOptions>;
  readonly backend: Backend;
  readonly #password: string;
  readonly #post: (message: FromJob) => void;
  readonly #figures: ProgressFigures;
  #opened: Promise<Repository> | undefined;
  #warnings = 0;
  #portion: { readonly taken: Promise<void>; readonly confirm: () => void } | undefined;

  constructor(access: RepositoryAccess, signal: AbortSignal, post: (message: FromJob) => void) {
    this.signal = signal;
    signal.addEventListener('abort', () => this.portionTaken(), { once: true });
    this.#password = access.password;
    this.#post = post;
    this.#figures = new ProgressFigures((progress) => post({ kind: 'progress', progress }));
    this.backend = new LockReportingBackend(openLocation(access.location), {
      claimed: (lockId) => post({ kind: 'lock', lockId, isHeld: true }),
      released: (lockId) => post({ kind: 'lock', lockId, isHeld: false }),
    });
    this.operation = {
      signal,
      onProgress: (progress) => this.#figures.update(progress),
      onWarning: ({ item, message, during }) => this.warn({ item, message, during }),
    };
  }

  /** Makes the repository with this access's password instead of opening it. */
  init(): Promise<Repository> {
    return (this.#opened = Repository.init(this.backend, { password: this.#password, signal: this.signal }));
  }

  /** Errors: `repository_not_found`, `wrong_password`, `corrupt`, `unsupported_version`. */
  open(): Promise<Repository> {
    this.#opened ??= Repository.open(this.backend, { password: this.#password, signal: this.signal });
    // Whoever awaits it hears of the failure; an operation may fail before it does.
    this.#opened.catch(() => undefined);
    return this.#opened;
  }

  warn(warning: JobWarning): void {
    this.#warnings++;
    if (this.#warnings <= MAX_WARNINGS) this.#post({ kind: 'warning', warning });
    if (this.#warnings !== MAX_WARNINGS) return;
    const message = `These were ${MAX_WARNINGS} warnings. The following ones are only counted.`;
    this.#post({ kind: 'warning', warning: { item: '', message, during: warning.during } });
  }

  /** Hands over a portion as soon as the one before has been taken: never more than one is on its way. */
  async deliver(entries: readonly WalkedEntry[]): Promise<void> {
    await this.delivered();
    const { promise: taken, resolve: confirm } = Promise.withResolvers<void>();
    this.#portion = { taken, confirm };
    this.#post({ kind: 'portion', entries });
  }

  /** Rejects when the job is cancelled: who takes portions may have given up. */
  async delivered(): Promise<void> {
    await this.#portion?.taken;
    this.signal.throwIfAborted();
  }

  portionTaken(): void {
    this.#portion?.confirm();
  }

  /** Sends what was held back. */
  finish(): void {
    this.#figures.flush();
  }

  async close(): Promise<void> {
    const repository = await this.#opened?.catch(() => undefined);
    await (repository ?? this.backend).close();
  }
}
