import { constants, copyFileSync, linkSync } from 'node:fs';
import { EngineError, systemErrorCode } from '../base/errors.ts';
import { joinPath, rawText, type RawPath } from '../base/raw-path.ts';
import { FILE_STATE, type FileTable } from './file-table.ts';
import type { FolderTable } from './folder-table.ts';
import { currentMetadata, PathCalls, writeMetadata } from './metadata.ts';
import { lookAt, removeEntry } from './target-entries.ts';

/** File systems without links, and files that have as many as they may: a copy has the same content at least. */
const NEEDS_COPY = new Set(['EPERM', 'EXDEV', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** Makes further names of restored files. */
export class HardLinks {
  readonly #files: FileTable;
  readonly #folders: FolderTable;
  readonly #deleteExtra: boolean;

  constructor(files: FileTable, folders: FolderTable, deleteExtra: boolean) {
    this.#files = files;
    this.#folders = folders;
    this.#deleteExtra = deleteExtra;
  }

  /** `link` and `first` are records of the file table. Returns problems with metadata; throws when there is no link. */
  make(link: number, first: number): readonly string[] {
    const state = this.#files.state(first);
    if ((state & (FILE_STATE.failed | FILE_STATE.damaged)) !== 0) {
      throw new EngineError('target_failed', 'the file that it is a hard link to could not be restored');
    }
    const path = this.#pathOf(link);
    const firstPath = this.#pathOf(first);
    const original = lookAt(firstPath);
    if (!original?.isFile())
      throw new EngineError('target_failed', `${rawText(firstPath)}, which it is a hard link to, is gone`);
    const existing = lookAt(path);
    if (existing && existing.ino === original.ino && existing.dev === original.dev) return [];
    if (existing) removeEntry(path, existing, this.#deleteExtra);
    try {
      linkSync(firstPath, path);
      return [];
    } catch (error) {
      if (!NEEDS_COPY.has(systemErrorCode(error) ?? '')) throw error;
    }
    copyFileSync(firstPath, path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    return this.#writeMetadata(link, path);
  }

  #writeMetadata(link: number, path: RawPath): readonly string[] {
    const files = this.#files;
    const stat = lookAt(path);
    if (!stat) return [];
    const wanted = {
      uid: files.uid(link),
      gid: files.gid(link),
      mode: files.mode(link),
      times: files.times(link),
      xattrs: files.xattrs(link),
    };
    return writeMetadata(new PathCalls(path), wanted, currentMetadata(stat, false));
  }

  /** Only while the folder is the one that was planned: links are made by path. */
  #pathOf(file: number): RawPath {
    const folder = this.#files.parent(file);
    const path = this.#folders.path(folder);
    const stat = lookAt(path);
    if (stat?.isDirectory() && this.#folders.isSame(folder, stat)) return joinPath(path, this.#files.name(file));
    throw new EngineError(
      'unsafe_path',
      `the folder ${rawText(path)} was replaced by something else during the restore`,
    );
  }
}
