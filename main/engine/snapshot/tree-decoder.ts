import { EngineError } from '../base/errors.ts';
import { endOfString } from './json-bytes.ts';
import { nodeFromJson, withLowerCaseKeys } from './node-decoder.ts';
import type { Node } from './node.ts';

/** Trees above this size are parsed in batches of about this size. */
const BATCH_BYTES = 1 << 20;
/** Half of what a string can hold: more than any batch needs that is not a single enormous node. */
const MAX_TEXT_BYTES = 1 << 28;

/**
 * All nodes of a tree blob, in stored order. Untrusted input: any defect is `corrupt` and names the tree.
 * Lenient where Go is (repository-format, section 11): unknown fields, field names in another case, null for a list, the last
 * duplicate wins. Order and uniqueness of names are not checked here.
 */
export function decodeTree(bytes: Uint8Array, treeId: string): Node[] {
  return [...iterateTree(bytes, treeId)];
}

/** The same, node by node: of a folder with a million files only a batch is in memory as text and objects. */
export function* iterateTree(bytes: Uint8Array, treeId: string): Generator<Node, void, undefined> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    for (const batch of buffer.length <= BATCH_BYTES ? [wholeTree(buffer)] : batchesOf(buffer)) {
      for (const value of batch) yield nodeFromJson(value);
    }
  } catch (error) {
    throw corruptTree(error, treeId);
  }
}

/** One node's own JSON text, e.g. cut out of a tree. */
export function decodeNodeText(text: string, treeId: string): Node {
  try {
    return nodeFromJson(parseJson(text));
  } catch (error) {
    throw corruptTree(error, treeId);
  }
}

function corruptTree(error: unknown, treeId: string): EngineError {
  const reason = error instanceof Error ? error.message : String(error);
  return new EngineError('corrupt', `Tree ${treeId} can't be read: ${reason}`, { cause: error, context: { treeId } });
}

function defect(message: string): EngineError {
  return new EngineError('corrupt', message);
}

// Only a number can follow a colon with so many digits; a match inside a string costs time, not correctness.
const MAY_EXCEED_SAFE_INTEGERS = /:\s*\d{16}/;
const BIG_INTEGER = /^\d{16,20}$/;

function parseJson(text: string): unknown {
  return MAY_EXCEED_SAFE_INTEGERS.test(text) ? JSON.parse(text, reviveBigInteger) : JSON.parse(text);
}

/** The engine hands the number's own digits to the reviver; by then the value itself has been rounded. */
function reviveBigInteger(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? '';
  return BIG_INTEGER.test(source) ? BigInt(source) : value;
}

function wholeTree(buffer: Buffer): readonly unknown[] {
  if (buffer.length > MAX_TEXT_BYTES) throw defect('unusual layout of a very large tree');
  const tree: unknown = parseJson(buffer.toString());
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) throw defect('not an object');
  const nodes: unknown = 'nodes' in tree ? tree.nodes : withLowerCaseKeys({ ...tree })['nodes'];
  if (nodes === undefined || nodes === null) return [];
  if (!Array.isArray(nodes)) throw defect('nodes is not a list');
  return nodes;
}

const HEAD = /^\s*\{\s*"nodes"\s*:\s*\[/i;
const TAIL = /^\s*\}\s*$/;
/** Enough for a head or tail with generous whitespace. */
const FRAME_BYTES = 256;

/** Cuts the list of nodes at node ends, so that each batch is a JSON list of its own. */
function* batchesOf(buffer: Buffer): Generator<readonly unknown[], void, undefined> {
  const head = HEAD.exec(buffer.toString('latin1', 0, FRAME_BYTES));
  if (head === null) {
    yield wholeTree(buffer);
    return;
  }
  let start = head[0].length;
  for (;;) {
    const { end, isLast } = findBatch(buffer, start);
    if (end - start > MAX_TEXT_BYTES) throw defect('a node is too large');
    const nodes: unknown = parseJson('[' + buffer.toString('utf8', start, end) + ']');
    if (!Array.isArray(nodes)) throw defect('nodes is not a list');
    // A comma promised another node.
    if (nodes.length === 0 && start !== head[0].length) throw defect('a node is missing after a comma');
    yield nodes;
    start = end + 1;
    if (isLast) break;
  }
  if (buffer.length - start > FRAME_BYTES || !TAIL.test(buffer.toString('latin1', start))) {
    throw defect('unexpected data after the nodes');
  }
}

const QUOTE = 0x22;

/** The position of the comma that ends a batch, or of the bracket that ends the list. Everything else JSON.parse judges. */
function findBatch(buffer: Buffer, start: number): { end: number; isLast: boolean } {
  let depth = 0;
  let at = start;
  for (; at < buffer.length; at++) {
    switch (buffer[at]) {
      case QUOTE:
        at = endOfString(buffer, at + 1);
        break;
      case 0x7b: // {
      case 0x5b: // [
        depth++;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        if (depth === 0) return { end: at, isLast: true };
        depth--;
        break;
      case 0x2c: // ,
        if (depth === 0 && at - start >= BATCH_BYTES) return { end: at, isLast: false };
        break;
      default:
        break;
    }
  }
  throw defect('the list of nodes does not end');
}
