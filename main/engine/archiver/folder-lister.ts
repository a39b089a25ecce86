import { joinPath, type RawName, type RawPath } from '../base/raw-path.ts';
import { EntryStats } from '../source/entry-stats.ts';
import type { Exclusion } from '../source/exclusion.ts';
import { listFolder } from '../source/local-listing.ts';
import { commonTypeOf, type EntryType } from '../source/go-file-mode.ts';
import { STAT_WORD, statOfWords } from '../source/stat-words.ts';
import type { FolderIdentity, ListingWriter } from './shared-listing.ts';

export interface ListableFolder extends FolderIdentity {
  readonly path: RawPath;
}

/** What the last `next` has looked at. */
export interface SeenEntry {
  readonly name: RawName;
  readonly type: Extract<EntryType, 'file' | 'dir' | 'symlink'>;
}

/**
 * Lists one folder after the other and looks at each entry. What is excluded, of a rare kind or not to be looked at is unknown in the
 * listing: whoever comes to it asks again, and finds out why.
 */
export class FolderLister {
  readonly #exclusion: Exclusion;
  readonly #stats = new EntryStats();
  #folder: ListableFolder = { path: '', inode: 0n, device: 0n };
  #names: readonly RawName[] = [];
  #writer: ListingWriter | undefined;
  #next = 0;

  constructor(exclusion: Exclusion) {
    this.#exclusion = exclusion;
  }

  /** The names that the folder's tags let through. Throws what keeps it from being listed. */
  namesOf(folder: ListableFolder): readonly RawName[] {
    const names = listFolder(folder.path, folder);
    const tagged = this.#exclusion.tagsIn(folder.path);
    return tagged ? names.filter((name) => !tagged.rejects(name)) : names;
  }

  /** Goes to the start of a folder with these names; without a writer, what is seen there is not kept. */
  open(folder: ListableFolder, names: readonly RawName[], writer: ListingWriter | undefined): void {
    this.#stats.enter(folder.path, names.length);
    this.#folder = folder;
    this.#names = names;
    this.#writer = writer;
    this.#next = 0;
  }

  get atEnd(): boolean {
    return this.#next >= this.#names.length;
  }

  /** Looks at the next entry, and returns it if that is of use. */
  next(): SeenEntry | undefined {
    const index = this.#next++;
    const name = this.#names[index] ?? '';
    const type = this.#look(name);
    if (type === undefined) this.#writer?.putUnknown(index);
    else this.#writer?.put(index, this.#stats.words);
    return type && { name, type };
  }

  /** The words of the last entry's stat, as stat-words.ts has them. */
  get words(): Uint32Array {
    return this.#stats.words;
  }

  /** To be called for each folder that was opened. */
  leave(): void {
    this.#stats.leave();
  }

  #look(name: RawName): SeenEntry['type'] | undefined {
    const exclusion = this.#exclusion;
    if (exclusion.looksAtPaths && exclusion.rejectsPath(joinPath(this.#folder.path, name))) return undefined;
    try {
      this.#stats.look(name);
      const type = commonTypeOf(this.words[STAT_WORD.mode] ?? 0);
      return type !== undefined && exclusion.looksAtEntries && this.#rejects(name) ? undefined : type;
    } catch {
      return undefined;
    }
  }

  #rejects(name: RawName): boolean {
    const stat = statOfWords(this.words);
    return stat === undefined || this.#exclusion.rejectsEntry(joinPath(this.#folder.path, name), stat);
  }
}
