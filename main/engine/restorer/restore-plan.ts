import { EngineError } from '../base/errors.ts';
import { joinPath, type RawName, type RawPath } from '../base/raw-path.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import type { Node } from '../snapshot/node.ts';
import { ENTRY_FLAG } from './entry-table.ts';
import { FileContents } from './file-contents.ts';
import { FILE_STATE, ZERO_CHUNK, type FileTable } from './file-table.ts';
import { joinLocation, type FolderTable } from './folder-table.ts';
import type { PlannedFolder } from './planned-folder.ts';
import type { RestoreLedger } from './restore-ledger.ts';
import { COMPARED, type LostBlob, type RestoreReply, type RestoreTask } from './restore-messages.ts';
import type { OverwritePolicy } from './restore-options.ts';
import { SpecialEntries } from './special-entries.ts';
import { looksUnchanged, lookAt, mayOverwrite, removeEntry } from './target-entries.ts';
import type { TargetFolders } from './target-folders.ts';
import { ITEM_WORDS, itemOffset, WorkList } from './work-list.ts';

/** Files in a task without content to write, and bytes to compare in one task. */
const FINISH_BATCH = 256;
const COMPARE_BATCH = 64;
const COMPARE_BATCH_BYTES = 32 * 1024 * 1024;
/** Packs that are shared out in portions at the end. */
const LAST_PACKS = 8;

export interface RestorePlanOptions {
  readonly index: RepositoryIndex;
  readonly files: FileTable;
  readonly folders: FolderTable;
  readonly targets: TargetFolders;
  readonly ledger: RestoreLedger;
  readonly overwrite: OverwritePolicy;
  readonly deleteExtra: boolean;
  readonly dryRun: boolean;
}

/**
 * What is to be done, growing while the trees are walked and shrinking while workers take tasks from it. It decides by
 * what is in the target already, and it gets back what workers could not do.
 */
export class RestorePlan {
  readonly #options: RestorePlanOptions;
  readonly #index: RepositoryIndex;
  readonly #files: FileTable;
  readonly #ledger: RestoreLedger;
  readonly #work: WorkList;
  readonly #specials: SpecialEntries;
  #toFinish: number[] = [];
  #toCompare: number[] = [];
  #compareBytes = 0;
  readonly #fullCompares: number[][] = [];
  readonly #severalNames = new Set<number>();
  /** First file of each group of hard links. */
  readonly #firstLinks = new Map<string, number>();
  /** Pairs: a link's own record, and the file it is a link to. */
  readonly links: (readonly [link: number, first: number])[] = [];
  readonly #contents: FileContents;
  #complete = false;
  /** Bytes that new files will take on the target's disk. */
  newBytes = 0;
  /** Of all bytes to write, new or not. */
  writtenBytes = 0;

  constructor(options: RestorePlanOptions) {
    this.#options = options;
    this.#index = options.index;
    this.#files = options.files;
    this.#ledger = options.ledger;
    const { index } = options;
    this.#work = new WorkList(index.table, index.packCount, (pack) => index.packEntries(pack).count);
    this.#specials = new SpecialEntries(options);
    this.#contents = new FileContents(index.table);
  }

  /** Nothing more will be added but what comes back. */
  complete(): void {
    this.#complete = true;
  }

  addEntry(node: Node, name: RawName, folder: PlannedFolder): void {
    const number = this.#options.targets.make(folder);
    if (number < 0) return;
    try {
      if (node.type === 'file') this.#addFile(node, name, folder);
      else this.#specials.restore(node, name, folder);
    } catch (error) {
      this.#ledger.warn(joinLocation(folder.location, name), `Not restored: ${reasonOf(error)}`);
    }
  }

