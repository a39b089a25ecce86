import { EngineError } from '../base/errors.ts';
import type { BlobId } from '../base/ids.ts';
import { decodeHexId } from '../index/id-hash.ts';
import { unquoteName } from '../snapshot/name-quoting.ts';
import { nodeNameBytes, NODE_TYPES, type Node, type NodeType } from '../snapshot/node.ts';

/** From one id of a content list to the next: 64 digits, two quotes, a comma. */
export const CONTENT_STRIDE = 67;
const ID_DIGITS = 64;
const START_NODES = 256;

/**
 * What maintenance needs to know of one tree's nodes, in flat arrays that are reused for the next tree: a folder with a
 * million files costs no object. Ids and names stay in the text; a list of ids is `"<id>","<id>"…` there.
 */
export class ScannedTree {
  text: Buffer = Buffer.alloc(0);
  count = 0;
  #types = new Uint8Array(START_NODES);
  #escaped = new Uint8Array(START_NODES);
  #nameStarts = new Uint32Array(START_NODES);
  #nameEnds = new Uint32Array(START_NODES);
  /** Of the first digit of the first id. */
  #contentStarts = new Uint32Array(START_NODES);
  /** -1 where the content is null. */
  #contentCounts = new Int32Array(START_NODES);
  /** Of the first digit, 0 = none. */
  #subtrees = new Uint32Array(START_NODES);
  #sizes = new Float64Array(START_NODES);

  reset(text: Buffer): void {
    this.text = text;
    this.count = 0;
  }

  /** `escaped`: the name is a JSON literal with backslashes, else its bytes stand in the text as they are. */
  add(fields: ScannedNode): void {
    if (this.count === this.#types.length) this.#grow();
    const i = this.count++;
    this.#types[i] = fields.type;
    this.#escaped[i] = fields.escaped ? 1 : 0;
    this.#nameStarts[i] = fields.nameStart;
    this.#nameEnds[i] = fields.nameEnd;
    this.#contentStarts[i] = fields.contentStart;
    this.#contentCounts[i] = fields.contentCount;
    this.#subtrees[i] = fields.subtreeStart;
    this.#sizes[i] = fields.size;
  }

  /** Takes decoded nodes over, for trees in a layout that the scanner does not know. */
  addNodes(nodes: Iterable<Node>): void {
    const pieces: Buffer[] = [];
    // Position 0 means "none".
    let at = 1;
    pieces.push(Buffer.from(' '));
    const append = (piece: Buffer): number => {
      pieces.push(piece);
      at += piece.length;
      return at - piece.length;
    };
    for (const node of nodes) {
      const name = nodeNameBytes(node);
      const nameStart = append(name);
      const ids = node.content ?? [];
      this.add({
        type: NODE_TYPES.indexOf(node.type),
        escaped: false,
        nameStart,
        nameEnd: nameStart + name.length,
        contentStart: append(Buffer.from(ids.length === 0 ? '' : `"${ids.join('","')}"`, 'latin1')) + 1,
        contentCount: node.content === null ? -1 : ids.length,
        subtreeStart: node.subtree === undefined ? 0 : append(Buffer.from(node.subtree, 'latin1')),
        size: Number(node.size),
      });
    }
    this.text = Buffer.concat(pieces);
  }

  type(i: number): NodeType {
    return NODE_TYPES[this.#types[i] ?? 0] ?? 'file';
  }

  /** The raw bytes of the name; a view, valid until the next tree. Throws `corrupt` for bad quoting. */
  name(i: number): Buffer {
    const start = this.#nameStarts[i] ?? 0;
    const end = this.#nameEnds[i] ?? 0;
    if (this.#escaped[i] === 0) return this.text.subarray(start, end);
    const quoted: unknown = JSON.parse(this.text.toString('utf8', start - 1, end + 1));
    if (typeof quoted !== 'string') throw new EngineError('corrupt', 'a name is not a string');
    return quoted.includes('\\') ? unquoteName(quoted) : Buffer.from(quoted);
  }

  /** For messages. */
  nameText(i: number): string {
    return this.name(i).toString('utf8');
  }

  /** How many ids, or -1 for null. */
  contentCount(i: number): number {
    return this.#contentCounts[i] ?? -1;
  }

  /** Writes the 32 bytes of the k-th content id to `out`. */
  contentId(i: number, k: number, out: Uint8Array): void {
    decodeHexId(this.text, (this.#contentStarts[i] ?? 0) + k * CONTENT_STRIDE, out, 0);
  }

  contentHex(i: number, k: number): BlobId {
    return this.#hexAt((this.#contentStarts[i] ?? 0) + k * CONTENT_STRIDE);
  }

  subtree(i: number): BlobId | undefined {
    const at = this.#subtrees[i] ?? 0;
    return at === 0 ? undefined : this.#hexAt(at);
  }

  /** The size field; above 2^53 it is rounded. */
  size(i: number): number {
    return this.#sizes[i] ?? 0;
  }

  #hexAt(at: number): BlobId {
    // Both ways of filling a tree have checked the digits.
    return this.text.toString('latin1', at, at + ID_DIGITS) as BlobId;
  }

  #grow(): void {
    const capacity = this.#types.length * 2;
    this.#types = grown(this.#types, new Uint8Array(capacity));
    this.#escaped = grown(this.#escaped, new Uint8Array(capacity));
    this.#nameStarts = grown(this.#nameStarts, new Uint32Array(capacity));
    this.#nameEnds = grown(this.#nameEnds, new Uint32Array(capacity));
    this.#contentStarts = grown(this.#contentStarts, new Uint32Array(capacity));
    this.#contentCounts = grown(this.#contentCounts, new Int32Array(capacity));
    this.#subtrees = grown(this.#subtrees, new Uint32Array(capacity));
    this.#sizes = grown(this.#sizes, new Float64Array(capacity));
  }
}

/** Positions of one node's parts in the tree's text. */
export interface ScannedNode {
  /** Place in NODE_TYPES. */
  type: number;
  escaped: boolean;
  nameStart: number;
  nameEnd: number;
  contentStart: number;
  contentCount: number;
  subtreeStart: number;
  size: number;
}

function grown<T extends Uint8Array | Uint32Array | Int32Array | Float64Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
