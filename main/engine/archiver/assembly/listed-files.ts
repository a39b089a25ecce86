// AssemblyScript, not TypeScript: `npm run build:wasm` compiles it into ../listed-files-wasm.ts.
//
// Compares files as a listing has them with the nodes of a tree as restic writes them (repository-format, section 11), byte by
// byte. An unchanged backup is over before JavaScript that does this is compiled well; WebAssembly is fast from the first call.
// The host owns the memory and lays it out as in ../listed-files.ts. A zero byte stands behind the tree: no comparison goes past it,
// because nothing that is compared holds one.

// @ts-ignore: decorator
@external('env', 'fillMinute')
declare function fillMinute(slot: usize, minute: f64): void;
// @ts-ignore: decorator
@external('env', 'fillOwner')
declare function fillOwner(uid: u32, gid: u32): bool;

// Pieces: one byte of length, then as many bytes.
const NODE_START: usize = 0x000;
const TYPE_FILE: usize = 0x020;
const MODE: usize = 0x040;
const MTIME: usize = 0x060;
const ATIME: usize = 0x080;
const CTIME: usize = 0x0a0;
const INODE: usize = 0x0c0;
const SIZE: usize = 0x0e0;
const LINKS: usize = 0x100;
const ATTRIBUTES: usize = 0x120;
const ATTRIBUTES_END: usize = 0x140;
const CONTENT: usize = 0x160;
/** The whole field, or nothing. */
const DEVICE: usize = 0x180;
const DIGITS_END: usize = 0x1e0;
/** 1 for characters that stand for themselves in a name. */
const PLAIN: usize = 0x200;
/** 4 bytes of length first. */
const OWNER: usize = 0x400;
/** 64 slots: the minute, the length of what stands behind the seconds, what stands in front of them, and that. */
const MINUTES: usize = 0x1000;
const SLOT_SUFFIX_LENGTH: usize = 8;
const SLOT_PREFIX: usize = 16;
const SLOT_SUFFIX: usize = 40;
const PREFIX_LENGTH: usize = 17;
/** For each file that was found: where its node ends, and how many ids there are by then. */
const FILES: usize = 0x2000;
const IDS: usize = 0x10000;
const IDS_END: usize = 0x50000;

// A record, as ../../source/stat-words.ts has it.
const RECORD_BYTES: usize = 56;
const CTIME_SECONDS: usize = 8;
const INODE_AT: usize = 16;
const SIZE_AT: usize = 24;
const MTIME_NANOS: usize = 32;
const CTIME_NANOS: usize = 36;
const MODE_AT: usize = 40;
const UID_AT: usize = 44;
const GID_AT: usize = 48;
const LINKS_AT: usize = 52;
/** Times outside of what 64 bits of nanoseconds hold are left to the slow way. */
const MAX_SECONDS: i64 = 9223372037;
/** Type bits of Go's FileMode; all of them are set in a record that says nothing. */
const TYPE_BITS: u32 = 0x8f080000;
const MAX_SAFE_INTEGER: u64 = 9007199254740991;

const QUOTE: u8 = 0x22;
const COMMA: u8 = 0x2c;
const DOT: u8 = 0x2e;
const ZERO: u8 = 0x30;
const CLOSE_LIST: u8 = 0x5d;
const CLOSE_NODE: u8 = 0x7d;
const ID_DIGITS: usize = 64;

let at: usize = 0;
let treeEnd: usize = 0;
let records: usize = 0;
let count: u32 = 0;
/** The name of entry `nameIndex`; it only moves forward. */
let nameAddress: usize = 0;
let nameIndex: u32 = 0;
let ownerUid: u32 = 0;
let ownerGid: u32 = 0;
let ownerKnown: bool = false;
let idsAt: usize = 0;

/** Forgets what was cached of the zone's offsets: no minute is this one. */
export function reset(): void {
  for (let slot: usize = 0; slot < 64; slot++) store<i64>(MINUTES + (slot << 6), i64.MIN_VALUE);
}

export function begin(firstRecord: usize, entries: u32, endOfTree: usize): void {
  records = firstRecord;
  count = entries;
  nameAddress = firstRecord + <usize>entries * RECORD_BYTES;
  nameIndex = 0;
  treeEnd = endOfTree;
}

/** How many entries from `first` on are files that the nodes from `place` on describe; `passed`: nodes stand in front of `place`. */
export function run(first: u32, place: usize, passed: bool): u32 {
  while (nameIndex < first) nextName();
  idsAt = IDS;
  let files = FILES;
  for (let index = first; index < count; index++) {
    at = place;
    if (passed ? !byte(COMMA) : load<u8>(at) == CLOSE_LIST) break;
    if (!isFile(records + <usize>index * RECORD_BYTES)) break;
    place = at;
    passed = true;
    store<u32>(files, <u32>place);
    store<u32>(files, <u32>((idsAt - IDS) >> 5), 4);
    files += 8;
    nextName();
  }
  return <u32>((files - FILES) >> 3);
}

function nextName(): void {
  while (load<u8>(nameAddress) != 0) nameAddress++;
  nameAddress++;
  nameIndex++;
}