  #addFile(node: Node, name: RawName, folder: PlannedFolder): void {
    const path = joinPath(folder.path, name);
    const existing = folder.fresh ? undefined : lookAt(path);
    const first = this.#firstLink(node);
    if (!mayOverwrite(this.#options.overwrite, node, existing)) {
      // Further links of the group may need this one, so it is in the table all the same.
      if (isLinked(node) && first === undefined)
        this.#rememberLink(node, this.#files.add(folder.number, name, node, [], 0));
      const sizeBytes = first === undefined ? Number(node.size) : 0;
      this.#ledger.done('unchanged', 'file', () => joinLocation(folder.location, name), sizeBytes);
      return;
    }
    if (first !== undefined) {
      this.#ledger.plan(0);
      this.links.push([this.#files.add(folder.number, name, node, [], 0), first]);
      return;
    }
    const content = this.#contents.find(node);
    this.#ledger.plan(typeof content === 'string' ? Number(node.size) : content.sizeBytes);
    if (typeof content === 'string') throw new EngineError('corrupt', content);
    const { entries, sizeBytes, sizeProblem } = content;
    if (sizeProblem !== undefined) this.#ledger.warn(joinLocation(folder.location, name), sizeProblem);
    const file = this.#files.add(folder.number, name, node, entries, sizeBytes);
    if (isLinked(node)) this.#rememberLink(node, file);
    if (folder.foreignXattrs || existing) this.#files.addFlags(file, ENTRY_FLAG.foreignXattrs);
    if (!existing?.isFile()) {
      if (existing) this.#ledger.conflict(() => this.location(file));
      if (existing && !this.#options.dryRun) removeEntry(path, existing, this.#options.deleteExtra);
      this.#schedule(file);
      return;
    }
    this.#files.addFlags(file, ENTRY_FLAG.existing);
    if (existing.nlink > 1n) this.#severalNames.add(file);
    const trusted = this.#options.overwrite === 'if-changed' && looksUnchanged(node, existing);
    const bothEmpty = existing.size === 0n && sizeBytes === 0;
    if (trusted || bothEmpty) this.#keep(file);
    else if (existing.size === 0n || sizeBytes === 0) this.#update(file, undefined);
    else this.#compare(file, sizeBytes);
  }

  #firstLink(node: Node): number | undefined {
    return isLinked(node) ? this.#firstLinks.get(`${node.deviceId}:${node.inode}`) : undefined;
  }

  #rememberLink(node: Node, file: number): void {
    this.#firstLinks.set(`${node.deviceId}:${node.inode}`, file);
  }

  /** The content is there: metadata only. */
  #keep(file: number): void {
    this.#files.addFlags(file, ENTRY_FLAG.unchanged);
    if (this.#options.dryRun) this.#report(file);
    else this.#toFinish.push(file);
  }

  #compare(file: number, sizeBytes: number): void {
    this.#toCompare.push(file);
    this.#compareBytes += sizeBytes;
    if (this.#toCompare.length < COMPARE_BATCH && this.#compareBytes < COMPARE_BATCH_BYTES) return;
    this.#fullCompares.push(this.#toCompare);
    this.#toCompare = [];
    this.#compareBytes = 0;
  }

  /** Writes into a file that is there, except for the blobs that it has. */
  #update(file: number, matches: Uint8Array | undefined): void {
    this.#ledger.conflict(() => this.location(file));
    const zeroChunk = this.#wrongZeroChunk(file, matches);
    // A file with several names would change under all of them. And zeros have to be written over something else here, for
    // which their blob is needed: without it the file is made anew.
    if (this.#severalNames.has(file) || zeroChunk === undefined) {
      this.#replace(file);
      return;
    }
    this.#schedule(file, matches, zeroChunk);
  }

  #replace(file: number): void {
    const path = joinPath(this.#options.folders.path(this.#files.parent(file)), this.#files.name(file));
    this.#files.removeFlags(file, ENTRY_FLAG.existing);
    try {
      const existing = this.#options.dryRun ? undefined : lookAt(path);
      if (existing) removeEntry(path, existing, false);
      this.#schedule(file);
    } catch (error) {
      this.#files.addState(file, FILE_STATE.failed);
      this.#ledger.warn(this.location(file), `Not restored: ${reasonOf(error)}`);
    }
  }

  /** The entry to write zeros from; ZERO_CHUNK when none is needed; undefined when it is needed but not there. */
  #wrongZeroChunk(file: number, matches: Uint8Array | undefined): number | undefined {
    for (let i = 0; i < this.#files.blobCount(file); i++) {
      if (this.#files.blobEntry(file, i) !== ZERO_CHUNK || matches?.[i] === 1) continue;
      return this.#contents.storedZeroChunk();
    }
    return ZERO_CHUNK;
  }

  /** Puts what is missing on the packs' lists. `zeroChunk` >= 0: zeros are written from that blob, not left as holes. */
  #schedule(file: number, matches?: Uint8Array, zeroChunk: number = ZERO_CHUNK): void {
    if (this.#options.dryRun) {
      this.#report(file);
      return;
    }
    const isNew = (this.#files.flags(file) & ENTRY_FLAG.existing) === 0;
    let offset = 0;
    let remaining = 0;
    for (let i = 0; i < this.#files.blobCount(file); i++) {
      const stored = this.#files.blobEntry(file, i);
      const length = this.#contents.lengthOf(stored);
      const entry = stored === ZERO_CHUNK ? zeroChunk : stored;
      if (entry < 0 || matches?.[i] === 1) this.#ledger.addBytes(length);
      else {
        this.#work.add(entry, file, offset);
        remaining++;
        if (isNew) this.newBytes += length;
      }
      offset += length;
    }
    this.#files.setRemaining(file, remaining);
    if (remaining === 0) this.#toFinish.push(file);
  }

