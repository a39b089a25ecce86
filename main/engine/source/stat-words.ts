import type { EntryStat } from './file-metadata.ts';
import { commonTypeOf } from './go-file-mode.ts';

/**
 * A stat as 32-bit words, pairs of them with the low half first: what a backup asks of a hundred thousand files without making an
 * object, let alone a dozen bigints, for each. The first `LISTED_WORDS` are what listings keep.
 */
export const STAT_WORD = {
  /** Signed, since 1970. */
  mtimeSeconds: 0,
  ctimeSeconds: 2,
  inode: 4,
  sizeBytes: 6,
  /** 0 to 999,999,999. */
  mtimeNanos: 8,
  ctimeNanos: 9,
  /** Go's FileMode, as nodes store it. */
  mode: 10,
  uid: 11,
  gid: 12,
  links: 13,
  device: 14,
  allocatedBlocks: 16,
  atimeSeconds: 18,
  atimeNanos: 20,
} as const;
export const STAT_WORDS = 21;
export const LISTED_WORDS = 14;

export const ALLOCATED_BLOCK_BYTES = 512;
const NS_PER_SECOND = 1_000_000_000n;

/** The number that two words make; exact up to 2^53. */
export function unsignedAt(words: Uint32Array, at: number): number {
  return (words[at + 1] ?? 0) * 2 ** 32 + (words[at] ?? 0);
}

export function bigAt(words: Uint32Array, at: number): bigint {
  return (BigInt(words[at + 1] ?? 0) << 32n) | BigInt(words[at] ?? 0);
}

export function timeNsAt(words: Uint32Array, secondsAt: number, nanosAt: number): bigint {
  return BigInt.asIntN(64, bigAt(words, secondsAt)) * NS_PER_SECOND + BigInt(words[nanosAt] ?? 0);
}

export function putUnsigned(words: Uint32Array, at: number, value: bigint): void {
  words[at] = Number(BigInt.asUintN(32, value));
  words[at + 1] = Number(BigInt.asUintN(32, value >> 32n));
}

export function putTime(words: Uint32Array, secondsAt: number, nanosAt: number, timeNs: bigint): void {
  const nanos = ((timeNs % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND;
  putUnsigned(words, secondsAt, (timeNs - nanos) / NS_PER_SECOND);
  words[nanosAt] = Number(nanos);
}

/** All `STAT_WORDS` of it. Device numbers of device files have no words. */
export function putStat(words: Uint32Array, stat: EntryStat): void {
  putTime(words, STAT_WORD.mtimeSeconds, STAT_WORD.mtimeNanos, stat.mtimeNs);
  putTime(words, STAT_WORD.ctimeSeconds, STAT_WORD.ctimeNanos, stat.ctimeNs);
  putTime(words, STAT_WORD.atimeSeconds, STAT_WORD.atimeNanos, stat.atimeNs);
  putUnsigned(words, STAT_WORD.inode, stat.inode);
  putUnsigned(words, STAT_WORD.device, stat.device);
  putUnsigned(words, STAT_WORD.sizeBytes, BigInt(stat.sizeBytes));
  putUnsigned(words, STAT_WORD.allocatedBlocks, BigInt(Math.ceil(stat.allocatedBytes / ALLOCATED_BLOCK_BYTES)));
  words[STAT_WORD.mode] = stat.mode;
  words[STAT_WORD.uid] = stat.uid;
  words[STAT_WORD.gid] = stat.gid;
  words[STAT_WORD.links] = stat.links;
}

/** undefined for what is neither a file, a folder nor a link. */
export function statOfWords(words: Uint32Array): EntryStat | undefined {
  const listed = statOfListedWords(words, 0, bigAt(words, STAT_WORD.device));
  if (listed === undefined) return undefined;
  return {
    ...listed,
    atimeNs: timeNsAt(words, STAT_WORD.atimeSeconds, STAT_WORD.atimeNanos),
    allocatedBytes: unsignedAt(words, STAT_WORD.allocatedBlocks) * ALLOCATED_BLOCK_BYTES,
  };
}

/** Of the first words alone, at `at`: without access time and allocated size, and with a device number that is known otherwise. */
export function statOfListedWords(words: Uint32Array, at: number, device: bigint): EntryStat | undefined {
  const mode = words[at + STAT_WORD.mode] ?? 0;
  const type = commonTypeOf(mode);
  if (type === undefined) return undefined;
  const mtimeNs = timeNsAt(words, at + STAT_WORD.mtimeSeconds, at + STAT_WORD.mtimeNanos);
  return {
    type,
    mode,
    mtimeNs,
    atimeNs: mtimeNs,
    ctimeNs: timeNsAt(words, at + STAT_WORD.ctimeSeconds, at + STAT_WORD.ctimeNanos),
    uid: words[at + STAT_WORD.uid] ?? 0,
    gid: words[at + STAT_WORD.gid] ?? 0,
    inode: bigAt(words, at + STAT_WORD.inode),
    device,
    links: words[at + STAT_WORD.links] ?? 0,
    sizeBytes: unsignedAt(words, at + STAT_WORD.sizeBytes),
    allocatedBytes: 0,
    rdev: 0n,
  };
}
