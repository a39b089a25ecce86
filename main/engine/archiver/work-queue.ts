import type { FolderTask, ParentTree, ToArchiveWorker } from './archive-messages.ts';
import type { ListedFolder } from './shared-listing.ts';
import type { PendingFolder, PendingWork } from './tree-assembly.ts';

/** The message being worked on and the next one: no worker waits for the main thread. */
const MESSAGES_A_WORKER = 2;
const MAX_FOLDERS_A_MESSAGE = 16;
/**
 * Folders that were listed ahead and have a parent are most likely unchanged, some milliseconds' work for a thousand entries; and should
 * all have changed, there is not much to read.
 */
const LIGHT_ENTRIES = 1024;
const LIGHT_BYTES = 8 * 1024 * 1024;
const MAX_LIGHT_FOLDERS = 64;

export interface WorkQueueOptions {
  readonly workers: number;
  readonly post: (worker: number, message: ToArchiveWorker) => void;
  /** Finds the parent's version of a folder; a promise where its bytes must be fetched first. */
  readonly locate: (folder: PendingFolder) => ParentTree | undefined | Promise<ParentTree | undefined>;
  /** What was seen of the folder before its turn; asked once. */
  readonly listed: (folder: PendingFolder) => ListedFolder | undefined;
  readonly onFailure: (error: unknown) => void;
}

/**
 * Hands folders to workers: the newest found first, which keeps the walk deep and the list short, several at a time while there are
 * many, single ones towards the end so that all workers end together.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #stack: PendingWork[] = [];
  readonly #sent: number[];
  readonly #current: string[];
  #started = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#sent = new Array<number>(options.workers).fill(0);
    this.#current = new Array<string>(options.workers).fill('');
  }

  /** What is being worked on, for display. */
  get currentPaths(): string[] {
    return this.#current.filter((path, worker) => path !== '' && (this.#sent[worker] ?? 0) > 0);
  }

  /** Nothing is handed out before. */
  start(): void {
    this.#started = true;
    this.#dispatch();
  }

  push(work: readonly PendingWork[]): void {
    for (let index = work.length - 1; index >= 0; index--) {
      const item = work[index];
      if (item) this.#stack.push(item);
    }
    this.#dispatch();
  }

  /** A worker is done with its oldest message. */
  messageDone(worker: number): void {
    this.#sent[worker] = (this.#sent[worker] ?? 1) - 1;
    this.#dispatch();
  }

  #dispatch(): void {
    if (!this.#started) return;
    for (let depth = 1; depth <= MESSAGES_A_WORKER; depth++) {
      for (let worker = 0; worker < this.#options.workers; worker++) {
        if (this.#stack.length === 0) return;
        if ((this.#sent[worker] ?? 0) < depth) this.#send(worker);
      }
    }
  }

  #send(worker: number): void {
    const next = this.#stack.pop();
    if (next === undefined) return;
    this.#sent[worker] = (this.#sent[worker] ?? 0) + 1;
    this.#current[worker] = next.snapshotPath;
    if (next.kind === 'part') {
      this.#options.post(worker, { kind: 'part', part: next });
      return;
    }
    const share = Math.floor(this.#stack.length / (this.#options.workers * 4));
    const picked = [this.#pick(next)];
    while (picked.length < Math.min(share, MAX_FOLDERS_A_MESSAGE) || isLight(picked)) {
      const following = this.#stack.at(-1);
      if (following?.kind !== 'folder') break;
      this.#stack.pop();
      picked.push(this.#pick(following));
    }
    this.#postFolders(worker, picked);
  }

  #pick(folder: PendingFolder): PickedFolder {
    return { folder, listed: this.#options.listed(folder) };
  }

  #postFolders(worker: number, picked: readonly PickedFolder[]): void {
    const { locate } = this.#options;
    const tasks = picked.map(({ folder, listed }) => withParent(folder, locate(folder), listed));
    if (tasks.every(isReady)) {
      this.#options.post(worker, { kind: 'folders', folders: tasks });
      return;
    }
    Promise.all(tasks.map((task) => Promise.resolve(task))).then(
      (all) => this.#options.post(worker, { kind: 'folders', folders: all }),
      this.#options.onFailure,
    );
  }
}

interface PickedFolder {
  readonly folder: PendingFolder;
  readonly listed: ListedFolder | undefined;
}

/** Whether one message can take more of the kind. */
function isLight(picked: readonly PickedFolder[]): boolean {
  let entries = 0;
  let bytes = 0;
  for (const { folder, listed } of picked) {
    if (listed === undefined || folder.parentTree === undefined) return false;
    entries += listed.count;
    bytes += listed.contentBytes;
  }
  return picked.length < MAX_LIGHT_FOLDERS && entries < LIGHT_ENTRIES && bytes < LIGHT_BYTES;
}

function isReady(task: FolderTask | Promise<FolderTask>): task is FolderTask {
  return !(task instanceof Promise);
}

function withParent(
  folder: PendingFolder,
  parent: ParentTree | undefined | Promise<ParentTree | undefined>,
  listed: ListedFolder | undefined,
): FolderTask | Promise<FolderTask> {
  if (parent instanceof Promise) return parent.then((found) => taskOf(folder, found, listed));
  return taskOf(folder, parent, listed);
}

function taskOf(
  { folder, snapshotPath, path, plan, inode, device }: PendingFolder,
  parent: ParentTree | undefined,
  listed: ListedFolder | undefined,
): FolderTask {
  return { folder, snapshotPath, path, plan, inode, device, parent, listed };
}
