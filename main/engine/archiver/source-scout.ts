import { joinPath, type RawName, type RawPath } from '../base/raw-path.ts';
import type { Exclusion } from '../source/exclusion.ts';
import { statEntry } from '../source/file-metadata.ts';
import type { PlanNode } from '../source/plan-tree.ts';
import { bigAt, STAT_WORD, unsignedAt } from '../source/stat-words.ts';
import { FolderLister, type ListableFolder } from './folder-lister.ts';
import type { ListedFolder, ListingWriter } from './shared-listing.ts';

/** Entries between two looks at the clock. */
const ENTRIES_A_LOOK = 32;
/** Larger folders are worth no memory here: the backup takes them in parts anyway. */
const MAX_KEPT_ENTRIES = 4096;

export interface FoundFolder {
  readonly path: RawPath;
  readonly listed: ListedFolder;
}

interface OpenFolder {
  readonly folder: ListableFolder;
  readonly kept: boolean;
  readonly subfolders: ListableFolder[];
}

/**
 * Walks the targets ahead of the backup, in the order in which the backup will come along. While the repository is being opened it
 * keeps what it sees, so that the backup need not ask again; and it counts files and bytes for the progress's totals.
 */
export class SourceScout {
  readonly #exclusion: Exclusion;
  readonly #lister: FolderLister;
  /** The next one is at the end. */
  readonly #folders: ListableFolder[] = [];
  #open: OpenFolder | undefined;
  #writer: ListingWriter | undefined;
  #found: FoundFolder[] = [];
  #files = 0;
  #bytes = 0;

  constructor(plan: readonly PlanNode[], exclusion: Exclusion, writer: ListingWriter | undefined) {
    this.#exclusion = exclusion;
    this.#lister = new FolderLister(exclusion);
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

  /** Nothing more is wanted. */
  end(): void {
    this.#lister.leave();
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
      this.#addTarget(path);
    }
  }

  #addTarget(path: RawPath): void {
    if (this.#exclusion.rejectsPath(path)) return;
    try {
      const stat = statEntry(path);
      if (this.#exclusion.rejectsEntry(path, stat)) return;
      if (stat.type === 'file') this.#count(stat.sizeBytes);
      if (stat.type === 'dir') this.#folders.push({ path, inode: stat.inode, device: stat.device });
    } catch {
      // The backup itself says what cannot be read.
    }
  }

  #count(bytes: number): void {
    this.#files++;
    this.#bytes += bytes;
  }

  /** Looks at one entry, or opens the next folder. False when there is nothing to do. */
  #advance(): boolean {
    const open = this.#open;
    if (open === undefined) return this.#openNext();
    const lister = this.#lister;
    if (lister.atEnd) {
      this.#close(open);
      return true;
    }
    const seen = lister.next();
    if (seen?.type === 'file') this.#count(unsignedAt(lister.words, STAT_WORD.sizeBytes));
    else if (seen?.type === 'dir') {
      const { inode, device } = STAT_WORD;
      const path = joinPath(open.folder.path, seen.name);
      open.subfolders.push({ path, inode: bigAt(lister.words, inode), device: bigAt(lister.words, device) });
    }
    return true;
  }

  #openNext(): boolean {
    const folder = this.#folders.pop();
    if (folder === undefined) return false;
    try {
      const names = this.#lister.namesOf(folder);
      const kept = this.keeps && names.length <= MAX_KEPT_ENTRIES && this.#begin(folder, names);
      this.#lister.open(folder, names, kept ? this.#writer : undefined);
      this.#open = { folder, kept, subfolders: [] };
    } catch {
      // The backup itself says what cannot be listed.
    }
    return true;
  }

  /** False, now and from then on, when there is no room. */
  #begin(folder: ListableFolder, names: readonly RawName[]): boolean {
    const begun = this.#writer?.begin(folder, names) ?? false;
    if (!begun) this.stopKeeping();
    return begun;
  }

  #close({ folder, kept, subfolders }: OpenFolder): void {
    this.#open = undefined;
    this.#lister.leave();
    for (let folder = subfolders.pop(); folder !== undefined; folder = subfolders.pop()) this.#folders.push(folder);
    if (kept && this.#writer !== undefined) this.#found.push({ path: folder.path, listed: this.#writer.finish() });
  }
}
