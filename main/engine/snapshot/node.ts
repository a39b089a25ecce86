import type { BlobId } from '../base/ids.ts';
import { ZERO_TIME, type TimeText } from '../base/rfc3339.ts';
import type { JsonValue } from './go-json.ts';
import { bytesOfName } from './name-quoting.ts';

export const NODE_TYPES = ['file', 'dir', 'symlink', 'dev', 'chardev', 'fifo', 'socket'] as const;
/** `dev` is a block device. */
export type NodeType = (typeof NODE_TYPES)[number];

/**
 * An unsigned 64-bit integer: a `number` when it is a safe one, else a `bigint`. As every value has exactly one form, `===`
 * compares two of them.
 */
export type U64 = number | bigint;

export function toU64(value: bigint): U64 {
  return value <= 0x1fffffffffffffn ? Number(value) : value;
}

export interface ExtendedAttribute {
  readonly name: string;
  readonly value: Buffer | null;
}

/**
 * One entry of a folder (repository-format, section 11). Zero, the empty string and the empty list mean "absent": the encoder
 * omits what Go omits. It writes whatever else is set, so the maker decides which fields a type carries.
 */
export interface Node {
  /** For display when `rawName` is set; then it is lossy and never unique. */
  readonly name: string;
  /** The name's bytes, only when they are not valid UTF-8. */
  readonly rawName?: Buffer | undefined;
  readonly type: NodeType;
  /** Go's FileMode, a u32 (go-mode.ts). */
  readonly mode: number;
  readonly mtime: TimeText;
  readonly atime: TimeText;
  readonly ctime: TimeText;
  readonly uid: number;
  readonly gid: number;
  readonly user: string;
  readonly group: string;
  readonly inode: U64;
  readonly deviceId: U64;
  /** Files only: the sum of the chunk lengths that were really read. */
  readonly size: U64;
  readonly links: U64;
  readonly linkTarget: string;
  /** The target's bytes, only when they are not valid UTF-8; wins over `linkTarget`. */
  readonly linkTargetRaw?: Buffer | undefined;
  readonly extendedAttributes: readonly ExtendedAttribute[];
  /** Windows metadata (section 12). Written with sorted keys. */
  readonly genericAttributes?: Readonly<Record<string, JsonValue>> | undefined;
  /** st_rdev of device files. */
  readonly device: U64;
  /** A file's chunks in order; null for everything else. A file with null is damaged, which check must report. */
  readonly content: readonly BlobId[] | null;
  /** Always there for folders. */
  readonly subtree?: BlobId | undefined;
  readonly error: string;
}

/** A whole node from its known fields. All nodes are made here or in the decoder with one shape, which keeps loops over them fast. */
export function makeNode(fields: Pick<Node, 'name' | 'type'> & Partial<Node>): Node {
  return {
    name: fields.name,
    rawName: fields.rawName,
    type: fields.type,
    mode: fields.mode ?? 0,
    mtime: fields.mtime ?? ZERO_TIME,
    atime: fields.atime ?? ZERO_TIME,
    ctime: fields.ctime ?? ZERO_TIME,
    uid: fields.uid ?? 0,
    gid: fields.gid ?? 0,
    user: fields.user ?? '',
    group: fields.group ?? '',
    inode: fields.inode ?? 0,
    deviceId: fields.deviceId ?? 0,
    size: fields.size ?? 0,
    links: fields.links ?? 0,
    linkTarget: fields.linkTarget ?? '',
    linkTargetRaw: fields.linkTargetRaw,
    extendedAttributes: fields.extendedAttributes ?? [],
    genericAttributes: fields.genericAttributes,
    device: fields.device ?? 0,
    content: fields.content ?? null,
    subtree: fields.subtree,
    error: fields.error ?? '',
  };
}

export type NodeName = Pick<Node, 'name' | 'rawName'>;

export function nodeNameBytes(node: NodeName): Buffer {
  return bytesOfName(node.name, node.rawName);
}

const SURROGATES = /[\ud800-\udfff]/;

/**
 * Order of nodes in a tree: by raw name bytes. UTF-16 order, which `<` gives, is the same unless a surrogate meets
 * U+E000–U+FFFF.
 */
export function compareNodeNames(a: NodeName, b: NodeName): number {
  if (a.rawName === undefined && b.rawName === undefined) {
    if (a.name === b.name) return 0;
    if (!SURROGATES.test(a.name) && !SURROGATES.test(b.name)) return a.name < b.name ? -1 : 1;
  }
  return Buffer.compare(nodeNameBytes(a), nodeNameBytes(b));
}
