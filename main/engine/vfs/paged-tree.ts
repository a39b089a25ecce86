import { EngineError } from '../base/errors.ts';
import { endOfString } from '../snapshot/json-bytes.ts';
import { unquoteName } from '../snapshot/name-quoting.ts';
import { nodeNameBytes, type Node } from '../snapshot/node.ts';
import { decodeNodeText, iterateTree } from '../snapshot/tree-decoder.ts';
import { encodeNode } from '../snapshot/tree-encoder.ts';

const LIST_START = Buffer.from('{"nodes":[');
const LIST_END = Buffer.from(']}\n');
const NAME_START = Buffer.from('{"name":"');
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const START_NODES = 64;

/**
 * One folder as its tree's bytes and the places where its nodes begin. A page of a folder with a million entries decodes that
 * page alone, and a look-up some twenty names.
 *
 * A defect in a node shows when the node is read; one in the list's own structure at once (`corrupt`).
 */
export class PagedTree {
  readonly #treeId: string;
  readonly #bytes: Buffer;
  /** One more than nodes: each node ends one byte (its comma) before the next begins. */
  readonly #starts: Uint32Array;
  #sorted: boolean | undefined;

  private constructor(treeId: string, bytes: Buffer, starts: Uint32Array) {
    this.#treeId = treeId;
    this.#bytes = bytes;
    this.#starts = starts;
  }

  /** Keeps `bytes`, which must not change afterwards. */
  static parse(bytes: Buffer, treeId: string): PagedTree {
    const starts = findNodes(bytes);
    if (starts) return new PagedTree(treeId, bytes, starts);
    // Not as restic writes trees, be it valid or not: the decoder judges, and what it accepts is written anew.
    const texts = Array.from(iterateTree(bytes, treeId), encodeNode);
    const canonical = Buffer.concat([LIST_START, Buffer.from(texts.join(',')), LIST_END]);
    const found = findNodes(canonical);
    if (!found) throw new EngineError('internal', `Tree ${treeId} could not be written in canonical form.`);
    return new PagedTree(treeId, canonical, found);
  }

  get length(): number {
    return this.#starts.length - 1;
  }

  get memoryBytes(): number {
    return this.#bytes.length + this.#starts.byteLength;
  }

  nodeAt(index: number): Node {
    const { start, end } = this.#rangeOf(index);
    return decodeNodeText(this.#bytes.toString('utf8', start, end), this.#treeId);
  }

  /** Up to `limit` nodes in the stored order. */
  page(first: number, limit: number): Node[] {
    const end = Math.min(this.length, first + limit);
    const nodes: Node[] = [];
    for (let index = first; index < end; index++) nodes.push(this.nodeAt(index));
    return nodes;
  }

  /** The number of the node with this name, or -1. */
  find(name: Buffer): number {
    const index = this.#searchSorted(name);
    if (index >= 0) return index;
    this.#sorted ??= this.#isSorted();
    if (this.#sorted) return -1;
    // Restic never looks a name up in a tree that is out of order; people still want their file.
    for (let at = 0; at < this.length; at++) if (this.#nameAt(at).equals(name)) return at;
    return -1;
  }

  #searchSorted(name: Buffer): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = Buffer.compare(this.#nameAt(middle), name);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return -1;
  }

  #isSorted(): boolean {
    for (let at = 1; at < this.length; at++) {
      if (Buffer.compare(this.#nameAt(at - 1), this.#nameAt(at)) >= 0) return false;
    }
    return true;
  }

  /** The name's bytes, possibly a view. */
  #nameAt(index: number): Buffer {
    const { start, end } = this.#rangeOf(index);
    const from = start + NAME_START.length;
    if (this.#bytes.compare(NAME_START, 0, NAME_START.length, start, Math.min(from, end)) === 0) {
      const close = endOfString(this.#bytes, from);
      const literal = this.#bytes.subarray(from, close);
      if (!literal.includes(BACKSLASH)) return literal;
      const quoted = parseString(this.#bytes.toString('utf8', from - 1, close + 1));
      if (quoted !== undefined) return unquoteName(quoted);
    }
    return nodeNameBytes(this.nodeAt(index));
  }

  #rangeOf(index: number): { start: number; end: number } {
    const start = this.#starts[index];
    const next = this.#starts[index + 1];
    if (start === undefined || next === undefined) throw new RangeError(`No node ${index} in a tree of ${this.length}`);
    return { start, end: next - 1 };
  }
}

/** Where the nodes of a canonical tree begin, and one past the end of the last; undefined when the frame is another one. */
function findNodes(bytes: Buffer): Uint32Array | undefined {
  const listEnd = bytes.length - LIST_END.length;
  if (listEnd < LIST_START.length) return undefined;
  if (!bytes.subarray(0, LIST_START.length).equals(LIST_START)) return undefined;
  if (!bytes.subarray(listEnd).equals(LIST_END)) return undefined;
  if (listEnd === LIST_START.length) return Uint32Array.of(listEnd + 1);
  let starts = new Uint32Array(START_NODES);
  let count = 0;
  for (let start = LIST_START.length; ;) {
    const end = endOfNode(bytes, start, listEnd);
    if (end < 0) return undefined;
    if (count + 2 > starts.length) starts = grown(starts);
    starts[count++] = start;
    start = end + 1;
    if (end !== listEnd) continue;
    starts[count] = start;
    return starts.slice(0, count + 1);
  }
}

function grown(starts: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(starts.length * 2);
  larger.set(starts);
  return larger;
}

/** The position behind the object that begins at `start`: a comma's, or `listEnd`; -1 for anything else. */
function endOfNode(bytes: Buffer, start: number, listEnd: number): number {
  if (bytes[start] !== 0x7b) return -1;
  let depth = 0;
  for (let at = start; at < listEnd; at++) {
    switch (bytes[at]) {
      case QUOTE:
        at = endOfString(bytes, at + 1);
        break;
      case 0x7b: // {
      case 0x5b: // [
        depth++;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth--;
        if (depth > 0) break;
        return at + 1 === listEnd || (at + 1 < listEnd - 1 && bytes[at + 1] === COMMA) ? at + 1 : -1;
      default:
        break;
    }
  }
  return -1;
}

function parseString(literal: string): string | undefined {
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
