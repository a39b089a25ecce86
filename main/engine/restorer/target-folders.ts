import { closeSync, fstatSync, mkdirSync, realpathSync, type BigIntStats } from 'node:fs';
import { resolve } from 'node:path';
import { EngineError, fromSystemError, systemErrorCode } from '../base/errors.ts';
import { posixCalls } from '../base/native/posix-calls.ts';
import { rawText, type RawPath } from '../base/raw-path.ts';
import { canOpenFolders, openFolder } from './folder-handles.ts';
import { childGidOf, ROOT_FOLDER, type FolderTable } from './folder-table.ts';
import { ENTRY_FLAG } from './entry-table.ts';
import { currentMetadata, OpenFileCalls, PathCalls, writeMetadata } from './metadata.ts';
import { NOT_MADE, UNUSABLE, type PlannedFolder } from './planned-folder.ts';
import type { RestoreLedger } from './restore-ledger.ts';
import type { ProcessIdentity } from './restore-messages.ts';
import type { OverwritePolicy } from './restore-options.ts';
import { lookAt, makeUsable, mayOverwrite, removeEntry } from './target-entries.ts';

/** Ours alone until everything is in it: the snapshot's mode comes last. */
const WORKING_MODE = 0o700;
const DEFAULT_ACCESS_LIST = 'system.posix_acl_default';
const FATAL = new Set(['ENOSPC', 'EDQUOT', 'EROFS']);

export interface TargetFoldersOptions {
  readonly folders: FolderTable;
  readonly ledger: RestoreLedger;
  readonly process: ProcessIdentity;
  readonly overwrite: OverwritePolicy;
  readonly deleteExtra: boolean;
  readonly dryRun: boolean;
}

/**
 * Makes the folders of the target, or reuses those that are there, and gives them their metadata at the end. A folder is
 * used only after a look that it is a real one: a link in its place is replaced or refused, never followed.
 */
export class TargetFolders {
  readonly #options: TargetFoldersOptions;
  readonly #folders: FolderTable;
  readonly #ledger: RestoreLedger;

  constructor(options: TargetFoldersOptions) {
    this.#options = options;
    this.#folders = options.folders;
    this.#ledger = options.ledger;
  }

