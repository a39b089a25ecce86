import type { BackupBrowser } from '../../app/browse/ports.ts';
import type { BrowsedEntry, BrowsedPage, BrowsedStream } from '../../app/engine-jobs/ports/browser.ts';
import type { RepositoryAccess } from '../../app/engine-jobs/ports/job-context.ts';
import { BrowserThread } from './browser-thread.ts';
import { cancelledFailure } from './engine-failure.ts';

export interface ThreadSnapshotBrowserOptions {
  /** How long a repository stays open when nobody looks any more. */
  readonly idleMs?: number;
}

const IDLE_MS = 5 * 60_000;
/** Repositories that are open at once; of idle ones the one that was used longest ago gives way. */
const MAX_THREADS = 8;

interface OpenRepository {
  readonly thread: BrowserThread;
  /** Another one means another key: the repository is opened again with it. */
  readonly password: string;
  idleTimer: NodeJS.Timeout | undefined;
}

/** Looks into snapshots in one thread for each repository, which keeps it open for a while. */
export class ThreadSnapshotBrowser implements BackupBrowser {
  readonly #idleMs: number;
  /** By location; the one used last is the last one. */
  readonly #open = new Map<string, OpenRepository>();
  readonly #stopping = new Set<Promise<void>>();
  #isClosed = false;

  constructor(options: ThreadSnapshotBrowserOptions = {}) {
    this.#idleMs = options.idleMs ?? IDLE_MS;
  }

  /** How many repositories are open now. */
  get openCount(): number {
    return this.#open.size;
  }

  async stat(access: RepositoryAccess, snapshotId: string, path: string, signal: AbortSignal): Promise<BrowsedEntry> {
    return this.#thread(access).ask({ name: 'stat', snapshotId, path }, signal);
  }

  async list(
    access: RepositoryAccess,
    snapshotId: string,
    path: string,
    { cursor, limit }: { readonly cursor: string | null; readonly limit: number },
    signal: AbortSignal,
  ): Promise<BrowsedPage> {
    return this.#thread(access).ask({ name: 'list', snapshotId, path, cursor, limit }, signal);
  }

  async readFile(
    access: RepositoryAccess,
    snapshotId: string,
    path: string,
    range: { readonly start: number; readonly end: number } | null,
    signal: AbortSignal,
  ): Promise<BrowsedStream> {
    return this.#thread(access).open({ name: 'readFile', snapshotId, path, range }, signal);
  }

  async readFolder(
    access: RepositoryAccess,
    snapshotId: string,
    path: string,
    format: 'zip' | 'tar',
    signal: AbortSignal,
  ): Promise<BrowsedStream> {
    return this.#thread(access).open({ name: 'readFolder', snapshotId, path, format, only: null }, signal);
  }

  async readChosen(
    access: RepositoryAccess,
    snapshotId: string,
    { folder, paths }: { readonly folder: string; readonly paths: readonly string[] },
    format: 'zip' | 'tar',
    signal: AbortSignal,
  ): Promise<BrowsedStream> {
    const question = { name: 'readFolder', snapshotId, path: folder, format, only: paths } as const;
    return this.#thread(access).open(question, signal);
  }

  async forget(location: string): Promise<void> {
    const open = this.#open.get(location);
    if (open) await this.#stop(location, open);
  }

  /** Whoever waits gets `cancelled`. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const [location, open] of [...this.#open]) void this.#stop(location, open);
    await Promise.all(this.#stopping);
  }

  #thread(access: RepositoryAccess): BrowserThread {
    if (this.#isClosed) throw cancelledFailure('Browsing');
    const { location, password } = access;
    let open = this.#open.get(location);
    if (open && open.password !== password) {
      void this.#stop(location, open);
      open = undefined;
    }
    open ??= this.#start(access);
    clearTimeout(open.idleTimer);
    this.#open.delete(location);
    this.#open.set(location, open);
    this.#makeRoom();
    return open.thread;
  }

  #start(access: RepositoryAccess): OpenRepository {
    const { location, password } = access;
    const thread = new BrowserThread(access, {
      onIdle: () => this.#expectIdleness(location, open),
      onEnd: () => this.#drop(location, open),
    });
    const open: OpenRepository = { thread, password, idleTimer: undefined };
    return open;
  }

  #expectIdleness(location: string, open: OpenRepository): void {
    clearTimeout(open.idleTimer);
    open.idleTimer = setTimeout(() => void this.#stop(location, open), this.#idleMs);
    open.idleTimer.unref();
  }

  #makeRoom(): void {
    for (const [location, open] of [...this.#open]) {
      if (this.#open.size <= MAX_THREADS) return;
      if (open.thread.isIdle) void this.#stop(location, open);
    }
  }

  #stop(location: string, open: OpenRepository): Promise<void> {
    this.#drop(location, open);
    const stopping = open.thread.stop().finally(() => this.#stopping.delete(stopping));
    this.#stopping.add(stopping);
    return stopping;
  }

  #drop(location: string, open: OpenRepository): void {
    clearTimeout(open.idleTimer);
    if (this.#open.get(location) === open) this.#open.delete(location);
  }
}
