import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../app/errors/app-error.ts';
import type {
  FileVersion,
  IndexedSnapshot,
  SearchAnswer,
  SearchIndex,
  SearchQuery,
  WalkedEntry,
} from '../../app/search/ports.ts';
import type { FromSearch, SearchCallName, SearchCalls, SnapshotToIndex } from './search-protocol.ts';

const ENTRY = import.meta.url.endsWith('.ts') ? './search-worker.ts' : './worker-search.js';
/** The thread ends when nobody has asked anything for so long. */
const IDLE_MS = 60_000;

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The search indexes of a folder, one file a target, worked on in a thread of their own. */
export class SearchThread implements SearchIndex {
  readonly #folder: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #lastId = 0;
  #idle: NodeJS.Timeout | null = null;
  #isClosed = false;
  /** What is being filled lives in the thread: it may not end between two portions. */
  #fills = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  snapshots(targetId: string): Promise<readonly IndexedSnapshot[]> {
    return this.#call('snapshots', targetId, null);
  }

  async add(
    targetId: string,
    snapshot: Omit<IndexedSnapshot, 'isReadable'>,
    fill: (take: (entries: readonly WalkedEntry[]) => Promise<void>) => Promise<void>,
  ): Promise<void> {
    this.#fills++;
    try {
      await this.#call('fillBegin', targetId, plain(snapshot));
      await fill(async (entries) => void (await this.#call('fillTake', targetId, entries)));
      await this.#call('fillEnd', targetId, null);
    } catch (error) {
      // Where that fails as well, the next opening cleans up.
      await this.#call('fillAbandon', targetId, null).catch(() => undefined);
      throw error;
    } finally {
      this.#fills--;
    }
  }

  async skip(targetId: string, snapshot: Omit<IndexedSnapshot, 'isReadable'>): Promise<void> {
    await this.#call('skip', targetId, plain(snapshot));
  }

  async remove(targetId: string, snapshotIds: readonly string[]): Promise<void> {
    await this.#call('remove', targetId, snapshotIds);
  }

  async drop(targetId: string): Promise<void> {
    await this.#call('drop', targetId, null);
  }

  search(targetId: string, query: SearchQuery): Promise<SearchAnswer> {
    return this.#call('search', targetId, query);
  }

  versions(targetId: string, path: string): Promise<readonly FileVersion[]> {
    return this.#call('versions', targetId, path);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#end();
  }

  async #call<Name extends SearchCallName>(
    name: Name,
    targetId: string,
    input: SearchCalls[Name]['input'],
  ): Promise<SearchCalls[Name]['result']> {
    if (!this.#worker) await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    if (this.#isClosed) throw unavailable('GuardIT is being stopped.');
    const worker = (this.#worker ??= this.#start());
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = null;
    const id = ++this.#lastId;
    const path = join(this.#folder, `${targetId}.sqlite`);
    const result = await new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, name, path, input });
    });
    return result as SearchCalls[Name]['result'];
  }

  #start(): Worker {
    const worker = new Worker(new URL(ENTRY, import.meta.url), { name: 'search' });
    worker.unref();
    worker.on('message', ({ id, result, failure }: FromSearch) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (failure) waiting?.reject(unavailable(`The search index could not be used: ${failure.message}`));
      else waiting?.resolve(result);
      if (this.#waiting.size === 0 && this.#fills === 0 && !this.#isClosed) {
        this.#idle ??= setTimeout(() => void this.#end(), IDLE_MS).unref();
      }
    });
    let cause: unknown;
    worker.on('error', (error) => (cause = error));
    worker.on('exit', () => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      this.#failAll(unavailable('The thread of the search index ended.', cause));
    });
    return worker;
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = null;
    this.#failAll(unavailable('GuardIT is being stopped.'));
    await worker?.terminate();
  }

  #failAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

function plain({ snapshotId, backupId, at }: Omit<IndexedSnapshot, 'isReadable'>): SnapshotToIndex {
  return { snapshotId, backupId, atMs: at.getTime() };
}

function unavailable(message: string, cause?: unknown): AppError {
  return new AppError('unavailable', message, {}, { cause, retryAfterSeconds: 5 });
}
