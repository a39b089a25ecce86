// AssemblyScript, not TypeScript: `npm run build:wasm` compiles it into ../index-scanner-wasm.ts.
//
// Reads index files (repository-format, section 8) from their bytes. Most commands are over before JavaScript that does this is
// compiled well; WebAssembly is fast from the first call. The host owns the memory, lays it out as in ../index-scanner.ts, and takes
// what was found whenever it fills its room.
import * as json from './json-text';

/** The host takes the packs in PACK_IDS and FIRST_BLOBS. */
// @ts-ignore: decorator
@external('env', 'takePacks')
declare function takePacks(count: u32): void;
/** The host takes the blobs in BLOB_IDS and FIELDS. */
// @ts-ignore: decorator
@external('env', 'takeBlobs')
declare function takeBlobs(count: u32): void;

const PACK_IDS: usize = 0x12000;
const FIRST_BLOBS: usize = 0x1a000;
const MAX_PACKS: u32 = 0x400;
const FIELDS: usize = 0x20000;
const BLOB_IDS: usize = 0x28000;
const MAX_BLOBS: u32 = 0x800;
const FIELD_BYTES: usize = 16;

// Bits of the keys seen in one object.
const SEEN_ID: u32 = 1;
const SEEN_TYPE: u32 = 2;
const SEEN_OFFSET: u32 = 4;
const SEEN_LENGTH: u32 = 8;
const SEEN_UNCOMPRESSED: u32 = 16;
const SEEN_BLOBS: u32 = 32;
const BLOB_COMPLETE: u32 = SEEN_ID | SEEN_TYPE | SEEN_OFFSET | SEEN_LENGTH;

// As `locationDefect` of ../listed-packs.ts has them.
const SIZE_LIMIT: u64 = 0x1_0000_0000;
const MIN_LENGTH: u64 = 32;

/** Those that the host did not take yet. */
let packs: u32 = 0;
let blobs: u32 = 0;
let takenBlobs: u32 = 0;

/** Returns when the whole text proved to be an index. */
export function scan(allowCompressed: bool): void {
  packs = blobs = takenBlobs = 0;
  let seen: u32 = 0;
  json.beginText();
  for (let key = json.firstKey(); key != json.NO_KEY; key = json.nextKey()) {
    if (key == json.WORD_PACKS) {
      seen = once(seen, SEEN_BLOBS);
      for (let more = json.firstItem(); more; more = json.nextItem()) pack(allowCompressed);
    } else json.skipValue();
  }
  if (seen == 0) json.unusual();
  json.endText();
  takePacks(packs);
  takeBlobs(blobs);
}

function pack(allowCompressed: bool): void {
  if (packs == MAX_PACKS) {
    takePacks(packs);
    packs = 0;
  }
  const place = <usize>packs;
  packs++;
  store<u32>(FIRST_BLOBS + (place << 2), takenBlobs + blobs);
  let seen: u32 = 0;
  for (let key = json.firstKey(); key != json.NO_KEY; key = json.nextKey()) {
    if (key == json.WORD_ID) {
      seen = once(seen, SEEN_ID);
      json.hexId(PACK_IDS + place * json.ID_BYTES);
    } else if (key == json.WORD_BLOBS) {
      seen = once(seen, SEEN_BLOBS);
      for (let more = json.firstItem(); more; more = json.nextItem()) blob(allowCompressed);
    } else json.skipValue();
  }
  if (seen != (SEEN_ID | SEEN_BLOBS)) json.unusual();
}

function blob(allowCompressed: bool): void {
  if (blobs == MAX_BLOBS) {
    takeBlobs(blobs);
    takenBlobs += blobs;
    blobs = 0;
  }
  const place = <usize>blobs;
  blobs++;
  let seen: u32 = 0;
  let type: u32 = 0;
  let offset: u64 = 0;
  let length: u64 = 0;
  let uncompressed: u64 = 0;
  for (let key = json.firstKey(); key != json.NO_KEY; key = json.nextKey()) {
    if (key == json.WORD_ID) {
      seen = once(seen, SEEN_ID);
      json.hexId(BLOB_IDS + place * json.ID_BYTES);
    } else if (key == json.WORD_TYPE) {
      seen = once(seen, SEEN_TYPE);
      type = blobType();
    } else if (key == json.WORD_OFFSET) {
      seen = once(seen, SEEN_OFFSET);
      offset = json.integer();
    } else if (key == json.WORD_LENGTH) {
      seen = once(seen, SEEN_LENGTH);
      length = json.integer();
    } else if (key == json.WORD_UNCOMPRESSED) {
      seen = once(seen, SEEN_UNCOMPRESSED);
      uncompressed = json.integer();
      if (!allowCompressed || uncompressed == 0) json.unusual();
    } else json.skipValue();
  }
  if ((seen & BLOB_COMPLETE) != BLOB_COMPLETE) json.unusual();
  setFields(FIELDS + place * FIELD_BYTES, type, offset, length, uncompressed);
}

function setFields(fields: usize, type: u32, offset: u64, length: u64, uncompressed: u64): void {
  if (length < MIN_LENGTH || length >= SIZE_LIMIT || offset + length > SIZE_LIMIT) json.unusual();
  if (uncompressed >= SIZE_LIMIT) json.unusual();
  store<u32>(fields, type);
  store<u32>(fields, <u32>offset, 4);
  store<u32>(fields, <u32>length, 8);
  store<u32>(fields, <u32>uncompressed, 12);
}

function blobType(): u32 {
  const type = json.word();
  if (type == json.WORD_TREE) return 1;
  if (type != json.WORD_DATA) json.unusual();
  return 0;
}

function once(seen: u32, bit: u32): u32 {
  if ((seen & bit) != 0) json.unusual();
  return seen | bit;
}
