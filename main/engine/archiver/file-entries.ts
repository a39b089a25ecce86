import type { BlobId } from '../base/ids.ts';
import { rawText, type RawName, type RawPath } from '../base/raw-path.ts';
import { epochNsOf } from '../base/rfc3339.ts';
import { MIN_CHUNK } from '../chunker/chunker.ts';
import type { BlobTable } from '../index/blob-table.ts';
import { toU64, type Node } from '../snapshot/node.ts';
import { encodeNode, encodeNodeHead } from '../snapshot/tree-encoder.ts';
import type { EntryStat } from '../source/file-metadata.ts';
import type { ArchiveCounts } from './archive-messages.ts';
import type { ArchivedItem } from './archive-options.ts';
import type { EntryEncoder } from './entry-encoder.ts';
import { ExpectedChunks } from './expected-chunks.ts';
import type { FileArchiver } from './file-archiver.ts';
import type { ParentEntry } from './parent-entry.ts';

export interface FileEntriesOptions {
  readonly table: BlobTable;
  readonly encoder: EntryEncoder;
  readonly archiver: FileArchiver;
  readonly ignoreCtime: boolean;
  readonly ignoreInode: boolean;
  readonly counts: ArchiveCounts;
  /** Files are done; `bytes` were not told to anybody yet. */
  readonly onFiles: (count: number, bytes: number) => void;
  readonly onWarning: (item: string, message: string) => void;
  readonly onItem: ((item: ArchivedItem) => void) | undefined;
}

/** Nodes of regular files: taken over from the parent where nothing changed, else read and stored. */
export class FileEntries {
  readonly #options: FileEntriesOptions;

  constructor(options: FileEntriesOptions) {
    this.#options = options;
  }

  /** The whole node as text. Throws what keeps the file from being read. `snapshotFolder` ends with a slash. */
  encode(
    path: RawPath,
    name: RawName,
    stat: EntryStat,
    before: ParentEntry | undefined,
    snapshotFolder: string,
  ): string {
    const unchanged = before && this.#unchanged(path, name, stat, before);
    if (unchanged !== undefined) {
      this.countUnchanged(name, stat.sizeBytes, snapshotFolder);
      return unchanged;
    }
    const { archiver, encoder } = this.#options;
    const archived = archiver.archive(path, before && this.#expectedChunks(stat, before));
    const entry = encoder.describe(path, archived.stat);
    const text = encodeNode(encoder.fileNode(name, entry, archived.content, archived.sizeBytes));
    this.#options.onFiles(1, 0);
    const action = before === undefined ? 'new' : text === before.text ? 'unchanged' : 'changed';
    this.#count(action, name, archived.sizeBytes, snapshotFolder);
    return text;
  }

  countUnchanged(name: RawName, sizeBytes: number, snapshotFolder: string): void {
    this.#options.onFiles(1, sizeBytes);
    this.#count('unchanged', name, sizeBytes, snapshotFolder);
  }

  /** Somebody wants to hear of each file by its name. */
  get namesAreWanted(): boolean {
    return this.#options.onItem !== undefined;
  }

  countManyUnchanged(count: number, bytes: number): void {
    const { counts, onFiles } = this.#options;
    onFiles(count, bytes);
    counts.filesUnmodified += count;
    counts.bytesProcessed += bytes;
  }

  /** Restic's rules (repository-format, section 13). Only the content is taken over: all else comes from the fresh stat. */
  #unchanged(path: RawPath, name: RawName, stat: EntryStat, before: ParentEntry): string | undefined {
    const { encoder } = this.#options;
    const head = before.headLike(encodeNodeHead(encoder.plainNode(name, stat)));
    const content = head === undefined ? undefined : before.contentAfter(head);
    if (content !== undefined) return this.#allStored(path, content) ? before.text : undefined;
    const previous = this.#decode(path, before);
    const chunks = previous && !this.#differs(previous, stat) ? previous.content : null;
    if (chunks === null || !this.#allStored(path, chunks)) return undefined;
    return encodeNode(encoder.fileNode(name, encoder.describe(path, stat), chunks, stat.sizeBytes));
  }

  #differs(previous: Node, stat: EntryStat): boolean {
    const { ignoreCtime, ignoreInode } = this.#options;
    if (previous.type !== 'file' || previous.size !== stat.sizeBytes) return true;
    if (epochNsOf(previous.mtime) !== stat.mtimeNs) return true;
    if (ignoreInode) return false;
    if (previous.inode !== toU64(stat.inode)) return true;
    return !ignoreCtime && epochNsOf(previous.ctime) !== stat.ctimeNs;
  }

  #allStored(path: RawPath, content: readonly BlobId[]): boolean {
    const { table, onWarning } = this.#options;
    let last: BlobId | undefined;
    for (const id of content) {
      // Runs of zeros repeat one chunk.
      if (id !== last && table.findHex('data', id) < 0) {
        onWarning(rawText(path), 'Parts of the file are missing in the repository index; it is stored again.');
        return false;
      }
      last = id;
    }
    return true;
  }

  /** undefined where there is nothing to gain: a file of one chunk has no cuts. */
  #expectedChunks(stat: EntryStat, before: ParentEntry): ExpectedChunks | undefined {
    if (stat.sizeBytes <= MIN_CHUNK) return undefined;
    try {
      const { content } = before.decode();
      return content !== null && content.length > 1 ? new ExpectedChunks(content, this.#options.table) : undefined;
    } catch {
      // The search for changes has warned of it.
      return undefined;
    }
  }

  #decode(path: RawPath, before: ParentEntry): Node | undefined {
    try {
      return before.decode();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.onWarning(
        rawText(path),
        `The parent snapshot's entry cannot be read; the file is read again: ${reason}`,
      );
      return undefined;
    }
  }

  #count(action: ArchivedItem['action'], name: RawName, sizeBytes: number, snapshotFolder: string): void {
    const { counts, onItem } = this.#options;
    if (action === 'new') counts.filesNew++;
    else if (action === 'changed') counts.filesChanged++;
    else counts.filesUnmodified++;
    counts.bytesProcessed += sizeBytes;
    onItem?.({ path: snapshotFolder + rawText(name), action, type: 'file', sizeBytes });
  }
}