  /** There will soon be no more packs to take. */
  get isEnding(): boolean {
    return this.#complete && this.#work.packsLeft < LAST_PACKS;
  }

  /**
   * What a worker may do now; undefined when there is nothing yet, or no more. Every other worker begins at the other end: packs
   * side by side often hold parts of one file, in which only one thread can write at a time.
   */
  nextTask(worker: number): RestoreTask | undefined {
    const compare = this.#fullCompares.shift() ?? (this.#complete ? this.#takeCompares() : undefined);
    if (compare) return { kind: 'compare', files: Uint32Array.from(compare) };
    const items = this.#complete ? this.#work.takeAny(worker % 2 === 0 ? 'first' : 'last') : this.#work.takeReady();
    if (items) return this.#packTask(items);
    if (this.#toFinish.length >= FINISH_BATCH || (this.#complete && this.#toFinish.length > 0)) {
      return { kind: 'finish', files: Uint32Array.from(this.#toFinish.splice(0, FINISH_BATCH)) };
    }
    return undefined;
  }

  #takeCompares(): number[] | undefined {
    const files = this.#toCompare;
    this.#toCompare = [];
    return files.length > 0 ? files : undefined;
  }

  #packTask(items: Uint32Array): RestoreTask {
    const pack = this.#index.table.pack(items[0] ?? 0);
    return { kind: 'pack', packId: this.#index.packId(pack), items };
  }

  /** Takes a worker's answer into account. */
  settle(reply: RestoreReply): void {
    this.#ledger.addBytes(reply.bytesWritten);
    this.writtenBytes += reply.bytesWritten;
    for (const { file, message } of reply.flawed) this.#ledger.warn(this.location(file), message);
    for (const file of reply.finished) this.#report(file);
    for (const { file, message } of reply.failed)
      this.#ledger.warn(this.location(file), `Not restored completely: ${message}`);
    for (const lost of reply.lost) this.#retry(lost);
    if (reply.compared && reply.comparedFiles) this.#settleCompared(reply.comparedFiles, reply.compared);
  }

  #settleCompared(files: Uint32Array, compared: Uint8Array): void {
    let at = 0;
    for (const file of files) {
      const found = compared[at++];
      const matches = compared.subarray(at, (at += this.#files.blobCount(file)));
      const sameContent = found === COMPARED.sameSize && !matches.includes(0);
      if (sameContent) this.#keep(file);
      else if (found === COMPARED.unreadable) {
        this.#ledger.conflict(() => this.location(file));
        this.#replace(file);
      } else this.#update(file, matches);
    }
  }

  /** Another pack may have the same blob; else every file that needs it is damaged. */
  #retry({ entry, items, reason }: LostBlob): void {
    const copy = this.#index.table.nextCopy(entry);
    for (let at = 0; at < items.length; at += ITEM_WORDS) {
      const file = items[at + 1] ?? 0;
      if (copy >= 0) this.#work.add(copy, file, itemOffset(items, at));
      else this.#lose(file, reason);
    }
  }

  #lose(file: number, reason: string): void {
    const before = this.#files.addState(file, FILE_STATE.damaged);
    if ((before & (FILE_STATE.damaged | FILE_STATE.failed)) === 0) {
      const message = `Not restored completely, what could be had was left in the target: ${reason}`;
      this.#ledger.warn(this.location(file), message);
    }
    if (this.#files.settleBlob(file)) this.#toFinish.push(file);
  }

  #report(file: number): void {
    const flags = this.#files.flags(file);
    const unchanged = (flags & ENTRY_FLAG.unchanged) !== 0;
    const action = unchanged ? 'unchanged' : (flags & ENTRY_FLAG.existing) !== 0 ? 'updated' : 'restored';
    if (unchanged) {
      // It was planned before anybody knew; restic does not count what is skipped.
      this.#ledger.totalFiles--;
      this.#ledger.totalBytes -= this.#files.sizeBytes(file);
    } else if (this.#options.dryRun) this.#ledger.addBytes(this.#files.sizeBytes(file));
    this.#ledger.done(action, 'file', () => this.location(file), this.#files.sizeBytes(file));
  }

  location(file: number): RawPath {
    return joinLocation(this.#options.folders.location(this.#files.parent(file)), this.#files.name(file));
  }
}

/** Without an inode there is no telling which files belong together. */
function isLinked(node: Node): boolean {
  return node.links > 1 && node.inode !== 0;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
