import { joinPath, type RawName, type RawPath } from '../base/raw-path.ts';
import type { Exclusion } from '../source/exclusion.ts';
import { statEntry, type EntryStat } from '../source/file-metadata.ts';
import type { TaggedFolder } from '../source/folder-tags.ts';
import { listFolder } from '../source/local-listing.ts';
import type { PlanNode } from '../source/plan-tree.ts';
import type { ListedEntry, ListedFolder, ListingWriter } from './shared-listing.ts';

/** Entries between two looks at the clock. */
const ENTRIES_A_LOOK = 32;
/** Larger folders are worth no memory here: the backup takes them in parts anyway. */
const MAX_KEPT_ENTRIES = 4096;

export interface FoundFolder {
  readonly path: RawPath;
  readonly listed: ListedFolder;
}

interface Folder {
  readonly path: RawPath;
  readonly inode: bigint;
  readonly device: bigint;
}

interface OpenFolder {
  readonly folder: Folder;
  readonly names: readonly RawName[];
  next: number;
  readonly tagged: TaggedFolder | undefined;
  /** undefined: not to be kept. */
  readonly entries: ListedEntry[] | undefined;
  readonly subfolders: Folder[];
}

/**
 * Walks the targets ahead of the backup, in the order in which the backup will come along. While the repository is being opened it
 * keeps what it sees, so that the backup need not ask again; and it counts files and bytes for the progress's totals.
 */
export class SourceScout {
  readonly #exclusion: Exclusion;
  /** The next one is at the end. */
  readonly #folders: Folder[] = [];
  #open: OpenFolder | undefined;
  #writer: ListingWriter | undefined;
  #found: FoundFolder[] = [];
  #files = 0;
  #bytes = 0;

  constructor(plan: readonly PlanNode[], exclusion: Exclusion, writer: ListingWriter | undefined) {
    this.#exclusion = exclusion;
    this.#writer = writer;
    this.#addPlan(plan);
    this.#folders.reverse();
  }

  get totals(): { readonly files: number; readonly bytes: number } {
    return { files: this.#files, bytes: this.#bytes };
  }

  get keeps(): boolean {
    return this.#writer !== undefined;
  }

  /** From now on it only counts. */
  stopKeeping(): void {
    this.#writer = undefined;
  }

  /** What was kept since the last call. */
  takeFound(): FoundFolder[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  /** Works for about `sliceMs`. True when nothing is left. */
  step(sliceMs: number): boolean {
    const untilMs = performance.now() + sliceMs;
    for (let looked = 1; this.#advance(); looked++) {
      if (looked % ENTRIES_A_LOOK === 0 && performance.now() >= untilMs) return false;
    }
    return true;
  }

  #addPlan(plan: readonly PlanNode[]): void {
    for (const { path, children } of plan) {
      if (path === undefined) {
        this.#addPlan(children ?? []);
        continue;
      }
      const stat = this.#look(path);
      if (stat?.type === 'dir') this.#folders.push({ path, inode: stat.inode, device: stat.device });
    }
  }

  /** Looks at one entry, or opens the next folder. False when there is nothing to do. */
  #advance(): boolean {
    const open = this.#open;
    if (open === undefined) return this.#openNext();
    const name = open.names[open.next++];
    if (name === undefined) {
      this.#close(open);
      return true;
    }
    if (open.tagged?.rejects(name)) return true;
    const path = joinPath(open.folder.path, name);
    const stat = this.#look(path);
    open.entries?.push({ name, stat });
    if (stat?.type === 'dir') open.subfolders.push({ path, inode: stat.inode, device: stat.device });
    return true;
  }

  #openNext(): boolean {
    const folder = this.#folders.pop();
    if (folder === undefined) return false;
    try {
      const names = listFolder(folder.path, folder);
      const tagged = this.#exclusion.tagsIn(folder.path);
      const entries = this.keeps && names.length <= MAX_KEPT_ENTRIES ? [] : undefined;
      this.#open = { folder, names, next: 0, tagged, entries, subfolders: [] };
    } catch {
      // The backup itself says what cannot be listed.
    }
    return true;
  }

  #close({ folder, entries, subfolders }: OpenFolder): void {
    this.#open = undefined;
    for (let folder = subfolders.pop(); folder !== undefined; folder = subfolders.pop()) this.#folders.push(folder);
    if (entries === undefined || this.#writer === undefined) return;
    const { path, inode, device } = folder;
    const listed = this.#writer.add({ inode, device }, entries);
    if (listed !== undefined) this.#found.push({ path, listed });
    else this.stopKeeping();
  }

  /** undefined: excluded, or not readable. The backup will find that by itself. */
  #look(path: RawPath): EntryStat | undefined {
    if (this.#exclusion.rejectsPath(path)) return undefined;
    try {
      const stat = statEntry(path);
      if (this.#exclusion.rejectsEntry(path, stat)) return undefined;
      if (stat.type === 'file') {
        this.#files++;
        this.#bytes += stat.sizeBytes;
      }
      return stat;
    } catch {
      return undefined;
    }
  }
}
