import { formatLocal } from '../base/rfc3339.ts';
import { webAssembly } from '../chunker/web-assembly.ts';
import { goString } from '../snapshot/go-json.ts';
import type { AccountNames } from '../source/account-names.ts';
import { LISTED_FILES_WASM_BASE64 } from './listed-files-wasm.ts';
import type { ListedFolder, ListingReader } from './shared-listing.ts';

const NS_PER_SECOND = 1_000_000_000n;

// The memory's layout, as assembly/listed-files.ts has it.
const PIECES = [
  '{"name":"',
  '","type":"file"',
  ',"mode":',
  ',"mtime":"',
  '","atime":"',
  '","ctime":"',
  ',"inode":',
  ',"size":',
  ',"links":',
  ',"extended_attributes":[',
  '],"content":',
  ',"content":[',
];
const PIECE_STRIDE = 0x20;
const DEVICE = PIECES.length * PIECE_STRIDE;
const PLAIN = 0x200;
const OWNER = 0x400;
const OWNER_BYTES = 0x800;
const SLOT_SUFFIX_LENGTH = 8;
const SLOT_PREFIX = 16;
const SLOT_SUFFIX = 40;
const FILES = 0x2000;
const IDS = 0x10000;
const LISTING = 0x50000;
const TREE = 0xd0000;
const END = 0x1d0000;
const PAGE = 0x10000;
/** What fits in FILES. */
const MAX_ENTRIES = 4096;
const ID_BYTES = 32;

/** `2026-01-02T03:04:` */
const MINUTE_CHARS = 17;
const SECOND_CHARS = 2;

interface Exports {
  reset(): void;
  begin(firstRecord: number, entries: number, endOfTree: number): void;
  run(first: number, place: number, passed: number): number;
}

let compiled: object | undefined;

/** Characters that stand for themselves in a name, quoting and JSON escapes included. */
export function isPlainCharacter(code: number): boolean {
  return code >= 0x20 && code < 0x7f && !'"\\<>&'.includes(String.fromCharCode(code));
}

/**
 * Compares a folder's listing with the parent's tree, in WebAssembly over a memory of its own: two MiB of address space, of which a
 * folder touches what it needs. Whether the content is stored is the caller's question.
 */
export class ListedFiles {
  readonly #memory: Buffer;
  readonly #files: Uint32Array;
  readonly #exports: Exports;
  readonly #accounts: AccountNames;

  constructor(accounts: AccountNames) {
    this.#accounts = accounts;
    const memory = new webAssembly.Memory({ initial: END / PAGE, maximum: END / PAGE });
    this.#memory = Buffer.from(memory.buffer);
    this.#files = new Uint32Array(memory.buffer, FILES, 2 * MAX_ENTRIES);
    PIECES.forEach((text, index) => this.#putPiece(index * PIECE_STRIDE, text));
    for (let code = 0; code < 128; code++) this.#memory[PLAIN + code] = Number(isPlainCharacter(code));
    compiled ??= new webAssembly.Module(Buffer.from(LISTED_FILES_WASM_BASE64, 'base64'));
    const fillMinute = (slot: number, minute: number) => this.#fillMinute(slot, minute);
    const fillOwner = (uid: number, gid: number) => Number(this.#fillOwner(uid >>> 0, gid >>> 0));
    const { exports } = new webAssembly.Instance(compiled, { env: { memory, fillMinute, fillOwner } });
    // The module's signatures are those of assembly/listed-files.ts; WebAssembly itself cannot tell TypeScript.
    this.#exports = exports as Exports;
    this.#exports.reset();
  }

  /** False when one of the two is too large. */
  begin(tree: Uint8Array, listings: ListingReader, listed: ListedFolder): boolean {
    const listing = listings.bytes(listed);
    const { device, count } = listed;
    if (count > MAX_ENTRIES || device > BigInt(Number.MAX_SAFE_INTEGER)) return false;
    if (listing.length > TREE - LISTING || tree.length >= END - TREE) return false;
    this.#memory.set(tree, TREE);
    this.#memory[TREE + tree.length] = 0;
    this.#memory.set(listing, LISTING);
    this.#putPiece(DEVICE, device === 0n ? '' : `,"device_id":${device}`);
    this.#exports.begin(LISTING, count, TREE + tree.length);
    return true;
  }

  /** How many entries from `first` on, which never goes back, are the files whose nodes follow at `place` in the tree. */
  run(first: number, place: number, passed: boolean): number {
    return this.#exports.run(first, TREE + place, Number(passed));
  }

  /** Where in the tree the node of the n-th file of the last run ends. */
  endOf(file: number): number {
    return (this.#files[2 * file] ?? 0) - TREE;
  }

  /** How many of the run's ids belong to the files up to this one. */
  idsUpTo(file: number): number {
    return this.#files[2 * file + 1] ?? 0;
  }

  /** A view. */
  id(index: number): Uint8Array {
    return this.#memory.subarray(IDS + index * ID_BYTES, IDS + (index + 1) * ID_BYTES);
  }

  #putPiece(address: number, text: string): void {
    this.#memory[address] = this.#memory.write(text, address + 1, 'latin1');
  }

  /** Offsets are whole minutes as they are printed, so that within a minute only the seconds differ. */
  #fillMinute(slot: number, minute: number): void {
    const text = formatLocal(BigInt(minute) * 60n * NS_PER_SECOND);
    const suffix = text.slice(MINUTE_CHARS + SECOND_CHARS);
    this.#memory.write(text.slice(0, MINUTE_CHARS), slot + SLOT_PREFIX, 'latin1');
    this.#memory.write(suffix, slot + SLOT_SUFFIX, 'latin1');
    this.#memory[slot + SLOT_SUFFIX_LENGTH] = suffix.length;
  }

  #fillOwner(uid: number, gid: number): boolean {
    const text = Buffer.from(ownerText(this.#accounts, uid, gid));
    if (text.length > OWNER_BYTES) return false;
    this.#memory.writeUInt32LE(text.length, OWNER);
    this.#memory.set(text, OWNER + 4);
    return true;
  }
}

/** The fields of a node that name its owner. */
export function ownerText(accounts: AccountNames, uid: number, gid: number): string {
  const user = accounts.userName(uid) ?? '';
  const group = accounts.groupName(gid) ?? '';
  const names = (user && `,"user":${goString(user)}`) + (group && `,"group":${goString(group)}`);
  return `,"uid":${uid},"gid":${gid}${names}`;
}
