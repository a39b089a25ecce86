import { isAscii } from 'node:buffer';
import type { BlobId } from '../base/ids.ts';
import { decodeNodeText, iterateTree } from './tree-decoder.ts';
import { encodeNode } from './tree-encoder.ts';
import type { Node } from './node.ts';

const LIST_START = '{"nodes":[';
const LIST_END = ']}\n';
const NODE_START = '{"name":"';
const LITERAL_AT = NODE_START.length - 1;
const NODE_BOUNDARY = '},{"name":"';
const TYPE_FIELD = '"type":"';
const AFTER_NAME = '",' + TYPE_FIELD;
const CONTENT_FIELD = ',"content":';
const CONTENT_ONLY = /^,"content":\[(?:"[0-9a-f]{64}"(?:,"[0-9a-f]{64}")*)?\]\}$/;
/** Above this size a tree is never one string. */
const MAX_CUT_BYTES = 64 << 20;

/**
 * A tree cut into the texts of its nodes, which are decoded only on demand. An unchanged folder can so be recognised by
 * comparing text: encode the head of what is on disk (`encodeNodeHead`), ask `startsWith`, take `contentIds`.
 *
 * Only canonical trees of moderate size are cut; of any other all nodes are decoded and encoded anew.
 */
export class RawTree {
  readonly #treeId: string;
  readonly #texts: readonly string[];
  #cursor = 0;
  #byLiteral: Map<string, number> | undefined;

  private constructor(treeId: string, texts: readonly string[]) {
    this.#treeId = treeId;
    this.#texts = texts;
  }

  /** `corrupt` for a layout that must be decoded at once; a defect in a canonical tree's node shows when the node is read. */
  static parse(bytes: Uint8Array, treeId: string): RawTree {
    if (bytes.byteLength <= MAX_CUT_BYTES) {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const texts = cutNodes(buffer.toString(isAscii(buffer) ? 'latin1' : 'utf8'));
      if (texts !== undefined) return new RawTree(treeId, texts);
    }
    return new RawTree(treeId, Array.from(iterateTree(bytes, treeId), encodeNode));
  }

  get length(): number {
    return this.#texts.length;
  }

  /**
   * The node with a name, given as its JSON literal (`nameLiteral`), or -1. Asking in tree order costs one comparison; the
   * first question out of order builds a table.
   */
  find(literal: string): number {
    if (this.#isNamed(this.#cursor, literal)) return this.#cursor++;
    this.#byLiteral ??= new Map(this.#texts.map((_, index) => [this.literalAt(index), index]));
    const index = this.#byLiteral.get(literal) ?? -1;
    if (index >= 0) this.#cursor = index + 1;
    return index;
  }

  #isNamed(index: number, literal: string): boolean {
    const text = this.#texts[index];
    if (text === undefined || !text.startsWith(literal, LITERAL_AT)) return false;
    return text.startsWith(',' + TYPE_FIELD, LITERAL_AT + literal.length);
  }

  literalAt(index: number): string {
    const text = this.textAt(index);
    return text.slice(LITERAL_AT, endOfString(text, NODE_START.length) + 1);
  }

  textAt(index: number): string {
    const text = this.#texts[index];
    if (text === undefined) throw new RangeError(`No node ${index} in a tree of ${this.length}`);
    return text;
  }

  /** Whether everything up to the content equals a freshly encoded head. */
  startsWith(index: number, head: string): boolean {
    const text = this.textAt(index);
    return text.startsWith(head) && text.startsWith(CONTENT_FIELD, head.length);
  }

  /** The content of a node that starts with `head`, or undefined when anything else follows too (decode the node then). */
  contentIds(index: number, head: string): BlobId[] | undefined {
    const tail = this.textAt(index).slice(head.length);
    if (!CONTENT_ONLY.test(tail)) return undefined;
    const ids: BlobId[] = [];
    // The expression has checked that ids of 64 digits stand 67 characters apart; an empty list leaves only `]}`.
    for (let at = CONTENT_FIELD.length + 2; at + 64 < tail.length; at += 67)
      ids.push(tail.slice(at, at + 64) as BlobId);
    return ids;
  }

  nodeAt(index: number): Node {
    return decodeNodeText(this.textAt(index), this.#treeId);
  }

  *nodes(): Generator<Node, void, undefined> {
    for (let index = 0; index < this.length; index++) yield this.nodeAt(index);
  }
}

/**
 * Node texts of a canonical tree, or undefined when it isn't one. An unescaped quote can't stand inside a string, so these
 * patterns are real structure wherever they match; extended attributes also hold `},{"name":"`, but no `"type":"` follows there.
 */
function cutNodes(text: string): string[] | undefined {
  const texts: string[] = [];
  if (!text.startsWith(LIST_START) || !text.endsWith(LIST_END)) return undefined;
  const listEnd = text.length - LIST_END.length;
  let start = LIST_START.length;
  if (start === listEnd) return texts;
  if (!text.startsWith(NODE_START, start)) return undefined;
  let nameEnd = endOfString(text, start + NODE_START.length);
  if (!text.startsWith(AFTER_NAME, nameEnd)) return undefined;
  for (;;) {
    const typeAt = text.indexOf(TYPE_FIELD, nameEnd + AFTER_NAME.length);
    if (typeAt < 0) {
      texts.push(text.slice(start, listEnd));
      return texts;
    }
    const boundary = text.lastIndexOf(NODE_BOUNDARY, typeAt);
    if (boundary < nameEnd || endOfString(text, boundary + NODE_BOUNDARY.length) !== typeAt - 2) return undefined;
    texts.push(text.slice(start, boundary + 1));
    start = boundary + 2;
    nameEnd = typeAt - 2;
  }
}

function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text[at - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return text.length;
}
