import type { AnyId } from '../base/ids.ts';

/** The six kinds of objects in a repository (repository-format, section 1). */
export type FileType = 'config' | 'key' | 'lock' | 'snapshot' | 'index' | 'pack';

/** One object. `config` is the only one without an id. */
export type FileRef = { readonly type: 'config' } | { readonly type: Exclude<FileType, 'config'>; readonly id: AnyId };

export interface FileInfo {
  readonly id: AnyId;
  readonly sizeBytes: number;
}

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * A flat store of immutable objects: everything the engine asks of a disk or a service. Every implementation passes
 * test/conformance. It knows nothing of encryption or of what the objects mean.
 *
 * Errors are EngineErrors: `not_found` for a missing object, `already_exists` for a second write of one, `no_space`,
 * `read_only`, `permission_denied`, and `backend_failed` (with `retry: 'later'` where a repetition may help) for the rest.
 */
export interface Backend {
  /** For messages: `/srv/backup`, `memory:1`. Never carries a password. */
  readonly location: string;

  /** Makes the folder structure. Does not write a config. Succeeds when it is there already. */
  create(signal?: AbortSignal): Promise<void>;

  /** Size in bytes. */
  stat(ref: FileRef, signal?: AbortSignal): Promise<number>;

  /** All objects of a type whose names are full ids, in no particular order; anything else in the folder is ignored. */
  list(type: Exclude<FileType, 'config'>, signal?: AbortSignal): Promise<FileInfo[]>;

  /** The whole object, or exactly the range asked for: a shorter answer is `corrupt`, never a short buffer. */
  read(ref: FileRef, range?: ByteRange, signal?: AbortSignal): Promise<Buffer>;

  /** Atomic and durable when it resolves. An object under that name that exists already is `already_exists`. */
  write(ref: FileRef, bytes: Uint8Array, signal?: AbortSignal): Promise<void>;

  /**
   * Where a worker may write a file that `writeStaged` publishes later: for a local folder it is on the same file system,
   * so that publishing is a rename. Made on demand; files left there by a crash are swept by `removeStaleStaged`, which
   * knows them by the name that `stagedFileName()` (staging.ts) gives: every file made here must bear such a name.
   */
  stagingFolder(): Promise<string>;

  /** Publishes a finished file of the staging folder: durable when it resolves, and the staged file is gone (also on failure). */
  writeStaged(ref: FileRef, stagedPath: string, sizeBytes: number, signal?: AbortSignal): Promise<void>;

  /** Deletes staged files that no living process owns. Called under the exclusive lock. */
  removeStaleStaged(): Promise<number>;

  /** Succeeds when the object is not there: after a crash the same deletion is tried again. */
  remove(ref: FileRef, signal?: AbortSignal): Promise<void>;

  /** The object's file, where there is one that a worker may open by itself with synchronous calls. */
  localPath(ref: FileRef): string | undefined;

  close(): Promise<void>;
}