function isFile(record: usize): bool {
  const mode = load<u32>(record, MODE_AT);
  const inode = load<u64>(record, INODE_AT);
  if ((mode & TYPE_BITS) != 0 || inode > MAX_SAFE_INTEGER) return false;
  if (!piece(NODE_START) || !plainName() || !piece(TYPE_FILE) || !field(MODE, mode)) return false;
  return (
    times(record) &&
    owner(load<u32>(record, UID_AT), load<u32>(record, GID_AT)) &&
    field(INODE, inode) &&
    piece(DEVICE) &&
    field(SIZE, load<u64>(record, SIZE_AT)) &&
    field(LINKS, load<u32>(record, LINKS_AT)) &&
    content()
  );
}

function byte(code: u8): bool {
  if (load<u8>(at) != code) return false;
  at++;
  return true;
}

function bytes(expected: usize, length: usize): bool {
  const start = at;
  for (let i: usize = 0; i < length; i++) {
    if (load<u8>(start + i) != load<u8>(expected + i)) return false;
  }
  at = start + length;
  return true;
}

function piece(address: usize): bool {
  return bytes(address + 1, load<u8>(address));
}

function plainName(): bool {
  let name = nameAddress;
  for (let code = load<u8>(name); code != 0; code = load<u8>(++name)) {
    if (load<u8>(PLAIN + <usize>code) == 0 || !byte(code)) return false;
  }
  return true;
}

function integer(value: u64): bool {
  let first = DIGITS_END;
  do {
    const rest = value / 10;
    store<u8>(--first, ZERO + <u8>(value - rest * 10));
    value = rest;
  } while (value > 0);
  return bytes(first, DIGITS_END - first);
}

/** Go omits zeros. */
function field(name: usize, value: u64): bool {
  return value == 0 || (piece(name) && integer(value));
}

function times(record: usize): bool {
  if (!piece(MTIME)) return false;
  const start = at;
  if (!time(load<i64>(record), load<u32>(record, MTIME_NANOS))) return false;
  const length = at - start;
  if (!piece(ATIME) || !bytes(start, length) || !piece(CTIME)) return false;
  return time(load<i64>(record, CTIME_SECONDS), load<u32>(record, CTIME_NANOS)) && byte(QUOTE);
}

function time(seconds: i64, nanos: u32): bool {
  if (seconds > MAX_SECONDS || seconds < -MAX_SECONDS) return false;
  let minute = seconds / 60;
  let second = <u32>(seconds % 60);
  if (seconds % 60 < 0) {
    minute--;
    second = <u32>(seconds - minute * 60);
  }
  const slot = MINUTES + ((<usize>minute & 63) << 6);
  if (load<i64>(slot) != minute) {
    fillMinute(slot, <f64>minute);
    store<i64>(slot, minute);
  }
  if (!bytes(slot + SLOT_PREFIX, PREFIX_LENGTH)) return false;
  if (!byte(ZERO + <u8>(second / 10)) || !byte(ZERO + <u8>(second % 10))) return false;
  if (nanos > 0 && !fraction(nanos)) return false;
  return bytes(slot + SLOT_SUFFIX, load<u8>(slot, SLOT_SUFFIX_LENGTH));
}

function fraction(nanos: u32): bool {
  let first = DIGITS_END;
  let digits = 9;
  while (nanos % 10 == 0) {
    nanos /= 10;
    digits--;
  }
  for (let i = 0; i < digits; i++) {
    store<u8>(--first, ZERO + <u8>(nanos % 10));
    nanos /= 10;
  }
  return byte(DOT) && bytes(first, DIGITS_END - first);
}

function owner(uid: u32, gid: u32): bool {
  if (!ownerKnown || uid != ownerUid || gid != ownerGid) {
    ownerKnown = fillOwner(uid, gid);
    ownerUid = uid;
    ownerGid = gid;
  }
  return ownerKnown && bytes(OWNER + 4, load<u32>(OWNER));
}

function content(): bool {
  if (piece(ATTRIBUTES)) {
    // No string holds an unescaped quote, so this is the list's end.
    while (!piece(ATTRIBUTES_END)) if (++at >= treeEnd) return false;
    at -= load<u8>(ATTRIBUTES_END) - 1;
  }
  if (!piece(CONTENT)) return false;
  let previous: usize = 0;
  while (byte(QUOTE)) {
    const id = at;
    // Runs of zeros repeat one chunk.
    if (previous == 0 || !bytes(previous, ID_DIGITS)) {
      if (idsAt == IDS_END || !hexId()) return false;
    }
    previous = id;
    if (!byte(QUOTE)) return false;
    if (!byte(COMMA)) break;
  }
  if (!byte(CLOSE_LIST) || !byte(CLOSE_NODE)) return false;
  const next = load<u8>(at);
  return next == COMMA || next == CLOSE_LIST;
}

function hexId(): bool {
  for (let i = 0; i < 32; i++) {
    const high = digit(load<u8>(at));
    const low = digit(load<u8>(at, 1));
    if ((high | low) > 15) return false;
    store<u8>(idsAt++, <u8>((high << 4) | low));
    at += 2;
  }
  return true;
}

/** More than 15 for what is no lower-case digit. */
// @ts-ignore: decorator
@inline
function digit(code: u8): u32 {
  if (code >= ZERO && code <= 0x39) return code - ZERO;
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : 16;
}
