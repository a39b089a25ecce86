import { isUtf8 } from 'node:buffer';
import { isEngineError } from '../base/errors.ts';
import { checkTime } from '../base/rfc3339.ts';
import { NODE_TYPES } from '../snapshot/node.ts';
import { decodeNodeText, iterateTree } from '../snapshot/tree-decoder.ts';
import { CONTENT_STRIDE, ScannedTree, type ScannedNode } from './scanned-tree.ts';
import { KEYS, KINDS, TYPE_LITERALS, type FieldKind } from './tree-fields.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const CLOSE_OBJECT = 0x7d;
const DIGIT_0 = 0x30;

/** Thrown inside the scanner only: the text is not canonical, be it valid or not. */
const UNUSUAL = new Error('unusual tree');

const HEAD = Buffer.from('{"nodes":[');
const NODE_START = Buffer.from('{"name":');
const NULL = Buffer.from('null');
const HEX = hexDigits();
const DIR = NODE_TYPES.indexOf('dir');

/**
 * Reads trees straight from their bytes, without an object for a node. Only canonical trees, of which it checks every
 * field as strictly as the decoder does; all others go through the decoder. So a tree is refused by one exactly when the
 * other refuses it.
 */
export class TreeScanner {
  readonly #tree = new ScannedTree();
  readonly #node: ScannedNode = {
    type: 0,
    escaped: false,
    nameStart: 0,
    nameEnd: 0,
    contentStart: 0,
    contentCount: -1,
    subtreeStart: 0,
    size: 0,
  };
  #text: Buffer = Buffer.alloc(0);
  #treeId = '';
  #at = 0;
  /** The string passed last, without its quotes, and whether it has backslashes. */
  #start = 0;
  #end = 0;
  #escaped = false;
  #value = 0;
  /** The node has fields that only the decoder judges. */
  #needsDecoder = false;

  /** The result is valid until the next call. Throws `corrupt`, naming the tree. */
  scan(bytes: Buffer, treeId: string): ScannedTree {
    this.#text = bytes;
    this.#treeId = treeId;
    this.#at = 0;
    this.#tree.reset(bytes);
    try {
      if (!isUtf8(bytes)) throw UNUSUAL;
      this.#nodes();
    } catch (error) {
      // What is corrupt to a part of the scanner, the decoder says in words that name the tree.
      if (error !== UNUSUAL && !isEngineError(error, 'corrupt')) throw error;
      this.#tree.reset(bytes);
      this.#tree.addNodes(iterateTree(bytes, treeId));
    } finally {
      this.#text = Buffer.alloc(0);
    }
    return this.#tree;
  }

  #nodes(): void {
    this.#expect(HEAD);
    if (this.#text[this.#at] === CLOSE_LIST) this.#at++;
    else {
      for (;;) {
        this.#scanNode();
        const byte = this.#text[this.#at++];
        if (byte === CLOSE_LIST) break;
        if (byte !== COMMA) throw UNUSUAL;
      }
    }
    if (this.#text[this.#at++] !== CLOSE_OBJECT) throw UNUSUAL;
    if (this.#text[this.#at] === 0x0a) this.#at++;
    if (this.#at !== this.#text.length) throw UNUSUAL;
  }

  #scanNode(): void {
    const nodeStart = this.#at;
    const node = this.#node;
    node.type = -1;
    node.contentCount = -1;
    node.subtreeStart = 0;
    node.size = 0;
    this.#needsDecoder = false;
    this.#expect(NODE_START);
    this.#string();
    if (this.#end === this.#start) throw UNUSUAL;
    node.nameStart = this.#start;
    node.nameEnd = this.#end;
    node.escaped = this.#escaped;
    if (node.escaped) this.#needsDecoder = true;
    let field = 0;
    while (this.#text[this.#at] === COMMA) {
      while (field < KEYS.length && !this.#is(KEYS[field])) field++;
      const kind = KINDS[field];
      if (kind === undefined) throw UNUSUAL;
      this.#at += KEYS[field]?.length ?? 0;
      this.#field(kind, node);
      field++;
    }
    if (this.#text[this.#at++] !== CLOSE_OBJECT) throw UNUSUAL;
    if (node.type < 0 || (node.type === DIR && node.subtreeStart === 0)) throw UNUSUAL;
    if (this.#needsDecoder) decodeNodeText(this.#text.toString('utf8', nodeStart, this.#at), this.#treeId);
    this.#tree.add(node);
  }

  #field(kind: FieldKind, node: ScannedNode): void {
    switch (kind) {
      case 'type':
        node.type = this.#type();
        return;
      case 'u32':
        this.#number();
        if (this.#value > 0xffffffff) throw UNUSUAL;
        return;
      case 'u64':
        this.#number();
        return;
      case 'size':
        this.#number();
        node.size = this.#value;
        return;
      case 'time':
        this.#string();
        if (this.#escaped) throw UNUSUAL;
        checkTime(this.#text.toString('latin1', this.#start, this.#end));
        return;
      case 'text':
        this.#string();
        if (this.#escaped) this.#needsDecoder = true;
        return;
      case 'raw':
        this.#string();
        this.#needsDecoder = true;
        return;
      case 'nested':
        this.#nested();
        this.#needsDecoder = true;
        return;
      case 'content':
        this.#content(node);
        return;
      case 'subtree':
        this.#string();
        if (!this.#isId(this.#start) || this.#end - this.#start !== 64) throw UNUSUAL;
        node.subtreeStart = this.#start;
        return;
    }
  }

  #type(): number {
    for (let type = 0; type < TYPE_LITERALS.length; type++) {
      if (!this.#is(TYPE_LITERALS[type])) continue;
      this.#at += TYPE_LITERALS[type]?.length ?? 0;
      return type;
    }
    throw UNUSUAL;
  }

  #content(node: ScannedNode): void {
    const text = this.#text;
    if (this.#is(NULL)) {
      this.#at += NULL.length;
      return;
    }
    if (text[this.#at++] !== 0x5b) throw UNUSUAL;
    node.contentStart = this.#at + 1;
    node.contentCount = 0;
    if (text[this.#at] === CLOSE_LIST) {
      this.#at++;
      return;
    }
    for (;;) {
      const at = this.#at;
      if (text[at] !== QUOTE || !this.#isId(at + 1) || text[at + 65] !== QUOTE) throw UNUSUAL;
      node.contentCount++;
      this.#at = at + CONTENT_STRIDE;
      const after = text[at + 66];
      if (after === CLOSE_LIST) return;
      if (after !== COMMA) throw UNUSUAL;
    }
  }

  #isId(at: number): boolean {
    const text = this.#text;
    let seen = 0;
    for (let i = at; i < at + 64; i++) seen |= HEX[text[i] ?? 0] ?? 1;
    return seen === 0;
  }

  #string(): void {
    const text = this.#text;
    let at = this.#at;
    if (text[at++] !== QUOTE) throw UNUSUAL;
    this.#start = at;
    this.#escaped = false;
    for (;;) {
      const byte = text[at] ?? 0;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) {
        this.#escaped = true;
        at++;
      } else if (byte < 0x20) throw UNUSUAL;
      at++;
    }
    this.#end = at;
    this.#at = at + 1;
  }

  /** An unsigned integer in plain digits; more than 15 of them are left to the decoder, which knows what 64 bits hold. */
  #number(): void {
    const text = this.#text;
    const start = this.#at;
    let at = start;
    let value = 0;
    for (;;) {
      const digit = (text[at] ?? 0) - DIGIT_0;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      at++;
    }
    const digits = at - start;
    if (digits === 0 || (digits > 1 && text[start] === DIGIT_0)) throw UNUSUAL;
    if (digits > 15) this.#needsDecoder = true;
    this.#value = value;
    this.#at = at;
  }

  /** Passes a list or an object by its brackets; the decoder judges it. */
  #nested(): void {
    let depth = 0;
    do {
      switch (this.#text[this.#at]) {
        case QUOTE:
          this.#string();
          continue;
        case 0x5b:
        case 0x7b:
          depth++;
          break;
        case CLOSE_LIST:
        case CLOSE_OBJECT:
          depth--;
          break;
        case undefined:
          throw UNUSUAL;
      }
      this.#at++;
    } while (depth > 0);
  }

  #is(bytes: Buffer | undefined): boolean {
    if (bytes === undefined) return false;
    const text = this.#text;
    const at = this.#at;
    for (let i = 0; i < bytes.length; i++) if (text[at + i] !== bytes[i]) return false;
    return true;
  }

  #expect(bytes: Buffer): void {
    if (!this.#is(bytes)) throw UNUSUAL;
    this.#at += bytes.length;
  }
}

/** 0 for the digits, 1 for all else. */
function hexDigits(): Uint8Array {
  const table = new Uint8Array(256).fill(1);
  for (const digit of '0123456789abcdef') table[digit.charCodeAt(0)] = 0;
  return table;
}
