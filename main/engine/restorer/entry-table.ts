import type { FileTimes } from '../base/native/file-calls.ts';
import { rawBytes, rawFromBytes, type RawName } from '../base/raw-path.ts';
import { epochNsOf, type TimeText } from '../base/rfc3339.ts';
import { SharedBytes, SharedRecords } from '../base/shared-records.ts';
import { posixPermissionsOf } from '../snapshot/go-mode.ts';
import type { ExtendedAttribute, Node } from '../snapshot/node.ts';

/** What a worker gets to read the same table. */
export interface SharedEntryTable {
  readonly records: SharedArrayBuffer;
  readonly bytes: SharedArrayBuffer;
}

const PARENT = 0;
const NAME_START = 1;
const NAME_LENGTH = 2;
const FLAGS = 3;
const MODE = 4;
const UID = 5;
const GID = 6;
const ATIME_SECONDS = 7;
const ATIME_NANOS = 9;
const MTIME_SECONDS = 10;
const MTIME_NANOS = 12;
const XATTRS_START = 13;
/** Subclasses have the words from here on. */
export const OWN_WORDS = 14;
export const RECORD_WORDS = 20;

/** What is known of an entry when it is planned; the low bits are common to files and folders. */
export const ENTRY_FLAG = {
  rawName: 1,
  xattrs: 2,
  /** Attributes may be there that the snapshot does not have: inherited from a folder, or left by what was there before. */
  foreignXattrs: 4,
  /** A file that was there: written in place. */
  existing: 8,
  /** A file that has its content already. */
  unchanged: 16,
} as const;

const MAX_ENTRIES = 1 << 26;
const MAX_BYTES = 2 ** 31;

/**
 * Files or folders to restore, in memory that all threads share: name, parent folder and metadata in 80 bytes plus name. The
 * planning thread appends; workers read what the tasks they get name.
 */
export class EntryTable {
  protected readonly records: SharedRecords;
  readonly #bytes: SharedBytes;

  constructor(shared?: SharedEntryTable) {
    this.records = shared
      ? new SharedRecords(shared.records, RECORD_WORDS)
      : SharedRecords.create(RECORD_WORDS, MAX_ENTRIES);
    this.#bytes = shared ? new SharedBytes(shared.bytes) : SharedBytes.create(MAX_BYTES);
  }

  get shared(): SharedEntryTable {
    return { records: this.records.shared, bytes: this.#bytes.shared };
  }

  get count(): number {
    return this.records.count;
  }

  /** `node` is undefined for the target itself, whose metadata is not the snapshot's. */
  protected appendEntry(parent: number, name: RawName, node: Node | undefined): number {
    const { records } = this;
    const entry = records.append();
    records.set(entry, PARENT, parent);
    records.set(entry, NAME_START, this.#bytes.length);
    const length = typeof name === 'string' ? this.#bytes.appendText(name) : this.#bytes.append(name);
    records.set(entry, NAME_LENGTH, length);
    if (typeof name !== 'string') this.addFlags(entry, ENTRY_FLAG.rawName);
    if (node) this.#setMetadata(entry, node);
    return entry;
  }

  #setMetadata(entry: number, node: Node): void {
    const { records } = this;
    records.set(entry, MODE, posixPermissionsOf(node.mode));
    records.set(entry, UID, node.uid | 0);
    records.set(entry, GID, node.gid | 0);
    splitTime(node.mtime);
    records.setWide(entry, MTIME_SECONDS, splitSeconds);
    records.set(entry, MTIME_NANOS, splitNanos);
    splitTime(node.atime);
    records.setWide(entry, ATIME_SECONDS, splitSeconds);
    records.set(entry, ATIME_NANOS, splitNanos);
    if (node.extendedAttributes.length === 0) return;
    this.addFlags(entry, ENTRY_FLAG.xattrs);
    records.set(entry, XATTRS_START, this.#appendXattrs(node.extendedAttributes));
  }

  parent(entry: number): number {
    return this.records.get(entry, PARENT);
  }

  name(entry: number): RawName {
    const start = this.records.get(entry, NAME_START);
    const length = this.records.get(entry, NAME_LENGTH);
    if ((this.flags(entry) & ENTRY_FLAG.rawName) === 0) return this.#bytes.text(start, length);
    return Buffer.from(this.#bytes.view(start, length));
  }

  flags(entry: number): number {
    return this.records.get(entry, FLAGS);
  }

  /** Before any worker hears of the entry. */
  addFlags(entry: number, flags: number): void {
    this.records.set(entry, FLAGS, this.flags(entry) | flags);
  }

  removeFlags(entry: number, flags: number): void {
    this.records.set(entry, FLAGS, this.flags(entry) & ~flags);
  }

  /** The twelve bits of chmod. */
  mode(entry: number): number {
    return this.records.get(entry, MODE);
  }

  uid(entry: number): number {
    return this.records.get(entry, UID) >>> 0;
  }

  gid(entry: number): number {
    return this.records.get(entry, GID) >>> 0;
  }

  times(entry: number): FileTimes {
    return {
      atimeSeconds: this.records.getWide(entry, ATIME_SECONDS),
      atimeNanos: this.records.get(entry, ATIME_NANOS),
      mtimeSeconds: this.records.getWide(entry, MTIME_SECONDS),
      mtimeNanos: this.records.get(entry, MTIME_NANOS),
    };
  }

  xattrs(entry: number): readonly { readonly name: RawName; readonly value: Buffer }[] {
    if ((this.flags(entry) & ENTRY_FLAG.xattrs) === 0) return [];
    let at = this.records.get(entry, XATTRS_START) >>> 0;
    const next = (length: number) => this.#bytes.view((at += length) - length, length);
    return Array.from({ length: next(4).readUInt32LE() }, () => {
      const name = rawFromBytes(Buffer.from(next(next(4).readUInt32LE())));
      return { name, value: Buffer.from(next(next(4).readUInt32LE())) };
    });
  }

  /** A count, then name and value of each, every one behind its length. */
  #appendXattrs(xattrs: readonly ExtendedAttribute[]): number {
    const start = this.#bytes.length;
    const length = Buffer.alloc(4);
    const put = (bytes: Uint8Array) => {
      length.writeUInt32LE(bytes.length);
      this.#bytes.append(length);
      this.#bytes.append(bytes);
    };
    length.writeUInt32LE(xattrs.length);
    this.#bytes.append(length);
    for (const { name, value } of xattrs) {
      put(rawBytes(name));
      put(value ?? Buffer.alloc(0));
    }
    return start;
  }
}

let splitText: TimeText | undefined;
let splitSeconds = 0;
let splitNanos = 0;

/** Results stay in module variables; access and modification time are mostly one text. */
function splitTime(text: TimeText): void {
  if (text === splitText) return;
  const epochNs = epochNsOf(text);
  const nanos = Number(epochNs % 1_000_000_000n);
  splitNanos = nanos < 0 ? nanos + 1e9 : nanos;
  splitSeconds = Number((epochNs - BigInt(splitNanos)) / 1_000_000_000n);
  splitText = text;
}

/** A node's times in the same form. */
export function timesOf(node: Pick<Node, 'atime' | 'mtime'>): FileTimes {
  splitTime(node.atime);
  const atimeSeconds = splitSeconds;
  const atimeNanos = splitNanos;
  splitTime(node.mtime);
  return { atimeSeconds, atimeNanos, mtimeSeconds: splitSeconds, mtimeNanos: splitNanos };
}
