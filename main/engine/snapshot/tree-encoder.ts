import { EngineError } from '../base/errors.ts';
import { goJson, goString, goStringOfBytes } from './go-json.ts';
import { nameLiteral } from './name-quoting.ts';
import { compareNodeNames, type Node, type NodeName } from './node.ts';

const TREE_START = '{"nodes":[';
const TREE_END = ']}\n';

/** A node's canonical JSON: restic's bytes, if the fields are those restic would set (repository-format, section 11). */
export function encodeNode(node: Node): string {
  return encodeNodeHead(node) + encodeNodeTail(node);
}

/**
 * Everything before `,"content":`, which is what a fresh stat knows. If a parent's node starts with it, then only content and
 * subtree can differ.
 */
export function encodeNodeHead(node: Node): string {
  let text = `{"name":${nameLiteral(node.name, node.rawName)},"type":"${node.type}"`;
  if (node.mode) text += `,"mode":${node.mode}`;
  text += `,"mtime":"${node.mtime}","atime":"${node.atime}","ctime":"${node.ctime}","uid":${node.uid},"gid":${node.gid}`;
  if (node.user !== '') text += `,"user":${goString(node.user)}`;
  if (node.group !== '') text += `,"group":${goString(node.group)}`;
  if (node.inode) text += `,"inode":${node.inode}`;
  if (node.deviceId) text += `,"device_id":${node.deviceId}`;
  if (node.size) text += `,"size":${node.size}`;
  if (node.links) text += `,"links":${node.links}`;
  if (node.linkTarget !== '' || node.linkTargetRaw !== undefined) text += encodeLinkTarget(node);
  if (node.extendedAttributes.length > 0) text += encodeExtendedAttributes(node);
  if (node.genericAttributes !== undefined) text += encodeGenericAttributes(node.genericAttributes);
  if (node.device) text += `,"device":${node.device}`;
  return text;
}

function encodeNodeTail(node: Node): string {
  const { content } = node;
  let text = ',"content":null';
  if (content !== null) text = content.length === 0 ? ',"content":[]' : `,"content":["${content.join('","')}"]`;
  if (node.subtree !== undefined) text += `,"subtree":"${node.subtree}"`;
  if (node.error !== '') text += `,"error":${goString(node.error)}`;
  return text + '}';
}

function encodeLinkTarget({ linkTarget, linkTargetRaw }: Node): string {
  if (linkTargetRaw === undefined) return `,"linktarget":${goString(linkTarget)}`;
  return `,"linktarget":${goStringOfBytes(linkTargetRaw)},"linktarget_raw":"${linkTargetRaw.toString('base64')}"`;
}

function encodeExtendedAttributes({ extendedAttributes }: Node): string {
  const items = extendedAttributes.map(({ name, value }) => {
    const text = value === null ? 'null' : `"${value.toString('base64')}"`;
    return `{"name":${goString(name)},"value":${text}}`;
  });
  return `,"extended_attributes":[${items.join(',')}]`;
}

function encodeGenericAttributes(attributes: NonNullable<Node['genericAttributes']>): string {
  const keys = Object.keys(attributes);
  if (keys.length === 0) return '';
  keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const items = keys.map((key) => `${goString(key)}:${goJson(attributes[key] ?? null)}`);
  return `,"generic_attributes":{${items.join(',')}}`;
}

/** Text is turned into bytes in pieces of about this many characters, so that no tree meets the string length limit. */
const PIECE_CHARS = 1 << 20;

/**
 * Collects one folder's nodes into a tree blob. Nodes must come in ascending order of their raw name bytes, each name once:
 * restic's parent lookup relies on it. A breach is a bug of the caller (`internal`).
 */
export class TreeBuilder {
  readonly #pieces: Buffer[] = [];
  // Joined once per piece: concatenating as we go makes a deep rope, which takes twice as long to flatten.
  #texts: string[] = [];
  #chars = 0;
  #last: NodeName | undefined;
  #count = 0;

  get nodeCount(): number {
    return this.#count;
  }

  add(node: Node): void {
    this.addEncoded(node, encodeNode(node));
  }

  /** Appends a node that is encoded already, e.g. taken over from the parent's tree. */
  addEncoded(name: NodeName, encoded: string): void {
    if (this.#last !== undefined && compareNodeNames(this.#last, name) >= 0) {
      const names = `${JSON.stringify(this.#last.name)} and ${JSON.stringify(name.name)}`;
      throw new EngineError('internal', `Tree nodes must be added in ascending order, each name once: ${names}`);
    }
    // Only the name is kept: the node may hold long lists.
    this.#last = name.rawName === undefined ? { name: name.name } : { name: name.name, rawName: name.rawName };
    this.#texts.push(encoded);
    this.#chars += encoded.length;
    this.#count++;
    if (this.#chars >= PIECE_CHARS) this.#flush('');
  }

  /** The tree blob's plaintext. The builder is spent afterwards. */
  finish(): Buffer {
    this.#flush(TREE_END);
    const [first] = this.#pieces;
    return this.#pieces.length === 1 && first !== undefined ? first : Buffer.concat(this.#pieces.splice(0));
  }

  #flush(end: string): void {
    const isFirst = this.#pieces.length === 0;
    const separator = isFirst ? TREE_START : this.#texts.length > 0 ? ',' : '';
    this.#pieces.push(Buffer.from(separator + this.#texts.join(',') + end));
    this.#texts = [];
    this.#chars = 0;
  }
}

/** A whole tree at once. The nodes must be in order, as for `TreeBuilder`. */
export function encodeTree(nodes: Iterable<Node>): Buffer {
  const builder = new TreeBuilder();
  for (const node of nodes) builder.add(node);
  return builder.finish();
}
