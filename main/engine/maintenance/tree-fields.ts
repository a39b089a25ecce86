import { NODE_TYPES } from '../snapshot/node.ts';

/** What a field's value looks like; `nested` and `raw` are values that only the decoder judges. */
export type FieldKind = 'type' | 'u32' | 'u64' | 'size' | 'time' | 'text' | 'nested' | 'raw' | 'content' | 'subtree';

/** The fields behind the name, in the only order that restic and we write (repository-format, section 11). */
const FIELDS: readonly (readonly [string, FieldKind])[] = [
  ['type', 'type'],
  ['mode', 'u32'],
  ['mtime', 'time'],
  ['atime', 'time'],
  ['ctime', 'time'],
  ['uid', 'u32'],
  ['gid', 'u32'],
  ['user', 'text'],
  ['group', 'text'],
  ['inode', 'u64'],
  ['device_id', 'u64'],
  ['size', 'size'],
  ['links', 'u64'],
  ['linktarget', 'text'],
  ['linktarget_raw', 'raw'],
  ['extended_attributes', 'nested'],
  ['generic_attributes', 'nested'],
  ['device', 'u64'],
  ['content', 'content'],
  ['subtree', 'subtree'],
  ['error', 'text'],
];
/** Each field's key as it stands in the text, comma and colon included. */
export const KEYS: readonly Buffer[] = FIELDS.map(([name]) => Buffer.from(`,"${name}":`));
/** How each one's value is read. */
export const KINDS: readonly FieldKind[] = FIELDS.map(([, kind]) => kind);

/** The values of `type`, in the order of NODE_TYPES. */
export const TYPE_LITERALS: readonly Buffer[] = NODE_TYPES.map((type) => Buffer.from(`"${type}"`));
