import { isAscii } from 'node:buffer';
import { EngineError } from '../base/errors.ts';
import type { BlobId } from '../base/ids.ts';
import { rawBytes, rawText, type RawName } from '../base/raw-path.ts';
import type { BlobTable } from '../index/blob-table.ts';
import { nameLiteral, unquoteName } from '../snapshot/name-quoting.ts';
import { decodeTree } from '../snapshot/tree-decoder.ts';
import { encodeTree } from '../snapshot/tree-encoder.ts';
import type { AccountNames } from '../source/account-names.ts';
import type { EntryStat } from '../source/file-metadata.ts';
import { ByteCursor } from './byte-cursor.ts';
import { ListedFiles, ownerText } from './listed-files.ts';
import { ParentEntry } from './parent-entry.ts';
import { isUsable, LIST_END, LIST_START, NODE_START } from './parent-tree-layout.ts';
import type { ListedFolder, ListingReader } from './shared-listing.ts';

const TYPE_FILE = Buffer.from('","type":"file"');
const MODE = Buffer.from(',"mode":');
const MTIME = Buffer.from(',"mtime":"');
const ATIME = Buffer.from('","atime":"');
const CTIME = Buffer.from('","ctime":"');
const INODE = Buffer.from(',"inode":');
const DEVICE = Buffer.from(',"device_id":');
const SIZE = Buffer.from(',"size":');
const LINKS = Buffer.from(',"links":');
const ATTRIBUTES = Buffer.from(',"extended_attributes":[');
const ATTRIBUTES_END = Buffer.from('],"content":');
const CONTENT = Buffer.from(',"content":[');
const COMMA = 0x2c;
const QUOTE = 0x22;
const CLOSE_LIST = 0x5d;
const CLOSE_NODE = 0x7d;
const ID_DIGITS = 64;

export interface ParentCursorOptions {
  readonly table: BlobTable;
  readonly accounts: AccountNames;
  readonly withAtime: boolean;
}

/**
 * Walks along the parent's tree while the folder's entries are asked for in their order, which is the tree's. An unchanged file costs
 * one comparison with the tree's own bytes; nothing is decoded or encoded. One of these serves a thread, tree after tree.
 */
export class ParentCursor {
  readonly #options: ParentCursorOptions;
  readonly #cursor = new ByteCursor();
  readonly #id = new Uint8Array(ID_DIGITS / 2);
  #treeId: BlobId | undefined;
  /** Behind the last node that was passed. */
  #place = 0;
  /** Where the run of nodes that were taken over, and that nobody has asked for yet, begins. */
  #runStart = 0;
  #runCount = 0;
  /** Nodes passed, whatever became of them; and those that were taken over. */
  #passed = 0;
  #taken = 0;
  #ownerIds = { uid: -1, gid: -1 };
  #owner = Buffer.alloc(0);
  #listedFiles: ListedFiles | undefined;
  /** The listing is being compared with the tree. */
  #comparing = false;

  constructor(options: ParentCursorOptions) {
    this.#options = options;
  }

  /** Starts on a tree. `bytes` stays in use until the next start. Throws `corrupt`. */
  start(bytes: Buffer, treeId: BlobId): void {
    this.#treeId = treeId;
    this.#cursor.bytes = isUsable(bytes) ? bytes : encodeTree(decodeTree(bytes, treeId));
    this.#place = LIST_START.length;
    this.#runStart = this.#place;
    this.#runCount = this.#passed = this.#taken = 0;
    this.#comparing = false;
  }

