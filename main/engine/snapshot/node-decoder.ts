import { isUtf8 } from 'node:buffer';
import { EngineError } from '../base/errors.ts';
import { isFullId, type BlobId } from '../base/ids.ts';
import { checkTime, ZERO_TIME, type TimeText } from '../base/rfc3339.ts';
import type { JsonValue } from './go-json.ts';
import { unquoteName } from './name-quoting.ts';
import { NODE_TYPES, toU64, type ExtendedAttribute, type Node, type NodeType, type U64 } from './node.ts';

type RawObject = Readonly<Record<string, unknown>>;

const TYPES: ReadonlySet<unknown> = new Set(NODE_TYPES);
const MAX_U32 = 0xffffffff;
const MAX_U64 = 0xffffffffffffffffn;
const MAX_ATTRIBUTE_DEPTH = 16;

/** Checks one parsed JSON value and makes a node of it; `corrupt` for anything that restic could not read or restore either. */
export function nodeFromJson(value: unknown): Node {
  let raw = objectOf(value, 'node');
  if (raw['name'] === undefined || raw['type'] === undefined || raw['mtime'] === undefined)
    raw = withLowerCaseKeys(raw);
  const quotedName = text(raw['name'], 'name');
  const rawName = quotedName.includes('\\') || /["\n]/.test(quotedName) ? unquoteName(quotedName) : undefined;
  const isText = rawName === undefined || isUtf8(rawName);
  const name = rawName === undefined ? quotedName.toWellFormed() : rawName.toString();
  const type = raw['type'];
  if (name === '') throw defect('a node has no name');
  if (!TYPES.has(type)) throw defect(`node ${JSON.stringify(name)} has the unknown type ${brief(type)}`);
  try {
    return {
      name,
      rawName: isText ? undefined : rawName,
      // The set holds exactly the node types.
      type: type as NodeType,
      mode: u32(raw['mode'], 'mode'),
      mtime: time(raw['mtime'], 'mtime'),
      atime: time(raw['atime'], 'atime'),
      ctime: time(raw['ctime'], 'ctime'),
      uid: u32(raw['uid'], 'uid'),
      gid: u32(raw['gid'], 'gid'),
      user: text(raw['user'], 'user'),
      group: text(raw['group'], 'group'),
      inode: u64(raw['inode'], 'inode'),
      deviceId: u64(raw['device_id'], 'device_id'),
      size: u64(raw['size'], 'size'),
      links: u64(raw['links'], 'links'),
      ...linkTargetOf(raw),
      extendedAttributes: extendedAttributesOf(raw['extended_attributes']),
      genericAttributes: genericAttributesOf(raw['generic_attributes']),
      device: u64(raw['device'], 'device'),
      content: contentOf(raw['content']),
      subtree: subtreeOf(raw['subtree'], type as NodeType),
      error: text(raw['error'], 'error'),
    };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError('corrupt', `node ${JSON.stringify(name)}: ${error.message}`, { cause: error });
  }
}

function defect(message: string): EngineError {
  return new EngineError('corrupt', message);
}

function brief(value: unknown): string {
  return typeof value === 'bigint' ? String(value) : (JSON.stringify(value)?.slice(0, 60) ?? 'undefined');
}

function objectOf(value: unknown, what: string): RawObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw defect(`${what} is not an object`);
  // A parsed JSON object has only own data properties.
  return value as RawObject;
}

/** Go matches field names without regard to case, and the last one wins. Nobody writes such trees; only they pay for it. */
export function withLowerCaseKeys(raw: RawObject): RawObject {
  return Object.assign(
    Object.create(null) as RawObject,
    Object.fromEntries(Object.entries(raw).map(([key, value]) => [key.toLowerCase(), value])),
  );
}

/** Absent and null are zero values to Go. */
function text(value: unknown, field: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw defect(`${field} is not a string: ${brief(value)}`);
  return value;
}

function time(value: unknown, field: string): TimeText {
  if (value === undefined || value === null) return ZERO_TIME;
  if (typeof value !== 'string') throw defect(`${field} is not a time: ${brief(value)}`);
  return checkTime(value);
}

function u32(value: unknown, field: string): number {
  if (value === undefined || value === null) return 0;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > MAX_U32) {
    throw defect(`${field} is not an unsigned 32-bit integer: ${brief(value)}`);
  }
  return value;
}

function u64(value: unknown, field: string): U64 {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  if (typeof value === 'bigint' && value <= MAX_U64) return toU64(value);
  throw defect(`${field} is not an unsigned 64-bit integer: ${brief(value)}`);
}

function linkTargetOf(raw: RawObject): Pick<Node, 'linkTarget' | 'linkTargetRaw'> {
  const linkTarget = text(raw['linktarget'], 'linktarget');
  const encoded = text(raw['linktarget_raw'], 'linktarget_raw');
  if (encoded === '') return { linkTarget, linkTargetRaw: undefined };
  const bytes = base64(encoded, 'linktarget_raw');
  return isUtf8(bytes)
    ? { linkTarget: bytes.toString(), linkTargetRaw: undefined }
    : { linkTarget: bytes.toString(), linkTargetRaw: bytes };
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function base64(encoded: string, field: string): Buffer {
  if (!BASE64.test(encoded)) throw defect(`${field} is not base64`);
  return Buffer.from(encoded, 'base64');
}

const NO_ATTRIBUTES: readonly ExtendedAttribute[] = [];

function extendedAttributesOf(value: unknown): readonly ExtendedAttribute[] {
  if (value === undefined || value === null) return NO_ATTRIBUTES;
  if (!Array.isArray(value)) throw defect('extended_attributes is not a list');
  return value.map((item: unknown) => {
    const attribute = objectOf(item, 'an extended attribute');
    const encoded = attribute['value'];
    const bytes = encoded === undefined || encoded === null ? null : base64(text(encoded, 'value'), 'value');
    return { name: text(attribute['name'], 'name of an extended attribute'), value: bytes };
  });
}

function genericAttributesOf(value: unknown): Node['genericAttributes'] {
  if (value === undefined || value === null) return undefined;
  const attributes = objectOf(value, 'generic_attributes') as Readonly<Record<string, JsonValue>>;
  if (!isShallow(attributes, MAX_ATTRIBUTE_DEPTH)) throw defect('generic_attributes is nested too deeply');
  return attributes;
}

/** Bounds what recursive readers of the value meet. */
function isShallow(value: JsonValue, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((item: JsonValue) => isShallow(item, levels - 1));
}

function contentOf(value: unknown): readonly BlobId[] | null {
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value)) throw defect('content is not a list');
  for (let index = 0; index < value.length; index++) {
    const id: unknown = value[index];
    if (typeof id !== 'string' || !isFullId(id)) value[index] = blobId(id, 'content');
  }
  // Each element has been checked above.
  return value as BlobId[];
}

function subtreeOf(value: unknown, type: NodeType): BlobId | undefined {
  if (value !== undefined && value !== null) return blobId(value, 'subtree');
  if (type === 'dir') throw defect('a folder has no subtree');
  return undefined;
}

/** Go reads upper-case hex digits too. */
function blobId(value: unknown, field: string): BlobId {
  const id = typeof value === 'string' ? value.toLowerCase() : '';
  if (!isFullId(id)) throw defect(`${field} is not an id of 64 hex digits: ${brief(value)}`);
  return id as BlobId;
}
