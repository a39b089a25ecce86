import { constants, fchmodSync, fstatSync } from 'node:fs';
import { EngineError, systemErrorCode } from '../base/errors.ts';
import { fileCalls, type FileCalls } from '../base/native/file-calls.ts';
import type { FileTable } from './file-table.ts';
import type { FolderHandles } from './folder-handles.ts';

const NOFOLLOW = constants.O_NOFOLLOW ?? 0;
const CREATE = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | NOFOLLOW;
/** Whatever took a file's place must not block us either: a FIFO would, until somebody reads it. */
const REOPEN = constants.O_WRONLY | NOFOLLOW | (constants.O_NONBLOCK ?? 0);
const READ = constants.O_RDONLY | NOFOLLOW | (constants.O_NONBLOCK ?? 0);
/** Of files that are not complete. */
export const PRIVATE = 0o600;

/** Opens files of the target below folders that are held open, and never through a link. Close them by FileCalls. */
export class FileOpener {
  readonly #files: FileTable;
  readonly #handles: FolderHandles;
  readonly #calls: FileCalls = fileCalls();

  constructor(files: FileTable, handles: FolderHandles) {
    this.#files = files;
    this.#handles = handles;
  }

  /** Fails with EEXIST rather than to take what is there. */
  create(file: number, mode: number): number {
    return this.#open(file, CREATE, mode);
  }

  /** For writing, in place. */
  reopen(file: number): number {
    return this.#openRegular(file, REOPEN);
  }

  /** Enough for changing metadata. */
  read(file: number): number {
    return this.#openRegular(file, READ);
  }

  #openRegular(file: number, flags: number): number {
    let fd: number;
    try {
      fd = this.#open(file, flags, 0);
    } catch (error) {
      if (systemErrorCode(error) !== 'EACCES') throw error;
      fd = this.#openForbidden(file, flags);
    }
    if (fstatSync(fd).isFile()) return fd;
    this.#calls.close(fd);
    throw new EngineError('unsafe_path', 'Something else took its place during the restore.');
  }

  /** The owner of a read-only file may give himself the right to write; the mode is restored at the end anyway. */
  #openForbidden(file: number, flags: number): number {
    const fd = this.#open(file, flags === READ ? REOPEN : READ, 0);
    try {
      fchmodSync(fd, PRIVATE);
    } finally {
      this.#calls.close(fd);
    }
    return this.#open(file, flags, 0);
  }

  #open(file: number, flags: number, mode: number): number {
    return this.#calls.openAt(this.#handles.get(this.#files.parent(file)), this.#files.name(file), flags, mode);
  }
}