  /** The folder's entries are those of the listing: from here on `takeListed` may be asked. */
  compareWith(listings: ListingReader, listed: ListedFolder): void {
    if (!this.active || this.#options.withAtime) return;
    this.#listedFiles ??= new ListedFiles(this.#options.accounts);
    this.#comparing = this.#listedFiles.begin(this.#cursor.bytes, listings, listed);
  }

  /**
   * Takes over the nodes of the files that the listing has from entry `first` on, as `takeFile` would one by one; returns how many. 0 says
   * nothing of the entry: ask the other ways. `first` never goes back.
   */
  takeListed(first: number): number {
    const files = this.#listedFiles;
    if (!this.active || !this.#comparing || files === undefined) return 0;
    const count = this.#storedOf(files, files.run(first, this.#place, this.#passed > 0));
    if (count === 0) return 0;
    this.#extendRun(count);
    this.#pass(files.endOf(count - 1), count);
    return count;
  }

  /** No parent: nothing is found from here on. What was taken over before can still be had. */
  stop(): void {
    this.#treeId = undefined;
  }

  /** Between two folders: what was taken over in one of them must not show up in the next. */
  clear(): void {
    this.stop();
    this.#runCount = 0;
  }

  get active(): boolean {
    return this.#treeId !== undefined;
  }

  /** Every node of the tree was taken over: a folder that has no others is this tree. */
  get isWhole(): boolean {
    return this.active && this.#taken === this.#passed && this.#atEnd();
  }

  /** True when the next node is exactly this file's, and all of its content is stored: it is taken over. */
  takeFile(name: RawName, stat: EntryStat): boolean {
    if (!this.active || !this.#enterNode()) return false;
    return this.#isFile(name, stat) && this.#take();
  }

  /** The same for a node that was encoded. */
  takeNode(encoded: string): boolean {
    if (!this.active || !this.#enterNode()) return false;
    return this.#cursor.piece(Buffer.from(encoded)) && this.#take();
  }

  /** The node of this name, undecoded. Names must be asked for in ascending order, runs before. Throws `corrupt`. */
  find(name: RawName): ParentEntry | undefined {
    if (!this.active) return undefined;
    if (this.#runCount > 0)
      throw new EngineError('internal', 'A run of taken nodes must be fetched before the next search.');
    const wanted = rawBytes(name);
    while (this.#enterNode()) {
      const start = this.#cursor.at;
      const order = Buffer.compare(this.#nameHere(), wanted);
      if (order > 0) return undefined;
      this.#cursor.at = start;
      if (!this.#cursor.skipObject()) throw this.#damaged();
      const end = this.#cursor.at;
      this.#pass(end);
      if (order < 0) continue;
      const text = this.#cursor.bytes.subarray(start, end);
      return new ParentEntry(text.toString(isAscii(text) ? 'latin1' : 'utf8'), this.#treeId ?? '');
    }
    if (!this.#atEnd()) throw this.#damaged();
    return undefined;
  }

  /** The nodes taken over since the last call, joined by commas: a view. */
  takeRun(): { readonly bytes: Buffer; readonly count: number } | undefined {
    if (this.#runCount === 0) return undefined;
    const run = { bytes: this.#cursor.bytes.subarray(this.#runStart, this.#place), count: this.#runCount };
    this.#runCount = 0;
    return run;
  }

  /** Moves to the start of the next node; false at the end of the tree, or where no node is. */
  #enterNode(): boolean {
    this.#cursor.at = this.#place;
    if (this.#passed === 0) return this.#cursor.bytes[this.#place] !== CLOSE_LIST;
    return this.#cursor.byte(COMMA);
  }

  #take(): boolean {
    this.#extendRun(1);
    this.#pass(this.#cursor.at);
    return true;
  }

  #extendRun(count: number): void {
    // A run's first node must not bring the comma in front of it.
    if (this.#runCount === 0) this.#runStart = this.#place + (this.#passed === 0 ? 0 : 1);
    this.#runCount += count;
    this.#taken += count;
  }

  #pass(end: number, count = 1): void {
    this.#place = end;
    this.#passed += count;
  }

  /** How many of the first `count` files have all of their content in the index. */
  #storedOf(files: ListedFiles, count: number): number {
    const { table } = this.#options;
    let id = 0;
    for (let file = 0; file < count; file++) {
      for (const end = files.idsUpTo(file); id < end; id++) if (table.find(0, files.id(id)) < 0) return file;
    }
    return count;
  }

  #atEnd(): boolean {
    this.#cursor.at = this.#place;
    return this.#cursor.piece(LIST_END) && this.#cursor.at === this.#cursor.bytes.length;
  }

  /** Exactly the encoder's order of fields (repository-format, section 11). */
  #isFile(name: RawName, stat: EntryStat): boolean {
    const cursor = this.#cursor;
    return (
      this.#isName(name) &&
      cursor.piece(TYPE_FILE) &&
      this.#isField(MODE, stat.mode) &&
      this.#areTimes(stat) &&
      cursor.piece(this.#ownerText(stat)) &&
      this.#isField(INODE, Number(stat.inode)) &&
      this.#isField(DEVICE, Number(stat.device)) &&
      this.#isField(SIZE, stat.sizeBytes) &&
      this.#isField(LINKS, stat.links) &&
      this.#isContentStored()
    );
  }

  #isName(name: RawName): boolean {
    const cursor = this.#cursor;
    const start = cursor.at;
    if (!cursor.piece(NODE_START)) return false;
    if (typeof name === 'string' && cursor.plainName(name)) return true;
    cursor.at = start + NODE_START.length - 1;
    const literal = Buffer.from(typeof name === 'string' ? nameLiteral(name) : nameLiteral(rawText(name), name));
    // Without the closing quote, which the next field brings.
    return cursor.piece(literal.subarray(0, -1));
  }

  #areTimes(stat: EntryStat): boolean {
    const cursor = this.#cursor;
    if (!cursor.piece(MTIME)) return false;
    const mtime = cursor.at;
    if (!cursor.time(stat.mtimeNs)) return false;
    const length = cursor.at - mtime;
    if (!cursor.piece(ATIME)) return false;
    if (!(this.#options.withAtime ? cursor.time(stat.atimeNs) : cursor.repeats(mtime, length))) return false;
    return cursor.piece(CTIME) && cursor.time(stat.ctimeNs) && cursor.byte(QUOTE);
  }

  /** Go omits zeros. Integers that a number cannot hold are left to the slow way. */
  #isField(name: Buffer, value: number): boolean {
    return value === 0 || (Number.isSafeInteger(value) && this.#cursor.piece(name) && this.#cursor.integer(value));
  }

  #ownerText({ uid, gid }: EntryStat): Buffer {
    if (uid === this.#ownerIds.uid && gid === this.#ownerIds.gid) return this.#owner;
    this.#ownerIds = { uid, gid };
    this.#owner = Buffer.from(ownerText(this.#options.accounts, uid, gid));
    return this.#owner;
  }

  /** Attributes need no look: none changes without a new ctime. */
  #isContentStored(): boolean {
    const cursor = this.#cursor;
    if (cursor.piece(ATTRIBUTES)) {
      // No string holds an unescaped quote, so this is the list's end.
      const end = cursor.bytes.indexOf(ATTRIBUTES_END, cursor.at);
      if (end < 0) return false;
      cursor.at = end + 1;
    }
    if (!cursor.piece(CONTENT)) return false;
    let previous = -1;
    while (cursor.byte(QUOTE)) {
      const at = cursor.at;
      // Runs of zeros repeat one chunk.
      const known = previous >= 0 && cursor.repeats(previous, ID_DIGITS);
      if (!known) {
        cursor.at = at;
        if (!cursor.hex(this.#id) || this.#options.table.find(0, this.#id) < 0) return false;
      }
      previous = at;
      if (!cursor.byte(QUOTE)) return false;
      if (!cursor.byte(COMMA)) break;
    }
    return cursor.byte(CLOSE_LIST) && cursor.byte(CLOSE_NODE) && this.#isNodeEnd();
  }

  #isNodeEnd(): boolean {
    const next = this.#cursor.bytes[this.#cursor.at];
    return next === COMMA || next === CLOSE_LIST;
  }

  /** The raw bytes of the name of the node that starts here. */
  #nameHere(): Buffer {
    const cursor = this.#cursor;
    if (!cursor.piece(NODE_START)) throw this.#damaged();
    const start = --cursor.at;
    if (!cursor.skipString()) throw this.#damaged();
    const literal = cursor.bytes.subarray(start + 1, cursor.at - 1);
    if (!literal.includes(0x5c)) return literal;
    return unquoteName(String(JSON.parse(cursor.bytes.toString('utf8', start, cursor.at))));
  }

  #damaged(): EngineError {
    return new EngineError('corrupt', `The tree ${this.#treeId} is no list of nodes.`, {
      context: { treeId: this.#treeId },
    });
  }
}
