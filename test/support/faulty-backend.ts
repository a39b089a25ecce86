import { EngineError, isEngineError } from '../../main/engine/base/errors.ts';
import type { Backend, ByteRange, FileInfo, FileRef, FileType } from '../../main/engine/backend/backend.ts';
import type { ListedType } from '../../main/engine/backend/layout.ts';

export type ReadingOperation = 'stat' | 'list' | 'read';
export type MutatingOperation = 'create' | 'write' | 'writeStaged' | 'remove' | 'removeStaleStaged';
export type Operation = ReadingOperation | MutatingOperation;

export interface LoggedOperation {
  readonly operation: Operation;
  /** The object's type, or the type that was listed. */
  readonly type?: FileType;
  readonly ref?: FileRef;
}

/** The process dies at the n-th mutating operation, counted from 1. */
export interface Death {
  readonly atMutation: number;
  /** `before`: the operation has no effect. `after`: it has taken effect, but nobody was told. */
  readonly when: 'before' | 'after';
}

/** Fails the first operation that matches, once, before it has any effect. */
export interface PlannedFailure {
  readonly operation: Operation;
  readonly type?: FileType;
  readonly error: EngineError;
}

export interface Faults {
  readonly death?: Death;
  readonly failures?: readonly PlannedFailure[];
}

export function isSimulatedDeath(error: unknown): boolean {
  return isEngineError(error) && error.context['simulatedDeath'] === true;
}

/**
 * A backend that fails on demand. After its death every operation throws, also those that were under way: what they did
 * to `inner` stays, as after a real crash, but they are not acknowledged. Tests then open `inner` as the next process.
 */
export class FaultyBackend implements Backend {
  readonly inner: Backend;
  readonly location: string;
  /** Every operation that was begun while the process lived, in order. */
  readonly log: LoggedOperation[] = [];
  readonly #death: Death | undefined;
  readonly #failures: PlannedFailure[];
  #mutations = 0;
  #dead = false;

  constructor(inner: Backend, faults: Faults = {}) {
    this.inner = inner;
    this.location = inner.location;
    this.#death = faults.death;
    this.#failures = [...(faults.failures ?? [])];
  }

  /** How many mutating operations were begun: a fault-free run tells a test at which points it can let one die. */
  get mutations(): number {
    return this.#mutations;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  create(signal?: AbortSignal): Promise<void> {
    return this.#mutate({ operation: 'create' }, () => this.inner.create(signal));
  }

  write(ref: FileRef, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    return this.#mutate({ operation: 'write', type: ref.type, ref }, () => this.inner.write(ref, bytes, signal));
  }

  writeStaged(ref: FileRef, stagedPath: string, sizeBytes: number, signal?: AbortSignal): Promise<void> {
    return this.#mutate({ operation: 'writeStaged', type: ref.type, ref }, () =>
      this.inner.writeStaged(ref, stagedPath, sizeBytes, signal),
    );
  }

  remove(ref: FileRef, signal?: AbortSignal): Promise<void> {
    return this.#mutate({ operation: 'remove', type: ref.type, ref }, () => this.inner.remove(ref, signal));
  }

  removeStaleStaged(): Promise<number> {
    return this.#mutate({ operation: 'removeStaleStaged' }, () => this.inner.removeStaleStaged());
  }

  stat(ref: FileRef, signal?: AbortSignal): Promise<number> {
    return this.#run({ operation: 'stat', type: ref.type, ref }, () => this.inner.stat(ref, signal));
  }

  list(type: ListedType, signal?: AbortSignal): Promise<FileInfo[]> {
    return this.#run({ operation: 'list', type }, () => this.inner.list(type, signal));
  }

  read(ref: FileRef, range?: ByteRange, signal?: AbortSignal): Promise<Buffer> {
    return this.#run({ operation: 'read', type: ref.type, ref }, () => this.inner.read(ref, range, signal));
  }

  async stagingFolder(): Promise<string> {
    this.#requireLife();
    return this.inner.stagingFolder();
  }

  localPath(ref: FileRef): string | undefined {
    this.#requireLife();
    return this.inner.localPath(ref);
  }

  /** A dead process closes nothing; `inner` stays open for the next one. */
  async close(): Promise<void> {
    if (!this.#dead) await this.inner.close();
  }

  async #mutate<T>(entry: LoggedOperation, action: () => Promise<T>): Promise<T> {
    this.#requireLife();
    const dying = ++this.#mutations === this.#death?.atMutation ? this.#death.when : undefined;
    if (dying === undefined) return this.#run(entry, action);
    if (dying === 'before') {
      this.log.push(entry);
      this.#dead = true;
    }
    return this.#run(entry, () => action().finally(() => (this.#dead = true)));
  }

  async #run<T>(entry: LoggedOperation, action: () => Promise<T>): Promise<T> {
    this.#requireLife();
    this.log.push(entry);
    const planned = this.#failures.findIndex(
      ({ operation, type }) => operation === entry.operation && (type === undefined || type === entry.type),
    );
    const failure = planned < 0 ? undefined : this.#failures.splice(planned, 1)[0];
    if (failure) throw failure.error;
    try {
      return await action();
    } finally {
      this.#requireLife();
    }
  }

  #requireLife(): void {
    if (!this.#dead) return;
    throw new EngineError('backend_failed', 'The process has died (simulated).', { context: { simulatedDeath: true } });
  }
}