  /** The target itself, which may be reached through links: that is the user's choice. */
  openTarget(target: string): PlannedFolder {
    let path = resolve(target);
    let made = false;
    let stat: BigIntStats | undefined;
    try {
      made = !this.#options.dryRun && mkdirSync(path, { recursive: true, mode: WORKING_MODE }) !== undefined;
      path = realpathSync(path);
      stat = lookAt(path);
      if (stat && !stat.isDirectory()) throw new EngineError('invalid_argument', `The target ${path} is not a folder.`);
    } catch (error) {
      // Before a dry run there may be no target yet.
      if (!(this.#options.dryRun && systemErrorCode(error) === 'ENOENT')) {
        throw fromSystemError(error, 'target_failed', `Cannot use ${path} as the target`, { path });
      }
    }
    const gid = this.#options.process.gid;
    this.#folders.add(ROOT_FOLDER, path, undefined, stat, stat ? childGidOf(stat, gid) : gid);
    const foreignXattrs = stat !== undefined && hasDefaultAccessList(path);
    const fresh = made || stat === undefined;
    return {
      parent: undefined,
      node: undefined,
      name: '',
      location: '/',
      path,
      number: ROOT_FOLDER,
      fresh,
      foreignXattrs,
    };
  }

  /** Its number in the table, after making it and the folders above; UNUSABLE when that failed, now or before. */
  make(folder: PlannedFolder): number {
    if (folder.number !== NOT_MADE) return folder.number;
    const chain: PlannedFolder[] = [];
    for (let at: PlannedFolder | undefined = folder; at && at.number === NOT_MADE; at = at.parent) chain.push(at);
    for (const next of chain.reverse()) next.number = this.#makeIn(next.parent, next);
    return folder.number;
  }

  #makeIn(parent: PlannedFolder | undefined, folder: PlannedFolder): number {
    if (!parent || !folder.node || parent.number === UNUSABLE) return UNUSABLE;
    try {
      const stat = this.#options.dryRun ? this.#lookOnly(parent, folder) : this.#makeReal(folder);
      folder.foreignXattrs = folder.fresh ? parent.foreignXattrs : hasDefaultAccessList(folder.path);
      const { gid } = this.#options.process;
      const number = this.#folders.add(
        parent.number,
        folder.name,
        folder.node,
        stat,
        stat ? childGidOf(stat, gid) : gid,
      );
      if (folder.foreignXattrs || !folder.fresh) this.#folders.addFlags(number, ENTRY_FLAG.foreignXattrs);
      this.#ledger.plan(0);
      return number;
    } catch (error) {
      if (FATAL.has(systemErrorCode(error) ?? ''))
        throw fromSystemError(error, 'target_failed', `Cannot make ${rawText(folder.path)} in the target`);
      this.#ledger.warn(folder.location, `Folder not restored, nor anything in it: ${reasonOf(error)}`);
      return UNUSABLE;
    }
  }

  #makeReal(folder: PlannedFolder): BigIntStats {
    folder.fresh = tryMakeFolder(folder.path);
    let stat = lookAt(folder.path);
    if (!folder.fresh && stat && !stat.isDirectory()) {
      this.#makeRoom(folder, stat);
      folder.fresh = tryMakeFolder(folder.path);
      stat = lookAt(folder.path);
    }
    if (!stat?.isDirectory()) throw new EngineError('unsafe_path', 'something else took its place during the restore');
    if (!folder.fresh) makeUsable(folder.path, stat);
    return stat;
  }

  #makeRoom(folder: PlannedFolder, existing: BigIntStats): void {
    const { overwrite, deleteExtra } = this.#options;
    if (!folder.node || !mayOverwrite(overwrite, folder.node, existing)) {
      throw new EngineError(
        'already_exists',
        'something that is no folder is in its place, and must not be overwritten',
      );
    }
    removeEntry(folder.path, existing, deleteExtra);
  }

  #lookOnly(parent: PlannedFolder, folder: PlannedFolder): BigIntStats | undefined {
    const stat = parent.fresh ? undefined : lookAt(folder.path);
    folder.fresh = !stat?.isDirectory();
    return folder.fresh ? undefined : stat;
  }

  /** Deepest first: a folder that must not be entered any more gets its mode after what is in it. */
  *finish(): Generator<void, void, undefined> {
    for (let folder = this.#folders.count - 1; folder > ROOT_FOLDER; folder--) {
      const location = () => this.#folders.location(folder);
      if (!this.#options.dryRun) {
        try {
          for (const problem of this.#writeMetadata(folder)) this.#ledger.warn(location(), problem);
        } catch (error) {
          this.#ledger.warn(location(), `Metadata of the folder not restored: ${reasonOf(error)}`);
        }
      }
      this.#ledger.done('restored', 'dir', location, 0);
      yield;
    }
  }

  #writeMetadata(folder: number): string[] {
    const folders = this.#folders;
    const wanted = {
      uid: folders.uid(folder),
      gid: folders.gid(folder),
      mode: folders.mode(folder),
      times: folders.times(folder),
      xattrs: folders.xattrs(folder),
    };
    const foreignXattrs = (folders.flags(folder) & ENTRY_FLAG.foreignXattrs) !== 0;
    const { fd, path } = openFolder(folders, folder);
    if (fd < 0) {
      const stat = lookAt(path);
      return stat ? writeMetadata(new PathCalls(path), wanted, currentMetadata(stat, foreignXattrs)) : [];
    }
    try {
      const calls = new OpenFileCalls();
      calls.fd = fd;
      return writeMetadata(calls, wanted, currentMetadata(fstatSync(fd, { bigint: true }), foreignXattrs));
    } finally {
      closeSync(fd);
    }
  }
}

/** False when something is there already. */
function tryMakeFolder(path: RawPath): boolean {
  try {
    mkdirSync(path, WORKING_MODE);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function hasDefaultAccessList(path: RawPath): boolean {
  if (!canOpenFolders()) return false;
  try {
    return posixCalls().listXattrs(path).includes(DEFAULT_ACCESS_LIST);
  } catch {
    return false;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
