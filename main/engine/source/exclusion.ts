import type { RawPath } from '../base/raw-path.ts';
import type { EntryStat } from './file-metadata.ts';
import { FileSystemBoundary } from './file-system-boundary.ts';
import { CACHE_FOLDER_TAG, findFolderTags, parseFolderTag, type FolderTag, type TaggedFolder } from './folder-tags.ts';
import { readPatternFile } from './patterns/pattern-file.ts';
import { PatternList } from './patterns/pattern-list.ts';

export interface ExclusionOptions {
  readonly patterns?: readonly string[];
  readonly patternFiles?: readonly string[];
  readonly insensitivePatterns?: readonly string[];
  readonly insensitivePatternFiles?: readonly string[];
  readonly excludeCaches?: boolean;
  /** `NAME[:HEADER]` each. */
  readonly ifPresent?: readonly string[];
  /** Files, and whatever else is no folder, above this size. */
  readonly largerThanBytes?: number;
  /** Needs `targets`. */
  readonly oneFileSystem?: boolean;
  /** Absolute clean paths of the backup targets. */
  readonly targets?: readonly RawPath[];
  readonly onWarning?: (message: string) => void;
}

/**
 * Decides what a backup leaves out. All paths are absolute. The three questions go from cheap to dear:
 * ask `rejectsPath` before the lstat, `rejectsEntry` after it, and `tagsIn` once a folder before its entries.
 *
 * Targets are asked about like everything else (restic up to 0.19.0); the folders above a target never are. The
 * repository itself is not left out when it lies inside a target, as in restic: exclude it by a pattern.
 */
export class Exclusion {
  readonly #patterns: PatternList;
  readonly #insensitivePatterns: PatternList;
  readonly #tags: readonly FolderTag[];
  readonly #largerThanBytes: number;
  readonly #boundary: FileSystemBoundary | undefined;
  readonly #onWarning: (message: string) => void;

  /** Throws `invalid_argument` for malformed patterns, unreadable pattern files and nameless tags. */
  constructor(options: ExclusionOptions = {}) {
    const read = (files: readonly string[] = []) => files.flatMap((file) => readPatternFile(file));
    this.#patterns = new PatternList([...(options.patterns ?? []), ...read(options.patternFiles)]);
    this.#insensitivePatterns = new PatternList(
      [...(options.insensitivePatterns ?? []), ...read(options.insensitivePatternFiles)],
      { ignoreCase: true },
    );
    const tags = (options.ifPresent ?? []).map(parseFolderTag);
    this.#tags = options.excludeCaches ? [...tags, CACHE_FOLDER_TAG] : tags;
    this.#largerThanBytes = options.largerThanBytes ?? Infinity;
    this.#boundary = options.oneFileSystem ? new FileSystemBoundary(options.targets ?? []) : undefined;
    this.#onWarning = options.onWarning ?? (() => {});
  }

  /** False: `rejectsPath` has nothing to say, whatever the path. */
  get looksAtPaths(): boolean {
    return !this.#insensitivePatterns.isEmpty || !this.#patterns.isEmpty;
  }

  /** False: `rejectsEntry` has nothing to say, whatever the entry. */
  get looksAtEntries(): boolean {
    return this.#largerThanBytes !== Infinity || this.#boundary !== undefined;
  }

  rejectsPath(path: RawPath): boolean {
    return this.#insensitivePatterns.matches(path) || this.#patterns.matches(path);
  }

  rejectsEntry(path: RawPath, stat: EntryStat): boolean {
    if (stat.type !== 'dir' && stat.sizeBytes > this.#largerThanBytes) return true;
    return this.#boundary?.rejects(path, stat) ?? false;
  }

  /** undefined: no tag applies here. The folder itself is saved in any case. */
  tagsIn(folder: RawPath): TaggedFolder | undefined {
    return this.#tags.length > 0 ? findFolderTags(folder, this.#tags, this.#onWarning) : undefined;
  }
}
