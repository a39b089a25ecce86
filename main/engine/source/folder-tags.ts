import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { EngineError, systemErrorCode } from '../base/errors.ts';
import { joinPath, rawText, type RawName, type RawPath } from '../base/raw-path.ts';

/** A file whose presence says that its folder's content is not to be saved. */
export interface FolderTag {
  readonly fileName: string;
  /** The file must start with these bytes; empty: it need only be there. */
  readonly header: Buffer;
}

/** https://bford.info/cachedir/ */
export const CACHE_FOLDER_TAG: FolderTag = {
  fileName: 'CACHEDIR.TAG',
  header: Buffer.from('Signature: 8a477f597d28d172789f06886806bc55'),
};

/** `NAME` or `NAME:HEADER`, as --exclude-if-present takes it. */
export function parseFolderTag(text: string): FolderTag {
  const colon = text.indexOf(':');
  const fileName = colon < 0 ? text : text.slice(0, colon);
  if (fileName === '') {
    throw new EngineError('invalid_argument', `An exclusion file must have a name: ${JSON.stringify(text)}`);
  }
  return { fileName, header: Buffer.from(colon < 0 ? '' : text.slice(colon + 1)) };
}

/** What the tags found in one folder leave of it. */
export class TaggedFolder {
  readonly #found: readonly string[];

  constructor(found: readonly string[]) {
    this.#found = found;
  }

  /** The tag's own file stays, so that a restored folder is tagged again; another tag may still take it. */
  rejects(name: RawName): boolean {
    return this.#found.some((fileName) => fileName !== name);
  }
}

/** Looks for tags in a folder; undefined when none applies. An unreadable tag is a warning and does not count. */
export function findFolderTags(
  folder: RawPath,
  tags: readonly FolderTag[],
  onWarning: (message: string) => void,
): TaggedFolder | undefined {
  const found = tags.filter((tag) => isTagged(folder, tag, onWarning)).map((tag) => tag.fileName);
  return found.length > 0 ? new TaggedFolder(found) : undefined;
}

function isTagged(folder: RawPath, tag: FolderTag, onWarning: (message: string) => void): boolean {
  const path = joinPath(folder, tag.fileName);
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return false;
    if (tag.header.length === 0 || startsWith(path, tag.header)) return true;
    onWarning(`The exclusion file ${rawText(path)} has not the expected content; its folder is saved.`);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOTDIR') return false;
    onWarning(`The exclusion file ${rawText(path)} cannot be read; its folder is saved: ${String(error)}`);
  }
  return false;
}

function startsWith(path: RawPath, header: Buffer): boolean {
  // A FIFO of that name must not stop the backup.
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!fstatSync(fd).isFile()) return false;
    const start = Buffer.alloc(header.length);
    let length = 0;
    while (length < start.length) {
      const count = readSync(fd, start, length, start.length - length, null);
      if (count === 0) break;
      length += count;
    }
    return length === header.length && start.equals(header);
  } finally {
    closeSync(fd);
  }
}
